import type { Quantiles } from '../results/documents.ts'

/** Quantiles in thousandths, so that ranks are integers. */
const P50 = 500
const P90 = 900
const P99 = 990

/**
 * Exact quantiles of `values` (any unit, kept as it is): linear interpolation between closest ranks, NumPy's default.
 * All null where there are no values. Sorts a copy: O(n log n), 8 bytes per value.
 */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort()
  const count = sorted.length
  if (count === 0) return { count, min: null, p50: null, p90: null, p99: null, max: null }
  return {
    count,
    min: sorted[0],
    p50: quantile(sorted, P50),
    p90: quantile(sorted, P90),
    p99: quantile(sorted, P99),
    max: sorted[count - 1],
  }
}

function quantile(sorted: Float64Array, thousandths: number): number {
  const rank = (sorted.length - 1) * thousandths
  const below = sorted[Math.floor(rank / 1000)]
  const above = sorted[Math.ceil(rank / 1000)]
  return below + (above - below) * ((rank % 1000) / 1000)
}
