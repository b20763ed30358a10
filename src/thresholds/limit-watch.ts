import type { Figures, StepFigures } from '../engine/figures.ts'
import { shown } from './judge.ts'
import type { Limits } from './schema.ts'
import type { StopReason } from './stop-reason.ts'

/** What a run has done so far, all shards together. */
export interface SoFar {
  readonly elapsedMs: number
  /** Seconds that were seen. */
  readonly windows: number
  /** Requests, messages and other steps that ended. */
  readonly requests: number
  readonly bytesSent: number
  readonly bytesReceived: number
}

/** A share of fewer says nothing: 100 samples know it to about 5 percentage points. */
export const ERROR_RATE_SAMPLES = 100
/** A second until whoever watches the run reads what was shipped, and one until every shard has seen the stop. */
const LOOKS_SECONDS = 2
const SHIP_SECONDS = 1

/** From the end of the second in which a limit is reached to the last request sent, by how often shards ship what they saw. */
export function stopLagSeconds(shipSeconds = SHIP_SECONDS): number {
  return Math.ceil(shipSeconds) + LOOKS_SECONDS
}

const OK = 'ok'
const FAILED = 'failed'

/** Watches a run's limits; memory does not grow. The error rate is that of the run so far. */
export function createLimitWatch(
  limits: Limits,
  costSoFar: ((soFar: SoFar) => number) | undefined,
  lagSeconds = stopLagSeconds(),
) {
  const { maxErrorRate, maxDuration, maxCostUsd, maxRequests } = limits
  const steps = { total: 0, failed: 0 }
  const iterations = { total: 0, failed: 0 }
  const sum = { elapsedMs: 0, windows: 0, requests: 0, bytesSent: 0, bytesReceived: 0 }
  let lastSecond = 0

  function add(figures: Figures): void {
    lastSecond = 0
    for (const step of figures.steps.values()) {
      lastSecond += step.count
      steps.failed += step.count - samplesOf(step, OK)
      for (const outcome of step.outcomes.values()) {
        sum.bytesSent += outcome.bytesSent
        sum.bytesReceived += outcome.bytesReceived
      }
    }
    steps.total += lastSecond
    iterations.total += figures.iterations.count
    iterations.failed += samplesOf(figures.iterations, FAILED)
    sum.requests += lastSecond
    sum.windows += 1
  }

  /** The first limit that is reached `elapsedMs` after the start, the budget before the others. */
  function reached(elapsedMs: number): StopReason | undefined {
    sum.elapsedMs = Math.max(sum.elapsedMs, elapsedMs)
    const at = `after ${shown(Math.round(sum.elapsedMs / 100) / 10)} s`
    if (maxCostUsd !== undefined && costSoFar) {
      const dollars = costSoFar({ ...sum })
      if (dollars >= maxCostUsd) {
        return {
          kind: 'budget',
          text: `maxCostUsd ${shown(maxCostUsd)} reached ${at}: $${shown(dollars)}; ${overspend()}`,
        }
      }
    }
    if (maxRequests !== undefined && sum.requests >= maxRequests) {
      const text = `maxRequests ${shown(maxRequests)} reached ${at}: ${shown(sum.requests)} ended; ${overspend()}`
      return { kind: 'limit', limit: 'maxRequests', text }
    }
    if (maxDuration !== undefined && sum.elapsedMs >= maxDuration) {
      return { kind: 'limit', limit: 'maxDuration', text: `maxDuration ${shown(maxDuration / 1000)} s reached` }
    }
    return errorRate(at)
  }

  function errorRate(at: string): StopReason | undefined {
    if (maxErrorRate === undefined) return undefined
    const counted = [
      { ...steps, what: 'steps' },
      { ...iterations, what: 'iterations' },
    ]
    const over = counted.find(({ total, failed }) => total >= ERROR_RATE_SAMPLES && failed / total > maxErrorRate)
    if (!over) return undefined
    const { total, failed, what } = over
    const text = `maxErrorRate ${shown(maxErrorRate)} passed ${at}: ${shown(failed)} of ${shown(total)} ${what} failed`
    return { kind: 'limit', limit: 'maxErrorRate', text }
  }

  function overspend(): string {
    return `until every shard stops, up to ${lagSeconds} s, about ${shown(lastSecond * lagSeconds)} more`
  }

  return { add, reached }
}

/** What a limit on requests or cost can be overspent by, in requests, at this rate: it is looked at once a second. */
export function overspendRequests(requestsPerSecond: number, lagSeconds = stopLagSeconds()): number {
  return Math.ceil(requestsPerSecond * (1 + lagSeconds))
}

function samplesOf(step: StepFigures, outcome: string): number {
  return step.outcomes.get(outcome)?.responseTime.count ?? 0
}
