import type { Verdict } from '../engine/verdict.ts'
import type { BOUND, Comparison } from './judge.ts'

/** What `turnaround honesty --json` prints. */
export interface HonestyDocument {
  readonly format_version: 1
  readonly machine: { readonly cores: number; readonly node: string; readonly platform: string }
  readonly bound: typeof BOUND
  readonly behaviours: readonly HonestyResult[]
}

export interface HonestyResult {
  readonly behaviour: string
  readonly settings: Readonly<Record<string, number>>
  readonly rate_per_second: number
  readonly duration_ms: number
  readonly connections: number
  /**
   * `saturated`: not within the bound, and the generator or the machine had no time for the schedule; nothing can be said.
   * `incomplete`: figures are missing. `reasons` says why; for `within`, what the verdict found all the same.
   */
  readonly state: 'within' | 'beyond' | 'saturated' | 'incomplete'
  readonly reasons: readonly string[]
  /** Runs it took: one that was saturated is repeated once. */
  readonly runs: number
  readonly verdict: Verdict
  /** Requests; arrivals of the schedule. */
  readonly requests: { readonly true: number; readonly reported: number }
  /** Answers with status 500 and above. */
  readonly errors: { readonly true: number; readonly reported: number; readonly bound: number }
  readonly percentiles: readonly Comparison[]
}
