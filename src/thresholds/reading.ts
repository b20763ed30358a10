import { Histogram } from '../engine/histogram.ts'

/** What a source knows of a metric: enough for every aggregation of its type. */
export type Reading = TrendReading | CounterReading | RateReading | GaugeReading

/** Durations. A histogram's are microseconds and are answered as milliseconds; the other two are taken as they are. */
export type TrendReading =
  | { readonly type: 'trend'; readonly form: 'histogram'; readonly values: Histogram }
  /** Ascending. */
  | { readonly type: 'trend'; readonly form: 'sorted'; readonly values: Float64Array }
  /** Value by percent, and nothing else. */
  | { readonly type: 'trend'; readonly form: 'percentiles'; readonly values: ReadonlyMap<number, number> }

export interface CounterReading {
  readonly type: 'counter'
  readonly count: number
  /** Of how many it was counted which could have been: with none, a count of 0 says nothing. */
  readonly observed: number
  /** For `rate`, which is per second. */
  readonly durationMs: number
}

export interface RateReading {
  readonly type: 'rate'
  readonly trues: number
  readonly total: number
}

export interface GaugeReading {
  readonly type: 'gauge'
  readonly value: number | null
}

/**
 * Adds what another span of time says; undefined says nothing, and neither does a reading of another type: a name that a
 * scenario's own code records as two things stays the first. Changes `into` where it is a histogram, and answers the sum.
 */
export function addReading(into: Reading | undefined, other: Reading | undefined): Reading | undefined {
  if (other === undefined) return into
  if (into === undefined) return copyReading(other)
  if (into.type !== other.type) return into
  if (into.type === 'counter' && other.type === 'counter') {
    return {
      type: 'counter',
      count: into.count + other.count,
      observed: into.observed + other.observed,
      durationMs: into.durationMs + other.durationMs,
    }
  }
  if (into.type === 'rate' && other.type === 'rate') {
    return { type: 'rate', trues: into.trues + other.trues, total: into.total + other.total }
  }
  if (into.type === 'gauge' && other.type === 'gauge') return { type: 'gauge', value: higher(into.value, other.value) }
  if (into.type === 'trend' && other.type === 'trend' && into.form === 'histogram' && other.form === 'histogram') {
    into.values.merge(other.values)
    return into
  }
  throw new RangeError('trends can only be added as histograms')
}

export function copyReading(reading: Reading): Reading {
  if (reading.type !== 'trend' || reading.form !== 'histogram') return reading
  const values = new Histogram()
  values.merge(reading.values)
  return { type: 'trend', form: 'histogram', values }
}

function higher(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}
