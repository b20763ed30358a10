import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { atMost } from '../../clock.ts'
import { variableOf } from '../../environment/look-up.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { EnvironmentError } from '../../errors.ts'
import { targets } from '../../targets/index.ts'
import type { Demands } from '../../workloads/workload.ts'
import { launch } from '../launch.ts'

/** Systems under test that this run has started because nobody said where they are. */
export interface StandIns {
  /** `storefront: http://127.0.0.1:40123`. */
  readonly started: readonly { readonly name: string; readonly url: string }[]
  stop(): Promise<void>
}

interface Answer {
  readonly url?: string
  readonly error?: string
}

export const STAND_IN_LOG = 'stand-in.log'
const START_MS = 20_000
const STOP_MS = 5_000

/**
 * On a laptop a scenario's target need not exist: where nothing says where it is, Turnaround's own stand-in of that name is
 * started as a child process and told to this process and its children by the environment variable that names it. On AWS
 * a target is never made up.
 */
export async function startStandIns(
  environment: StartedEnvironment,
  { targets: asked = [], standIns = {} }: Demands,
  options: { readonly seed: number; readonly folder: string },
): Promise<StandIns> {
  const children: ChildProcess[] = []
  const started: { name: string; url: string }[] = []
  const variables: string[] = []

  async function stop(): Promise<void> {
    for (const variable of variables) delete process.env[variable]
    await Promise.all(children.map(endChild))
  }

  try {
    for (const name of environment.kind === 'aws' ? [] : asked) {
      if (!targets.some((target) => target.name === name) || (await isKnown(environment, name))) continue
      const set = Object.entries(standIns[name] ?? {}).flatMap(([key, value]) => ['--set', `${key}=${value}`])
      const args = ['target', name, '--seed', String(options.seed), ...set]
      const child = launch(args, join(options.folder, STAND_IN_LOG))
      children.push(child)
      const url = await urlOf(child, name, options.folder)
      const variable = variableOf(`${name}-url`, environment.stage)
      process.env[variable] = url
      variables.push(variable)
      started.push({ name, url })
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { started, stop }
}

async function isKnown(environment: StartedEnvironment, name: string): Promise<boolean> {
  try {
    await environment.lookUp(`${name}-url`)
    return true
  } catch (error) {
    if (error instanceof EnvironmentError) return false
    throw error
  }
}

/** The child says where it is, or why it is not. */
async function urlOf(child: ChildProcess, name: string, folder: string): Promise<string> {
  const said = Promise.withResolvers<Answer>()
  child.once('message', (message) => said.resolve(message as Answer))
  child.once('exit', (code, signal) => said.resolve({ error: `it ended with ${signal ?? `code ${code}`}` }))
  await atMost(START_MS, said.promise)
  said.resolve({ error: `it said nothing for ${START_MS / 1000} s` })
  const { url, error } = await said.promise
  if (url !== undefined) return url
  throw new EnvironmentError(
    `The stand-in for ${name} cannot start: ${error}; see ${join(folder, STAND_IN_LOG)}. Or say where the real one is: turnaround env show`,
  )
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  await atMost(STOP_MS, ended)
  child.kill('SIGKILL')
}
