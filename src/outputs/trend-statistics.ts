import type { Histogram } from '../engine/histogram.ts'

const QUANTILES = [
  ['med', 0.5],
  ['p(90)', 0.9],
  ['p(95)', 0.95],
  ['p(99)', 0.99],
  ['p(99.9)', 0.999],
] as const

/** A histogram by k6's statistics, in milliseconds. */
export function trendStatistics(histogram: Histogram): (readonly [stat: string, ms: number])[] {
  return [
    ['avg', rounded(histogram.meanUs)],
    ['min', rounded(histogram.minUs)],
    ...QUANTILES.map(([stat, q]) => [stat, rounded(histogram.quantileUs(q))] as const),
    ['max', rounded(histogram.maxUs)],
  ]
}

/** Nothing finer than a nanosecond: the mean has as many digits as a double. */
function rounded(us: number): number {
  return Math.round(us * 1000) / 1_000_000
}
