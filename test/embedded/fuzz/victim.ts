import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FromVictim } from './victim-process.ts'

/** A server in a process and a folder of its own. */
export interface Victim {
  readonly port: number
  readonly endpoint: string
  /** What it reported as its own fault since it was last asked, or how it ended; undefined while all is well. */
  takeFault(): string | undefined
  readonly hasEnded: boolean
  /** Bytes, when it is at rest. */
  weigh(): Promise<{ readonly heldBytes: number; readonly residentBytes: number }>
  /** Files that are not where the server's data belongs. */
  strayFiles(): string[]
  stop(): Promise<void>
}

const script = join(import.meta.dirname, 'victim-process.ts')
const own =
  /^data[/\\]deep($|[/\\](bodies([/\\].*)?|lock\.sqlite(-journal)?|server\.json|turnaround\.sqlite(-wal|-shm)?)$)/
const folders = new Set(['data', 'home', 'tmp'])

export async function startVictim(): Promise<Victim> {
  const parent = mkdtempSync(join(tmpdir(), 'turnaround-fuzz-'))
  for (const name of ['home', 'tmp']) mkdirSync(join(parent, name))
  const child = fork(script, [join(parent, 'data', 'deep')], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    cwd: join(parent, 'home'),
    env: { ...process.env, TMPDIR: join(parent, 'tmp'), TSX_DISABLE_CACHE: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let fault: string | undefined
  let stderr = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-10_000)))
  child.once('exit', (code, signal) => (fault ??= `the server ended (${code ?? signal}): ${stderr}`))
  child.on('message', (message: FromVictim) => {
    if ('fault' in message) fault ??= `the server reported: ${message.fault}`
  })

  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null

  async function next<K extends string>(member: K): Promise<Extract<FromVictim, Record<K, unknown>>> {
    const listening = new AbortController()
    const signal = AbortSignal.any([listening.signal, AbortSignal.timeout(30_000)])
    const ended = once(child, 'exit', { signal }).then(() => [])
    try {
      while (!hasEnded()) {
        const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as FromVictim[]
        if (message !== undefined && member in message) return message as Extract<FromVictim, Record<K, unknown>>
      }
    } finally {
      listening.abort()
      await ended.catch(() => undefined)
    }
    throw new Error(fault)
  }

  async function stop(): Promise<void> {
    if (!hasEnded()) {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
    rmSync(parent, { recursive: true, force: true, maxRetries: 3 })
  }

  try {
    const { port } = await next('port')
    return {
      port,
      endpoint: `http://127.0.0.1:${port}`,
      takeFault() {
        const taken = fault
        fault = undefined
        return taken
      },
      get hasEnded() {
        return hasEnded()
      },
      async weigh() {
        const answer = next('heldBytes')
        child.send('weigh')
        return answer
      },
      strayFiles: () =>
        (readdirSync(parent, { recursive: true }) as string[]).filter((name) => !folders.has(name) && !own.test(name)),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
