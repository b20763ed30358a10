import type { OutcomeFigures, StepFigures } from '../engine/figures.ts'
import { Histogram } from '../engine/histogram.ts'
import type { Percentiles } from './stores.ts'
import type { LatencyDocument, StepDocument } from './traffic-document.ts'

/** A histogram as figures in milliseconds. */
export function latencyDocument(histogram: Histogram): LatencyDocument {
  const { count } = histogram
  const at = (q: number) => quantileMs(histogram, q)
  return {
    count,
    min: count === 0 ? null : histogram.minUs / 1000,
    mean: count === 0 ? null : histogram.meanUs / 1000,
    ...{ p50: at(0.5), p75: at(0.75), p90: at(0.9), p95: at(0.95), p99: at(0.99), p99_5: at(0.995), p99_9: at(0.999) },
    max: count === 0 ? null : histogram.maxUs / 1000,
  }
}

/** Milliseconds; null where nothing was recorded. */
export function quantileMs(histogram: Histogram, q: number): number | null {
  return histogram.count === 0 ? null : histogram.quantileUs(q) / 1000
}

/** A step, or several as one. */
export function stepDocument(...steps: readonly StepFigures[]): StepDocument {
  const outcomes = steps.flatMap((step) => [...step.outcomes]).filter(([, { responseTime }]) => responseTime.count > 0)
  const all = outcomes.map(([, figures]) => figures)
  const counts = summed(outcomes.map(([name, { responseTime }]) => [name, responseTime.count]))
  return {
    count: all.reduce((sum, { responseTime }) => sum + responseTime.count, 0),
    ok: counts['ok'] ?? 0,
    outcomes: counts,
    statuses: summed(all.flatMap(({ statuses }) => Array.from(statuses, ([status, times]) => [`${status}`, times]))),
    response_time_ms: latencyDocument(together(all.map(({ responseTime }) => responseTime))),
    service_time_ms: latencyDocument(together(all.map(({ serviceTime }) => serviceTime))),
    timings_ms: timingsOf(steps),
    bytes_sent: total(all, 'bytesSent'),
    bytes_received: total(all, 'bytesReceived'),
  }
}

/** Response times of all outcomes of these steps. */
export function responseTimes(steps: Iterable<StepFigures>): Histogram {
  const all = new Histogram()
  for (const { outcomes } of steps) for (const { responseTime } of outcomes.values()) all.merge(responseTime)
  return all
}

/** The seven percentiles of response times and their extremes, milliseconds. At least one must have been recorded. */
export function percentilesDocument(histogram: Histogram): Percentiles & { min: number; mean: number; max: number } {
  const at = (q: number) => histogram.quantileUs(q) / 1000
  return {
    percentile_50: at(0.5),
    percentile_75: at(0.75),
    percentile_90: at(0.9),
    percentile_95: at(0.95),
    percentile_99: at(0.99),
    'percentile_99.5': at(0.995),
    'percentile_99.9': at(0.999),
    ...{ min: histogram.minUs / 1000, mean: histogram.meanUs / 1000, max: histogram.maxUs / 1000 },
  }
}

function timingsOf(steps: readonly StepFigures[]): StepDocument['timings_ms'] {
  const names = [...new Set(steps.flatMap(({ timings }) => [...timings.keys()]))].sort()
  const documents = names.flatMap((name) => {
    const all = together(steps.flatMap(({ timings }) => timings.get(name) ?? []))
    return all.count === 0 ? [] : [[name, latencyDocument(all)] as const]
  })
  return Object.fromEntries(documents)
}

function together(histograms: readonly Histogram[]): Histogram {
  const all = new Histogram()
  for (const histogram of histograms) all.merge(histogram)
  return all
}

function total(all: readonly OutcomeFigures[], which: 'bytesSent' | 'bytesReceived'): number {
  return all.reduce((sum, outcome) => sum + outcome[which], 0)
}

function summed(counts: readonly (readonly [string, number])[]): { [name: string]: number } {
  const sums = new Map<string, number>()
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count)
  return Object.fromEntries(sums)
}
