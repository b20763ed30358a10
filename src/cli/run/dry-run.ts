import { resolveEnvironment } from '../../environment/resolve-environment.ts'
import { readSettings } from '../../environment/settings.ts'
import { parseOutputSpecs } from '../../outputs/output-specs.ts'
import { formatDollars } from '../../report/cost.ts'
import { formatCount, formatMs, formatRate } from '../../report/format.ts'
import { formatShare } from '../../report/traffic-format.ts'
import { overspendRequests, stopLagSeconds } from '../../thresholds/limit-watch.ts'
import type { LoadDescription } from '../../workloads/traffic/describe-load.ts'
import { shipEveryMs, TRAFFIC_MEANS } from '../../workloads/traffic/means.ts'
import { estimateRun, type Estimate, type EstimateOptions } from './estimate-run.ts'
import { prepareScenario } from './prepare.ts'
import { renderEstimate } from './render-estimate.ts'

/** What `run` would do, known without doing any of it. */
export interface DryRun {
  readonly scenario: string
  readonly seed: number
  readonly environment: string
  readonly jobs: { readonly [kind: string]: number }
  /** Of a traffic scenario. */
  readonly load?: LoadDescription
  readonly thresholds: readonly string[]
  readonly limits: { readonly [name: string]: number }
  readonly estimate: Estimate
}

export interface DryRunOptions extends Omit<EstimateOptions, 'host'> {
  readonly env: string
  readonly endpoint?: string
  readonly region?: string
  readonly set: readonly string[]
  readonly seed?: number
  readonly out: readonly string[]
}

/** Throws InvalidInputError for all that `run` would refuse before it begins. */
export async function describeRun(nameOrPath: string, options: DryRunOptions): Promise<DryRun> {
  parseOutputSpecs(options.out)
  const environment = resolveEnvironment(options.env, options, process.env, readSettings)
  const prepared = await prepareScenario(nameOrPath, options)
  const { scenario, workload, graph } = prepared
  const load = workload.describe?.(scenario.settings, scenario.seed)
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    environment: environment.name,
    jobs: Object.fromEntries(graph.countByKind),
    ...(load && { load }),
    thresholds: Object.keys(scenario.thresholds ?? {}),
    limits: { ...scenario.limits },
    estimate: estimateRun(prepared, environment, { ...options, host: 'threads' }),
  }
}

export function renderDryRun({
  scenario,
  seed,
  environment,
  jobs,
  load,
  thresholds,
  limits,
  estimate,
}: DryRun): string {
  const kinds = Object.entries(jobs).map(([kind, count]) => `${formatCount(count)} ${kind}`)
  const rows: [string, string][] = [
    ['jobs', kinds.join(', ')],
    ...(load ? loadRows(load) : []),
    ['thresholds', thresholds.join(', ') || 'none'],
    ['limits', limitsText(limits, load)],
  ]
  const lines = rows.map(([label, text]) => `  ${label.padEnd(16)}${text}`)
  return `${scenario}, seed ${seed}, on ${environment}: nothing was run\n${lines.join('\n')}\n${renderEstimate(estimate)}`
}

function loadRows(load: LoadDescription): [string, string][] {
  const { executor, model, starts, peakRatePerSecond: peak, users, durationMs, shares, generator } = load
  const known = (value: number | null) => (value === null ? 'as many as the target lets them' : formatCount(value))
  const shared = shares.length > 10 ? [...shares.slice(0, 10).map(known), '…'] : shares.map(known)
  return [
    [
      'load',
      `${executor} (${model}) for ${formatMs(durationMs)}${load.mostSteps === null ? '' : `, ${load.mostSteps} steps at most`}`,
    ],
    ['starts', known(starts)],
    ['rate at most', peak === null ? 'what the target lets through' : formatRate(peak)],
    [model === 'open' ? 'in flight' : 'users', `at most ${formatCount(users)}`],
    ['shards', `${formatCount(shares.length)}: ${model === 'open' ? 'starts' : 'users'} ${shared.join(', ')}`],
    ['schedule', load.scheduleDigest],
    [
      'generator',
      `${generator.cpuSeconds === null ? 'CPU not known' : `about ${generator.cpuSeconds.toPrecision(2)} CPU-seconds`}: ${generator.assumption}`,
    ],
  ]
}

const LIMIT_FORMATS: { readonly [name: string]: (value: number) => string } = {
  maxDuration: formatMs,
  maxRequests: formatCount,
  maxCostUsd: formatDollars,
  maxErrorRate: (share) => formatShare(share, 1),
}

/** A limit stops a run some seconds after it is reached: by how much it can be overrun is said here. */
function limitsText(limits: DryRun['limits'], load: LoadDescription | undefined): string {
  const named = Object.entries(limits).map(([name, value]) => `${name} ${LIMIT_FORMATS[name]?.(value) ?? value}`)
  if (named.length === 0) return 'none'
  const rate = load?.peakRatePerSecond ?? null
  if (load === undefined || rate === null) return named.join(', ')
  const lagSeconds = stopLagSeconds(shipEveryMs(TRAFFIC_MEANS, load.shares.length) / 1000)
  const more = formatCount(overspendRequests(rate, lagSeconds))
  return `${named.join(', ')}; up to ${more} more starts before all have stopped`
}
