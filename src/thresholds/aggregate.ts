import type { Histogram } from '../engine/histogram.ts'
import { printAggregation, type Aggregation } from './expression.ts'
import type { CounterReading, Reading, TrendReading } from './reading.ts'

/** Null where there is no data. Throws RangeError where the reading has no such aggregation. */
export function aggregate(reading: Reading, aggregation: Aggregation): number | null {
  const { method } = aggregation
  if (reading.type === 'trend') return aggregateTrend(reading, aggregation)
  if (reading.type === 'counter' && method === 'count') return reading.observed === 0 ? null : reading.count
  if (reading.type === 'counter' && method === 'rate') return perSecond(reading)
  if (reading.type === 'rate' && method === 'rate') return reading.total === 0 ? null : reading.trues / reading.total
  if (reading.type === 'gauge' && method === 'value') return reading.value
  throw new RangeError(`a ${reading.type} has no ${printAggregation(aggregation)}`)
}

/**
 * The duration that so many percent did not exceed, as `Histogram.quantileUs` has it (never less than the truth, at most
 * 0.8 % more), but to a millionth of a percent, and 0 is the minimum.
 */
export function percentileUs(values: Histogram, percent: number): number {
  if (percent === 0) return values.minUs
  const millionths = BigInt(Math.round(percent * 1e6)) * BigInt(values.count)
  const rank = Number((millionths + 99_999_999n) / 100_000_000n)
  let seen = 0
  for (const { upperUs, count } of values.buckets()) {
    seen += count
    if (seen >= rank) return upperUs
  }
  return values.maxUs
}

interface Trend {
  readonly min: number
  readonly max: number
  avg(): number
  percentile(percent: number): number
}

function aggregateTrend(reading: TrendReading, aggregation: Aggregation): number | null {
  if (reading.form === 'percentiles') return keptPercentile(reading.values, aggregation)
  const trend = reading.form === 'histogram' ? ofHistogram(reading.values) : ofSorted(reading.values)
  if (trend === null) return null
  const { method } = aggregation
  if (method === 'min' || method === 'max') return trend[method]
  if (method === 'avg') return trend.avg()
  return trend.percentile(percentOf(aggregation))
}

function ofHistogram(values: Histogram): Trend | null {
  if (values.count === 0) return null
  const { minUs, maxUs } = values
  return {
    min: minUs / 1000,
    max: maxUs / 1000,
    avg: () => values.meanUs / 1000,
    percentile: (percent) => percentileUs(values, percent) / 1000,
  }
}

function ofSorted(values: Float64Array): Trend | null {
  const { length } = values
  if (length === 0) return null
  return {
    min: values[0],
    max: values[length - 1],
    avg: () => values.reduce((sum, value) => sum + value, 0) / length,
    percentile: (percent) => interpolated(values, percent),
  }
}

/** Between closest ranks, as k6 and the report have it; ranks in whole hundred-thousandths. */
function interpolated(values: Float64Array, percent: number): number {
  const position = (values.length - 1) * Math.round(percent * 1000)
  const rest = position % 100_000
  const rank = (position - rest) / 100_000
  if (rest === 0) return values[rank]
  return values[rank] + ((values[rank + 1] - values[rank]) * rest) / 100_000
}

function keptPercentile(values: ReadonlyMap<number, number>, aggregation: Aggregation): number | null {
  if (values.size === 0) return null
  const value = values.get(percentOf(aggregation))
  if (value !== undefined) return value
  const kept = [...values.keys()].map((percent) => `p(${percent})`).join(', ')
  throw new RangeError(`${printAggregation(aggregation)} is not kept, and nothing is interpolated; kept are ${kept}`)
}

function percentOf(aggregation: Aggregation): number {
  if (aggregation.method === 'p') return aggregation.percent
  if (aggregation.method === 'med') return 50
  throw new RangeError(`a trend has no ${printAggregation(aggregation)} here`)
}

function perSecond({ count, observed, durationMs }: CounterReading): number | null {
  return observed === 0 || durationMs <= 0 ? null : (count / durationMs) * 1000
}
