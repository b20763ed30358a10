import { Histogram } from '../engine/histogram.ts'
import type { Series } from './series.ts'

/** What a metrics backend stores under one name. Durations are seconds. */
export interface Family {
  /** `[a-z0-9_]+`, without what a backend adds for kind and unit. */
  readonly name: string
  readonly help: string
  readonly unit: '' | 's' | 'By'
  readonly points: FamilyPoints
}

export type FamilyPoints =
  | { readonly kind: 'counter' | 'gauge'; readonly values: readonly Point<number>[] }
  | { readonly kind: 'histogram'; readonly values: readonly Point<Histogram>[] }

export interface Point<Value> {
  readonly labels: Readonly<Record<string, string>>
  readonly value: Value
}

const QUANTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
  ['max', 1],
] as const

/**
 * Series of a whole run as families. Metrics that k6 has too are named as its Prometheus output names them
 * (grafana.com/docs/k6/latest/results-output/real-time/prometheus-remote-write), the others begin with `turnaround_`. What a
 * scenario named itself is a label, never part of a name: two names cannot collide, and no name is invalid.
 */
export function familiesOf(series: readonly Series[]): Family[] {
  return [...Map.groupBy(series, familyName)].flatMap(([name, members]) => {
    const [first] = members
    if (first.type === 'trend') return trendFamilies(name, members)
    const values = members.flatMap((one) => {
      const value = numberOf(one)
      return value === undefined ? [] : [{ labels: labelsOf(one), value }]
    })
    const kind = first.type === 'counter' ? ('counter' as const) : ('gauge' as const)
    const unit = first.contains === 'data' ? ('By' as const) : ('' as const)
    return [{ name, help: HELP[first.type], unit, points: { kind, values } }]
  })
}

const HELP = {
  counter: 'Since the beginning of the run.',
  gauge: 'The highest of the last window.',
  rate: 'Share of all since the beginning of the run, 0 to 1.',
} as const

function familyName({ name, type, isCustom }: Series): string {
  if (isCustom)
    return {
      counter: 'turnaround_counter',
      gauge: 'turnaround_level',
      rate: 'turnaround_rate',
      trend: 'turnaround_timing',
    }[type]
  const whole = type === 'rate' ? `${name}_rate` : name
  return K6_NAMES.test(name) ? `k6_${whole}` : `turnaround_${whole}`
}

const K6_NAMES =
  /^(?:http_req.*|ws_.*|iterations|iteration_duration|dropped_iterations|vus|checks|data_sent|data_received)$/

function labelsOf({ name, tags, isCustom }: Series): Record<string, string> {
  return { ...tags, ...(isCustom && { name }) }
}

function numberOf(one: Series): number | undefined {
  if (one.type === 'counter') return one.count
  if (one.type === 'gauge') return one.value
  if (one.type === 'rate') return one.trues / one.total
  return undefined
}

/** A histogram per outcome, which adds up, and quantiles of all outcomes together, which could not be added up later. */
function trendFamilies(name: string, series: readonly Series[]): Family[] {
  const values = series.flatMap((one) =>
    one.type === 'trend' ? [{ labels: labelsOf(one), value: one.histogram }] : [],
  )
  const merged = [...Map.groupBy(values, ({ labels }) => labelsWithout('outcome', labels))].map(([key, members]) => {
    const histogram = new Histogram()
    for (const { value } of members) histogram.merge(value)
    return { labels: Object.fromEntries(JSON.parse(key) as [string, string][]), histogram }
  })
  return [
    { name, help: 'Since the beginning of the run.', unit: 's', points: { kind: 'histogram', values } },
    ...QUANTILES.map(([suffix, q]): Family => ({
      name: `${name}_${suffix}`,
      help: 'Of all outcomes since the beginning of the run, in seconds.',
      unit: '',
      points: {
        kind: 'gauge',
        values: merged.map(({ labels, histogram }) => ({ labels, value: histogram.quantileUs(q) / 1e6 })),
      },
    })),
  ]
}

/** As text that is equal where they are. */
function labelsWithout(label: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).filter(([name]) => name !== label))
}

/** Upper bounds in seconds, from half a millisecond to five minutes: a histogram's buckets where it leaves us. */
export const BOUNDS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
] as const

/** How many were at most as long as each bound; what is longer than the last is in `histogram.count` only. */
export function countsUpTo(histogram: Histogram): number[] {
  const counts = BOUNDS_SECONDS.map(() => 0)
  for (const { upperUs, count } of histogram.buckets()) {
    const at = BOUNDS_SECONDS.findIndex((bound) => upperUs <= bound * 1e6)
    if (at >= 0) counts[at] += count
  }
  let sum = 0
  return counts.map((count) => (sum += count))
}
