import type { CheckCount } from '../engine/check-counts.ts'
import type { Failure } from '../engine/failure-log.ts'
import type { StartCounts } from '../engine/figures.ts'
import type { GeneratorHealth } from '../engine/generator-health.ts'
import type { SearchResult } from '../engine/schedule/step-to-failure.ts'
import type { Verdict } from '../engine/verdict.ts'
import type { ShardLedger } from '../engine/window-ledger.ts'
import type { StoredObject } from './stores.ts'

/** `traffic.json` of a bundle: all that a traffic run measured, made by its merge job; what reports and gates read. */
export interface TrafficDocument {
  readonly format_version: 1
  /** Before any figure. */
  readonly verdict: Verdict
  readonly workload: string
  /** Open: starts at fixed instants. Closed: a user starts again when it has ended, and a slow target gets less load. */
  readonly model: 'open' | 'closed'
  readonly executor: string
  /** Equal for any number of shards. */
  readonly schedule_digest: string
  /** What the target is called, without secrets. */
  readonly target: string
  /** ISO 8601; the agreed instant. Null where the load never began. */
  readonly started_at: string | null
  /** From the agreed instant to the end of the last shard. */
  readonly duration_ms: number
  readonly shards: readonly ShardDocument[]
  readonly ledger: readonly ShardLedger[]
  readonly starts: StartCounts
  /** How much later than intended iterations started. */
  readonly slip_ms: LatencyDocument
  readonly iterations: StepDocument
  readonly steps: { readonly [step: string]: StepDocument }
  /** All steps together. */
  readonly all_steps: StepDocument
  readonly checks: readonly CheckCount[]
  /** Named counts other than checks. */
  readonly counters: { readonly [name: string]: number }
  /** The highest that was seen, all shards together; `vus` among them. */
  readonly levels: { readonly [name: string]: number }
  readonly bytes_sent: number
  readonly bytes_received: number
  /** Over time; at most 600 entries, each of one or more whole windows. */
  readonly timeline: Timeline
  /** Rows of the heat map of response times: of each timeline entry, samples by bucket of `heat_bounds_ms`. */
  readonly heat_bounds_ms: readonly number[]
  readonly heat: readonly (readonly number[])[]
  /** Why iterations failed, the most frequent first. */
  readonly failures: readonly Failure[]
  /** Of a `step-to-failure`. */
  readonly search?: SearchDocument
  /**
   * The other objects that belong into the bundle: windows.bin, figures.bin, windows.parquet, percentiles/…,
   * merged_percentiles/…, delays/… of the shards. Sorted by key.
   */
  readonly files: readonly StoredObject[]
  /** Of runs that were merged one after the other: where each lies. */
  readonly segments?: readonly Segment[]
  /** What the workload has to say beyond that: requirement 000's result block of a relay run, for instance. */
  readonly extra?: { readonly [name: string]: unknown }
}

/** A stretch of windows of its own. */
export interface Segment {
  readonly first_window: number
  readonly windows: number
  readonly duration_ms: number
  /** ISO 8601; null where its load never began. */
  readonly started_at: string | null
}

/** One shard, as it ended. Written by the shard itself; `lost` by the scheduler. */
export interface ShardDocument {
  readonly job_id: string
  readonly shard: number
  readonly host: string
  /** `never_started`: the gang never began. `failed`: the generator itself failed. `lost`: its host is gone. */
  readonly state: 'finished' | 'stopped' | 'never_started' | 'failed' | 'lost'
  /** Why, for all but `finished`. */
  readonly reason: string | null
  /** Windows made; null where nobody knows. */
  readonly windows: number | null
  /** Objects in which they were shipped: 0 … batches - 1. */
  readonly batches: number
  readonly duration_ms: number
  readonly spin_ms: number
  /** Iterations that did not end although they were interrupted. */
  readonly abandoned: number
  readonly failures: readonly Failure[]
  readonly health: readonly GeneratorHealth[]
  /** Of this host's clock against the coordinator's. */
  readonly clock: { readonly offset_ms: number; readonly uncertainty_ms: number } | null
  /** The agreed instant by the coordinator's clock, ISO 8601; absent where the load never began, or nobody knows. */
  readonly started_at?: string
  /** What it counted itself: the windows that arrived must add up to it. */
  readonly totals?: ShardTotals
  /** `delays/<job_id>.parquet`. */
  readonly delays?: StoredObject
}

export interface ShardTotals {
  readonly due: number
  readonly started: number
  readonly dropped: number
  readonly iterations: number
  /** Of all steps. */
  readonly samples: number
  /** Sum of all steps' response times, a whole number that may be larger than a double holds. */
  readonly response_us: string
}

/** Milliseconds; null where there is nothing. */
export interface LatencyDocument {
  readonly count: number
  readonly min: number | null
  readonly mean: number | null
  readonly p50: number | null
  readonly p75: number | null
  readonly p90: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly p99_5: number | null
  readonly p99_9: number | null
  readonly max: number | null
}

export interface StepDocument {
  readonly count: number
  /** Of those, with outcome `ok`. */
  readonly ok: number
  /** By outcome: `ok`, `timeout`, `refused`, `http_5xx`, … */
  readonly outcomes: { readonly [outcome: string]: number }
  readonly statuses: { readonly [status: string]: number }
  /** From the intended start: what a user would have waited. All outcomes. */
  readonly response_time_ms: LatencyDocument
  /** From the send. All outcomes. */
  readonly service_time_ms: LatencyDocument
  /** Parts of it that have a name: `connecting`, `waiting`, … */
  readonly timings_ms: { readonly [name: string]: LatencyDocument }
  readonly bytes_sent: number
  readonly bytes_received: number
}

/** Arrays of one length, an entry per slice of time. Latencies are response times of all steps, null where nothing ended. */
export interface Timeline {
  readonly slice_ms: number
  readonly due: readonly number[]
  readonly started: readonly number[]
  /** Steps that ended, by how. */
  readonly ok: readonly number[]
  readonly failed: readonly number[]
  readonly vus: readonly number[]
  readonly p50: readonly (number | null)[]
  readonly p90: readonly (number | null)[]
  readonly p95: readonly (number | null)[]
  readonly p99: readonly (number | null)[]
  readonly max: readonly (number | null)[]
}

export interface SearchDocument extends SearchResult {
  readonly tried: readonly {
    readonly rate: number
    readonly outcome: 'met' | 'failed' | 'saturated'
    readonly p95_ms: number | null
    readonly error_share: number
  }[]
}
