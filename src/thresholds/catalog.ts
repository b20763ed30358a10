import { didYouMean } from '../nearest.ts'
import { printAggregation, type Aggregation } from './expression.ts'
import { printMetricKey, type MetricKey } from './metric-key.ts'

export type MetricType = 'counter' | 'gauge' | 'rate' | 'trend'

/** A metric that thresholds can be about, known before anything runs. */
export interface MetricEntry {
  readonly type: MetricType
  /** Tags that select a part of it. */
  readonly tags: readonly string[]
  /** Known second by second while the run goes on: can have a `window` and abort it. */
  readonly isLive: boolean
  /** Of a trend of which nothing else is kept. */
  readonly percentiles?: readonly number[]
  /** A tag without which it says nothing: it must be given, or be the scope. */
  readonly needs?: string
}

export interface MetricCatalog {
  readonly metrics: ReadonlyMap<string, MetricEntry>
  /** A scenario's own code may record more, under names that nobody knows beforehand. */
  readonly isOpen: boolean
}

/** k6's: https://grafana.com/docs/k6/latest/using-k6/thresholds/#aggregation-methods-by-metric-type */
const AGGREGATIONS: { readonly [Type in MetricType]: readonly string[] } = {
  counter: ['count', 'rate'],
  gauge: ['value'],
  rate: ['rate'],
  trend: ['avg', 'min', 'max', 'med', 'p'],
}

export function mergeCatalogs(...catalogs: readonly MetricCatalog[]): MetricCatalog {
  return {
    metrics: new Map(catalogs.flatMap(({ metrics }) => [...metrics])),
    isOpen: catalogs.some(({ isOpen }) => isOpen),
  }
}

/**
 * The metric of a key, or what is wrong with it. Undefined where the catalog is open and the name is like none it knows:
 * it may be the scenario's own.
 */
export function lookUpMetric(
  { name, tags }: MetricKey,
  { metrics, isOpen }: MetricCatalog,
): { readonly entry?: MetricEntry; readonly fault?: string } {
  const entry = metrics.get(name)
  const hint = entry ? '' : didYouMean(name, metrics.keys())
  if (!entry && isOpen && hint === '') return {}
  if (!entry) return { fault: `is no metric of this workload${hint || ';'} known: ${[...metrics.keys()].join(', ')}` }
  const unknown = Object.keys(tags).find((tag) => !entry.tags.includes(tag))
  if (unknown === undefined) return { entry }
  const known = entry.tags.length === 0 ? 'it has no tags' : `its tags: ${entry.tags.join(', ')}`
  return { fault: `${unknown} is no tag of ${name}${didYouMean(unknown, entry.tags) || ';'} ${known}` }
}

/** Why a metric cannot be aggregated like that; undefined where it can. */
export function aggregationFault(key: MetricKey, entry: MetricEntry, aggregation: Aggregation): string | undefined {
  const { type, percentiles } = entry
  const shown = printAggregation(aggregation)
  if (!AGGREGATIONS[type].includes(aggregation.method)) {
    const known = AGGREGATIONS[type].map((method) => (method === 'p' ? 'p(N)' : method)).join(', ')
    return `${shown} is no aggregation of ${printMetricKey(key)}: a ${type} has ${known}`
  }
  const percent = aggregation.method === 'p' ? aggregation.percent : aggregation.method === 'med' ? 50 : undefined
  if (!percentiles || (percent !== undefined && percentiles.includes(percent))) return undefined
  const known = percentiles.map((one) => `p(${one})`).join(', ')
  return `${shown} of ${key.name} is not kept, and nothing is interpolated; kept are ${known}`
}
