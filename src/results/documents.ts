import type { Json } from './canonical-json.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { Runner } from '../environment/runner.ts'
import type { Cost } from '../cost/cost-of.ts'
import type { Thresholds } from '../thresholds/schema.ts'
import type { WorkloadSummary } from '../workloads/workload.ts'
import type { MergedFrom } from './merged-from.ts'

/** `manifest.json`: what was run, written before the first job. */
export interface Manifest {
  readonly run_id: string
  readonly scenario: string
  readonly workload: string
  /** The scenario as resolved: defaults filled in, `--set` applied. */
  readonly settings: { readonly [name: string]: Json }
  readonly seed: number
  /** Of a bundle that was made of runs with several: all of them, ascending; `seed` is then the first. */
  readonly seeds?: readonly number[]
  /** The scenario's, as resolved; absent where it has none, and in manifests of older versions. */
  readonly thresholds?: Thresholds
  readonly generator_version: number
  readonly deterministic: boolean
  /** SHA-256 over scenario, settings, seed and generator version: a run id belongs to one of these. */
  readonly scenario_digest: string
  readonly environment: string
  /** Where the run was begun. */
  readonly runner: Runner
  readonly host: { readonly name: string; readonly cores: number; readonly platform: string; readonly workers: number }
  readonly versions: { readonly turnaround: string; readonly node: string; readonly git_sha: string | null }
  readonly started_at: string
  /** Of a bundle that was made of several. */
  readonly merged?: MergedFrom
}

/** One line of `ledger.ndjson`: what happened to one job. Times are wall-clock milliseconds, null where it did not happen. */
export interface LedgerEntry {
  readonly job_id: string
  readonly kind: string
  readonly state: 'done' | 'failed' | 'blocked' | 'queued' | 'pending'
  readonly attempt: number
  readonly output_key: string | null
  readonly output_sha256: string | null
  readonly output_bytes: number | null
  /** The last job it waited for was completed (the run's start for a root). */
  readonly ready_at: number | null
  /** SQS SentTimestamp of the delivery that completed it. */
  readonly sent_at: number | null
  /** SQS ApproximateFirstReceiveTimestamp. */
  readonly received_at: number | null
  readonly started_at: number | null
  readonly completed_at: number | null
  /** Monotonic, on the host that did it. */
  readonly processing_ms: number | null
  readonly host: string | null
  readonly error: { readonly code: string; readonly message: string } | null
}

/** Milliseconds. Null where there was nothing to measure. */
export interface Quantiles {
  readonly count: number
  readonly min: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
}

/**
 * `valid`: every job done, and all that was measured is there. `saturated`: the load generator was the bottleneck.
 * `incomplete`: jobs failed, blocked or left, or data is missing. `aborted`: stopped before its end.
 */
export type Verdict = 'valid' | 'saturated' | 'incomplete' | 'aborted'

/** A threshold of the scenario and how it came out. */
export interface ThresholdResult {
  /** With its tags, as written: `http_req_duration{step:checkout}`. */
  readonly metric: string
  /** As written: `p(95)<200`. */
  readonly expression: string
  readonly ok: boolean
  /** What was measured, in the metric's unit; null where there was nothing. */
  readonly actual: number | null
  readonly note: string | null
}

/** `results.json`: what happened, all figures. */
export interface ResultsDocument {
  readonly run_id: string
  readonly scenario: string
  readonly workload: string
  readonly seed: number
  /** As in the manifest. */
  readonly seeds?: readonly number[]
  /** The scenario as resolved, its digest, and what ran it where: as in the manifest. */
  readonly settings: Manifest['settings']
  readonly scenario_digest: string
  readonly environment: string
  readonly runner: Runner
  readonly versions: Manifest['versions']
  readonly verdict: Verdict
  /** One sentence on why, e.g. "3 jobs failed, 12 blocked". */
  readonly verdict_reason: string
  readonly exit_code: ExitCode
  readonly started_at: string
  readonly finished_at: string
  /**
   * By how much the scheduler's clock was set while the run went on, or its machine slept; absent where it was not. What is
   * told in time between two machines or processes may be wrong by as much. Latencies of traffic are not: they are
   * measured on a clock that cannot be set.
   */
  readonly clock_jump_ms?: number
  /** How often the run was taken up again by a new scheduler. */
  readonly resumed: number
  readonly jobs: {
    readonly total: number
    readonly done: number
    readonly failed: number
    readonly blocked: number
    readonly open: number
    readonly by_kind: {
      readonly [kind: string]: { readonly total: number; readonly done: number; readonly failed: number }
    }
  }
  /** First job ready to last job completed. */
  readonly makespan_ms: number
  /** The critical path's processing time alone: infinite hosts, no queues. */
  readonly ideal_makespan_ms: number
  readonly critical_path: readonly { readonly job_id: string; readonly processing_ms: number }[]
  readonly jobs_per_second: number
  /** Sent to first received. */
  readonly queue_wait_ms: Quantiles
  /** The processor's own work. */
  readonly service_ms: Quantiles
  /** Last need completed to sent. */
  readonly scheduler_delay_ms: Quantiles
  readonly deliveries: {
    /** Completions of jobs already known to be done. */
    readonly duplicates: number
    /** Completions of other runs that this scheduler read. */
    readonly foreign: number
    /** Attempts beyond the first, over all jobs. */
    readonly retries: number
    /** Messages that could not be understood, found in the DLQ. */
    readonly malformed: number
    readonly dead_lettered: number
    /** Jobs sent once more because their message was gone, or came back from the DLQ untried. */
    readonly resent: number
  }
  readonly failures: readonly {
    readonly job_id: string
    readonly attempts: number
    readonly code: string
    readonly message: string
  }[]
  /** SHA-256, hex; null while the run is not complete. */
  readonly digest: string | null
  readonly output: { readonly objects: number; readonly bytes: number }
  /** What it cost on AWS, or would have; absent in documents of older versions. */
  readonly cost?: Cost
  /** In the scenario's order; absent where it has none. */
  readonly thresholds?: readonly ThresholdResult[]
  /** Where this document was uploaded to, and why it is not there; null where nobody asked for it. */
  readonly upload: { readonly url: string; readonly error: string | null } | null
  /** What the workload says of its results: as data, and as the lines of the terminal summary. */
  readonly summary: WorkloadSummary['data']
  readonly summary_lines: WorkloadSummary['lines']
}
