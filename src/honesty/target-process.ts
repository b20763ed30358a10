import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { EnvironmentError } from '../errors.ts'
import type { HonestyCase } from './honesty-case.ts'

export interface TargetProcess {
  readonly url: string
  readonly pid: number
  /** Its time begins with the next request. */
  reset(): Promise<void>
  stop(): Promise<void>
}

/** Starts `turnaround` with these arguments as a child with an IPC channel. */
export type Launch = (args: readonly string[]) => ChildProcess

const START_MS = 30_000
const STOP_MS = 5_000

/** `turnaround target` in a process of its own, so that the target has a core where there is one. Throws EnvironmentError. */
export async function startTargetProcess(
  launch: Launch,
  { kind, settings }: Pick<HonestyCase, 'kind' | 'settings'>,
): Promise<TargetProcess> {
  const name = `honesty-${kind}`
  const sets = Object.entries(settings).flatMap(([setting, value]) => ['--set', `${setting}=${value}`])
  const child = launch(['target', name, ...sets])
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))

  async function stop(): Promise<void> {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await exited
    clearTimeout(timer)
  }

  const ready = await readyOf(child, exited)
  if (typeof ready === 'string') {
    await stop()
    throw new EnvironmentError(`target ${name} did not start: ${ready}`)
  }
  return {
    url: ready.url,
    pid: child.pid!,
    async reset() {
      const response = await fetch(`${ready.admin_url}/_target/reset`, { method: 'POST' })
      if (!response.ok) throw new EnvironmentError(`target ${name} refused to be reset: ${response.status}`)
      await response.arrayBuffer()
    },
    stop,
  }
}

type Ready = { readonly url: string; readonly admin_url: string }

/** Or why it is not. */
async function readyOf(child: ChildProcess, exited: Promise<void>): Promise<Ready | string> {
  const timeout = AbortSignal.timeout(START_MS)
  const said = once(child, 'message', { signal: timeout }).then(
    ([message]) => message as Ready | { readonly error: string },
    () => ({ error: `it said nothing in ${START_MS / 1000} s` }),
  )
  const message = await Promise.race([said, exited.then(() => ({ error: 'its process ended' }))])
  return 'error' in message ? message.error : message
}
