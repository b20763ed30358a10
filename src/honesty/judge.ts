import type { Histogram } from '../engine/histogram.ts'
import { lagMs } from './lag.ts'

/** What is compared; 1 is the maximum. */
export const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999, 1] as const

/** How far a reported percentile may be from the true one. Shares are of the true one. */
export const BOUND = {
  share: 0.01,
  /** A bucket of the histogram is that wide at most. */
  bucketShare: 1 / 128,
  /** What a request over HTTP costs two processes on one machine, wake-ups and all, which no truth knows of. */
  floorMs: 1,
} as const

/** Beyond this, how long the way took or how late the generator was says more about the machine than about us. */
export const MOST_NOISE_P95_MS = 5

export interface Comparison {
  /** 0.5 … 0.999, or 1: the maximum. */
  readonly quantile: number
  readonly true_ms: number
  readonly reported_ms: number
  /** Reported less true. */
  readonly error_ms: number
  /** What `error_ms` may be, either way: the share, the bucket, the floor and `noise_ms`. */
  readonly bound_ms: number
  /** Measured beside the run, not by it: how late the way to the target and the generator's thread were. */
  readonly noise_ms: number
  readonly within: boolean
}

/** How late things were that are not the load generator's figures. */
export interface Noise {
  /** Of the way to the target and back. */
  readonly path: Histogram
  /** Of the generator's event loop. */
  readonly generator: Histogram | undefined
}

/**
 * `trueMs`: true response times, in any order. `slowerMs`: what they would be if every exchange took `noiseP95Ms` longer:
 * with few connections those ahead in the queue hand their noise on.
 */
export function compare(trueMs: Float64Array, slowerMs: Float64Array, reported: Histogram, noise: Noise): Comparison[] {
  const sorted = trueMs.toSorted()
  const slower = slowerMs.toSorted()
  return QUANTILES.map((quantile) => {
    const true_ms = trueQuantile(sorted, quantile)
    const reported_ms = reported.quantileUs(quantile) / 1000
    const error_ms = reported_ms - true_ms
    const noise_ms = Math.max(noiseMs(noise, quantile), trueQuantile(slower, quantile) - true_ms)
    const bound_ms = true_ms * (BOUND.share + BOUND.bucketShare) + BOUND.floorMs + noise_ms
    return { quantile, true_ms, reported_ms, error_ms, bound_ms, noise_ms, within: Math.abs(error_ms) <= bound_ms }
  })
}

/** As the histogram counts: the smallest value that a share of all did not exceed. `sorted` ascending; 0 where empty. */
export function trueQuantile(sorted: Float64Array, quantile: number): number {
  const rank = Math.max(1, Math.ceil((Math.round(quantile * 100_000) * sorted.length) / 100_000))
  return sorted[rank - 1] ?? 0
}

/** Few requests make the last percentiles: from p99 on, the worst that was measured. */
function noiseMs({ path, generator }: Noise, quantile: number): number {
  const q = quantile >= 0.99 ? 1 : quantile
  return lagMs(path, q) + lagMs(generator, q)
}

export function noiseP95Ms(noise: Noise): number {
  return noiseMs(noise, 0.95)
}
