import type { StepFigures } from '../../engine/figures.ts'
import { Histogram } from '../../engine/histogram.ts'

/** Requirement 000's statistics, milliseconds to the microsecond. Percentiles are of all samples, never of averages. */
export type LatencyStats = {
  readonly min: number
  readonly max: number
  readonly avg: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** Null where nothing was recorded. */
export function latencyStats(histogram: Histogram): LatencyStats | null {
  if (histogram.count === 0) return null
  const quantile = (q: number) => histogram.quantileUs(q) / 1000
  return {
    min: histogram.minUs / 1000,
    max: histogram.maxUs / 1000,
    avg: Math.round(histogram.meanUs) / 1000,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
  }
}

/** Of what went well: from the intended instant, or from the send. A failure's latency is only its timeout's. */
export function okLatency(step: StepFigures | undefined, which: 'responseTime' | 'serviceTime'): Histogram {
  return step?.outcomes.get('ok')?.[which] ?? new Histogram()
}

export function okCount(step: StepFigures | undefined): number {
  return okLatency(step, 'responseTime').count
}
