import type { RelayShard } from './relay-shard.ts'

export interface ConnectAttempt {
  readonly intendedAtMs: number
  readonly sentAtMs: number
  /** `ok`, or the class of its last error. */
  readonly outcome: string
  /** Attempts that failed before. */
  readonly retries: number
  /** When the run began. */
  readonly runStartMs: number
  /** Whether a session began with it. */
  readonly isFirst: boolean
}

/** A connection that is there, or will not be: `immediate` without an error before, `recovered` after some, `failed`. */
export function recordConnect({ recorder, clock }: RelayShard, attempt: ConnectAttempt): void {
  const { intendedAtMs, sentAtMs, outcome, retries, runStartMs, isFirst } = attempt
  const endedAtMs = clock.monotonic()
  recorder.record('connect', { outcome, intendedAtMs, sentAtMs, endedAtMs })
  // Their maxima are how long the ramp-up took, and until when all were settled: exact over any number of shards.
  if (isFirst) recorder.timing('connect', 'started_after', sentAtMs - runStartMs)
  recorder.timing('connect', 'settled_after', endedAtMs - runStartMs)
  recorder.count('connects_attempted')
  recorder.count(outcome === 'ok' ? (retries === 0 ? 'connects_immediate' : 'connects_recovered') : 'connects_failed')
  if (retries > 0) recorder.count('connect_retries', retries)
}
