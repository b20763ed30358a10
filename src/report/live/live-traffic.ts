import type { Figures } from '../../engine/figures.ts'
import { Histogram } from '../../engine/histogram.ts'
import type { ThresholdResult } from '../../results/documents.ts'

/** One second of the whole run. Latencies are response times of all steps in ms, null where nothing ended. */
export interface LiveSecond {
  readonly due: number
  readonly started: number
  /** Steps that ended. */
  readonly ended: number
  readonly failed: number
  readonly users: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

/** How a traffic run goes, from the windows merged so far. Its memory does not grow with the length of the run. */
export interface LiveTraffic {
  /** Takes the next window of all shards together; keeps nothing of it. */
  add(window: Figures): void
  /** How the thresholds stand now. */
  judge(thresholds: readonly ThresholdResult[]): void
  /** Seconds of load measured so far: a window each. */
  readonly seconds: number
  /** What the schedule takes; undefined where nobody knows. */
  readonly totalMs: number | undefined
  /** The last minute, oldest first. */
  readonly recent: readonly LiveSecond[]
  readonly starts: Readonly<Figures['starts']>
  readonly ended: number
  readonly failed: number
  /** Of everything that failed so far, the most frequent first. */
  readonly errors: readonly { readonly name: string; readonly count: number }[]
  readonly thresholds: readonly ThresholdResult[]
}

export const RECENT_SECONDS = 60

/** A run of which no window has come yet. */
export function createLiveTraffic(options: { readonly totalMs?: number } = {}): LiveTraffic {
  const starts = { due: 0, started: 0, late: 0, dropped: 0 }
  const errors = new Map<string, number>()
  let recent: LiveSecond[] = []
  let seconds = 0
  let ended = 0
  let failed = 0
  let thresholds: readonly ThresholdResult[] = []

  return {
    add(window) {
      const latency = new Histogram()
      let failedNow = 0
      for (const step of window.steps.values()) {
        for (const [outcome, { responseTime }] of step.outcomes) {
          latency.merge(responseTime)
          if (outcome === 'ok' || responseTime.count === 0) continue
          failedNow += responseTime.count
          errors.set(outcome, (errors.get(outcome) ?? 0) + responseTime.count)
        }
      }
      const { due, started, late, dropped } = window.starts
      starts.due += due
      starts.started += started
      starts.late += late
      starts.dropped += dropped
      ended += latency.count
      failed += failedNow
      seconds += 1
      const quantile = (q: number) => (latency.count === 0 ? null : latency.quantileUs(q) / 1000)
      const second = {
        due,
        started,
        ended: latency.count,
        failed: failedNow,
        users: window.levels.get('vus') ?? 0,
        p50: quantile(0.5),
        p95: quantile(0.95),
        p99: quantile(0.99),
      }
      recent = [...recent, second].slice(-RECENT_SECONDS)
    },
    judge(results) {
      thresholds = results
    },
    get seconds() {
      return seconds
    },
    totalMs: options.totalMs,
    get recent() {
      return recent
    },
    starts,
    get ended() {
      return ended
    },
    get failed() {
      return failed
    },
    get errors() {
      return [...errors].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count)
    },
    get thresholds() {
      return thresholds
    },
  }
}
