import type { Percentiles } from './stores.ts'
import { wholeRange } from './whole-range.ts'

/** The seven, as thousandths: ranks are computed in integers, so that no reader's rounding moves one. */
const THOUSANDTHS = [500, 750, 900, 950, 990, 995, 999] as const

/** Whole minutes that lie within this many are counted; sorting takes about ten times as long. */
const MOST_COUNTED = 1 << 16

/** The value of given rank, 0 … n - 1, counted from the smallest. Ranks are asked for in ascending order. */
type ValueAtRank = (rank: number) => number

/**
 * The 50th, 75th, 90th, 95th, 99th, 99.5th and 99.9th percentile of `delayMinutes`, by linear interpolation between
 * closest ranks: quantile q lies at rank (n - 1) q, between the values on both sides (Hyndman and Fan 1996, type 7,
 * NumPy's default: https://numpy.org/doc/stable/reference/generated/numpy.percentile.html). Rounded to 9 decimals.
 * Throws RangeError where there are no delays or one is not a finite number. Does not change its argument.
 */
export function percentilesOf(delayMinutes: Float64Array): Percentiles {
  if (delayMinutes.length === 0) throw new RangeError('percentiles need at least one delay, got none')
  const valueAtRank = byCounting(delayMinutes) ?? bySorting(delayMinutes)
  const [p50, p75, p90, p95, p99, p995, p999] = THOUSANDTHS.map((k) => quantile(valueAtRank, delayMinutes.length, k))
  return {
    percentile_50: p50,
    percentile_75: p75,
    percentile_90: p90,
    percentile_95: p95,
    percentile_99: p99,
    'percentile_99.5': p995,
    'percentile_99.9': p999,
  }
}

function quantile(valueAtRank: ValueAtRank, n: number, thousandths: number): number {
  const position = (n - 1) * thousandths
  const rest = position % 1000
  const rank = (position - rest) / 1000
  const below = valueAtRank(rank)
  if (rest === 0) return round9(below)
  const above = valueAtRank(rank + 1)
  return round9(below + ((above - below) * rest) / 1000)
}

/** To 9 decimals, correctly, and never to -0. */
function round9(value: number): number {
  return Number(value.toFixed(9)) + 0
}

/** Undefined where the values are not all whole, or lie too far apart. */
function byCounting(values: Float64Array): ValueAtRank | undefined {
  const range = wholeRange(values, MOST_COUNTED)
  if (range === undefined) return undefined
  const { smallest, size } = range
  const counts = new Uint32Array(size)
  for (let i = 0; i < values.length; i++) counts[values[i] - smallest]++
  let index = 0
  let upToIndex = counts[0]
  return (rank) => {
    // An interpolation asks for one rank past the last one it needs, which the next quantile may lie before.
    while (index > 0 && rank < upToIndex - counts[index]) upToIndex -= counts[index--]
    while (rank >= upToIndex) upToIndex += counts[++index]
    return smallest + index
  }
}

function bySorting(values: Float64Array): ValueAtRank {
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) throw new RangeError(`delays must be finite numbers, got ${values[wrong]} at ${wrong}`)
  const sorted = values.toSorted()
  return (rank) => sorted[rank]
}
