import type { Verdict } from '../engine/verdict.ts'
import type { StepDocument } from '../results/traffic-document.ts'

/** What `turnaround hit --json` prints. */
export interface HitDocument {
  readonly format_version: 1
  /** Before any figure. */
  readonly verdict: Verdict
  /** A connection sends again when it has its answer: a slow target gets less load. No rate was asked for. */
  readonly model: 'closed'
  readonly executor: 'autocannon'
  /** Without credentials and query. */
  readonly target: string
  readonly method: string
  readonly connections: number
  readonly pipelining: number
  /** ISO 8601. */
  readonly started_at: string
  /** To the last answer, error or timeout. */
  readonly duration_ms: number
  /** Answers of any status. */
  readonly answers_per_second: number
  /** All requests. In a closed loop that never thinks, response time and service time are one. */
  readonly requests: StepDocument
  readonly failed: number
}
