import { createHash } from 'node:crypto'
import { aggregationOf } from './traffic-format.ts'
import { metricsOf, stepMetrics, type MetricValues } from './traffic-metrics.ts'
import type { ThresholdResult } from '../results/documents.ts'
import type { LatencyDocument, TrafficDocument } from '../results/traffic-document.ts'

/** What k6 hands to `handleSummary()` (grafana.com/docs/k6/latest/results-output/end-of-test/custom-summary). */
export interface K6Summary {
  readonly root_group: K6Group
  readonly options: {
    readonly summaryTrendStats: readonly string[]
    readonly summaryTimeUnit: string
    readonly noColor: boolean
  }
  readonly state: {
    readonly isStdOutTTY: boolean
    readonly isStdErrTTY: boolean
    readonly testRunDurationMs: number
  }
  readonly metrics: Readonly<Record<string, K6Metric>>
}

export interface K6Metric {
  readonly type: MetricValues['type']
  readonly contains: MetricValues['contains']
  readonly values: Readonly<Record<string, number>>
  /** By expression. Left out where the metric has none. */
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>
}

export interface K6Group {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly groups: readonly K6Group[]
  readonly checks: readonly {
    readonly name: string
    readonly path: string
    readonly id: string
    readonly passes: number
    readonly fails: number
  }[]
}

const STATISTICS = [
  ['avg', 'mean'],
  ['min', 'min'],
  ['med', 'p50'],
  ['max', 'max'],
  ['p(90)', 'p90'],
  ['p(95)', 'p95'],
  ['p(99)', 'p99'],
  ['p(99.9)', 'p99_9'],
] as const satisfies readonly (readonly [string, keyof LatencyDocument])[]

/**
 * A traffic run as k6 would sum it up, so that what reads k6's summaries reads ours. A threshold's metric is there even where
 * the run has no figures for it, with what its thresholds found as its values.
 */
export function k6Summary(document: TrafficDocument, thresholds: readonly ThresholdResult[]): K6Summary {
  const metrics = new Map(metricsOf(document).map((metric) => [metric.name, k6Metric(metric)]))
  for (const [metric, results] of Map.groupBy(thresholds, (threshold) => threshold.metric)) {
    const known = metrics.get(metric) ?? submetric(metric, document) ?? unknownMetric(results)
    metrics.set(metric, { ...known, thresholds: verdictsOf(results) })
  }
  return {
    root_group: rootGroup(document),
    options: { summaryTrendStats: STATISTICS.map(([name]) => name), summaryTimeUnit: 'ms', noColor: true },
    state: { isStdOutTTY: false, isStdErrTTY: false, testRunDurationMs: document.duration_ms },
    metrics: Object.fromEntries([...metrics].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** One that is there twice, over windows or against a baseline, holds where both do. */
function verdictsOf(results: readonly ThresholdResult[]): NonNullable<K6Metric['thresholds']> {
  const verdicts = new Map<string, { ok: boolean }>()
  for (const { expression, ok } of results) {
    verdicts.set(expression, { ok: ok && (verdicts.get(expression)?.ok ?? true) })
  }
  return Object.fromEntries(verdicts)
}

function k6Metric(metric: MetricValues): K6Metric {
  return { type: metric.type, contains: metric.contains, values: valuesOf(metric) }
}

function valuesOf(metric: MetricValues): Readonly<Record<string, number>> {
  if (metric.type === 'counter') return { count: metric.count, rate: metric.ratePerSecond }
  if (metric.type === 'gauge') return { value: metric.value, min: metric.min, max: metric.max }
  if (metric.type === 'rate') {
    const { passes, fails } = metric
    return { rate: passes + fails > 0 ? passes / (passes + fails) : 0, passes, fails }
  }
  // k6 says 0 where there are no samples, and who reads it expects a number.
  return Object.fromEntries(STATISTICS.map(([name, key]) => [name, metric.latency[key] ?? 0]))
}

/** `http_req_duration{step:checkout}`: a metric of one step. Undefined for other tags and for steps that were not run. */
function submetric(metric: string, document: TrafficDocument): K6Metric | undefined {
  const [, name, step] = /^([^{]+)\{\s*step\s*:\s*(["']?)(.*)\2\s*\}$/s.exec(metric)?.toSpliced(2, 1) ?? []
  if (step === undefined || !Object.hasOwn(document.steps, step)) return undefined
  const found = stepMetrics(document, document.steps[step]).find((one) => one.name === name)
  return found && k6Metric(found)
}

/** A metric that is not of the load, a job's or a cost: its type as its thresholds show it, its values as they found them. */
function unknownMetric(results: readonly ThresholdResult[]): K6Metric {
  const found = results.flatMap(({ expression, actual }) =>
    actual === null ? [] : [[aggregationOf(expression), actual] as const],
  )
  const aggregations = results.map(({ expression }) => aggregationOf(expression))
  const values = Object.fromEntries(found)
  if (aggregations.includes('rate')) return { type: 'rate', contains: 'default', values }
  if (aggregations.includes('count')) return { type: 'counter', contains: 'default', values }
  if (aggregations.includes('value')) return { type: 'gauge', contains: 'default', values }
  return { type: 'trend', contains: 'time', values }
}

function rootGroup({ checks }: TrafficDocument): K6Group {
  const members = checks.map(({ name, passed, failed }) => {
    const path = `::${name}`
    return { name, path, id: md5(path), passes: passed, fails: failed }
  })
  return { name: '', path: '', id: md5(''), groups: [], checks: members }
}

/** How k6 makes the id of a group or check from its path. */
function md5(path: string): string {
  return createHash('md5').update(path).digest('hex')
}
