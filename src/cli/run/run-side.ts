import { join } from 'node:path'
import type { ParitySide } from '../../compare/run-parity.ts'
import { resolveEnvironment, type Environment } from '../../environment/resolve-environment.ts'
import { isProtected, readSettings } from '../../environment/settings.ts'
import { InvalidInputError, RefusedError, type Fault } from '../../errors.ts'
import { startHostChild } from './host-child.ts'
import type { RunOptions } from './run-options.ts'
import { runScenario } from './run-scenario.ts'
import { SUPPORTED_SIDES } from './supported-sides.ts'

/** `localstack`, or `localstack+work`: the scheduler alone, and `turnaround work` beside it. */
export interface Side {
  readonly name: 'a' | 'b'
  readonly env: string
  readonly endpoint: string | undefined
  readonly hosts: 'threads' | 'none'
}

const HYBRID = '+work'

/** Throws InvalidInputError for a side that does not exist and RefusedError for a protected one, before anything runs. */
export function parseSides(sides: { a: string; b: string; aEndpoint?: string; bEndpoint?: string }): [Side, Side] {
  const faults: Fault[] = []
  const parsed = (['a', 'b'] as const).map((name) => {
    const [env, ...modes] = sides[name].split('+')
    if (modes.length > 1 || (modes.length === 1 && `+${modes[0]}` !== HYBRID))
      faults.push({ path: `--${name}`, message: `"${sides[name]}" is no side: ${SUPPORTED_SIDES}` })
    const hosts = modes.length === 0 ? ('threads' as const) : ('none' as const)
    return { name, env, endpoint: sides[`${name}Endpoint`], hosts }
  })
  if (faults.length > 0) throw new InvalidInputError('The pair cannot be compared:', faults)
  for (const { name, env, endpoint } of parsed) {
    const { stage } = resolveEnvironment(env, { endpoint })
    if (isProtected(stage, readSettings(stage)))
      throw new RefusedError(
        `--${name} ${env}: parity-run does not run in a protected environment; it takes ${SUPPORTED_SIDES}`,
      )
  }
  return [parsed[0], parsed[1]]
}

/** One side, through the same code as `turnaround run`, and with every output on disk. */
export async function runSide(
  side: Side,
  options: Omit<RunOptions, 'env' | 'endpoint' | 'hosts' | 'upload' | 'withDelays' | 'show'> & {
    readonly runId: string
  },
): Promise<ParitySide> {
  const { env, endpoint, hosts } = side
  const stopping = new AbortController()
  const folder = join(options.results, options.runId)
  const host = hosts === 'none' ? startHostChild({ ...options, env, endpoint, folder }) : undefined
  host?.failure.catch(() => stopping.abort())
  try {
    const { results } = await runScenario({
      ...options,
      env,
      endpoint,
      hosts,
      upload: 'none',
      withDelays: true,
      signal: AbortSignal.any([options.signal, stopping.signal]),
      show: () => () => undefined,
    })
    if (stopping.signal.aborted) await host?.failure
    return {
      results,
      folder,
      endpoint:
        env === 'embedded' ? (endpoint ?? 'a server of its own') : endpointsOf(resolveEnvironment(env, { endpoint })),
      hosts: hosts === 'threads' ? 'the run’s own threads' : 'turnaround work, a separate process',
    }
  } finally {
    await host?.stop()
  }
}

/** Null: AWS's own. */
function endpointsOf({ endpoint, endpoints = {} }: Environment): string | null {
  const single = Object.entries(endpoints).map(([service, url]) => `${service} ${url}`)
  const all = [...(endpoint === undefined ? [] : [endpoint]), ...single]
  return all.length === 0 ? null : all.join(', ')
}
