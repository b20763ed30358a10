import type { Figures } from '../../engine/figures.ts'
import { quantileMs, responseTimes } from '../../results/traffic-figures.ts'
import { evaluateThresholds } from '../../thresholds/evaluate.ts'
import type { Thresholds } from '../../thresholds/schema.ts'
import type { TrafficNames } from '../../thresholds/traffic-definitions.ts'
import { trafficMetrics } from '../../thresholds/traffic-metrics.ts'

/** Whether a run of that length met its thresholds. */
export type Meets = (figures: Figures, durationMs: number) => boolean

/**
 * A step of a search is judged by the scenario's thresholds as if it were a run of its own. Those with a window or a baseline
 * are about another run than such a step, and do not judge it.
 */
export function meetsThresholds(thresholds: Thresholds, traffic: TrafficNames): Meets {
  const own = Object.entries(thresholds).map(([metric, list]) => {
    return [metric, list.filter(({ window, baseline }) => window === undefined && baseline === undefined)] as const
  })
  const judging = Object.fromEntries(own)
  return (figures, durationMs) =>
    evaluateThresholds(judging, trafficMetrics(figures, { durationMs, traffic })).every(({ ok }) => ok)
}

const MOST_ERRORS = 0.01
const MOST_P99_MS = 1_000

/** Where a scenario has no thresholds: errors below 1 % and a p99 of at most a second, of all steps. No data fails. */
export const meetsDefaults: Meets = (figures) => {
  const { count, p99_ms, error_share } = shareOfErrors(figures)
  return count > 0 && error_share < MOST_ERRORS && p99_ms! <= MOST_P99_MS
}

export function shareOfErrors({ steps }: Figures) {
  const response = responseTimes(steps.values())
  let ok = 0
  for (const { outcomes } of steps.values()) ok += outcomes.get('ok')?.responseTime.count ?? 0
  const { count } = response
  return {
    count,
    p95_ms: quantileMs(response, 0.95),
    p99_ms: quantileMs(response, 0.99),
    error_share: count === 0 ? 1 : (count - ok) / count,
  }
}
