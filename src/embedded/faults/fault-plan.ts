import { type ServiceName, serviceNames } from '../service.ts'

/**
 * What is to go wrong, when, and how often: as a scenario, a file or `PUT /_turnaround/faults` gives it, hence its
 * spelling. The same plan and the same calls in the same order give the same faults.
 */
export interface FaultPlan {
  /** 0 to 2^53 - 1; default 1. */
  readonly seed?: number
  /**
   * At most 1,000. A call is held against each in turn, and more than one may befall it: a wait, then a refusal. The
   * first of throttle, error, timeout and reset-connection ends it.
   */
  readonly faults: readonly Fault[]
}

export interface Fault {
  readonly fault: FaultKind
  /** Default: any. */
  readonly service?: ServiceName
  /** AWS's name, e.g. `SendMessage`. Default: any. */
  readonly operation?: string
  /**
   * Name of the queue, table or secret, or `bucket/key`; `*` stands for any characters, `?` for one. A call that is about
   * several tables goes by the first. Default: any.
   */
  readonly resource?: string
  /** Of the calls that match, 0-1; default 1. */
  readonly share?: number
  /** Since the plan was put, on the server's clock; default 0. */
  readonly from_seconds?: number
  /** Until before then; default: for ever. */
  readonly to_seconds?: number
  /** At most so many times; default: no limit. */
  readonly limit?: number
  /** throttle: 400, 429 or 503; error: 500-599. Default: what the service itself would answer. */
  readonly status?: number
  /** latency, where it is required: 0-900,000. */
  readonly delay_ms?: number
  /** latency: up to so much more, evenly drawn; 0-900,000, default 0. */
  readonly jitter_ms?: number
  /** slow-body, where it is required: 1-1,000,000,000. */
  readonly bytes_per_second?: number
}

export type FaultKind =
  /** Refused as "too many requests" in the service's own words. Nothing happens. */
  | 'throttle'
  /** Refused as the service's fault. Nothing happens. */
  | 'error'
  /** Waits, then works; also where the client has left meanwhile. */
  | 'latency'
  /** Nothing happens and no answer comes. Closed when the client leaves, at the latest after 15 minutes. */
  | 'timeout'
  /** Nothing happens; the connection is reset. */
  | 'reset-connection'
  /** Happens twice, as after a retry of a call whose answer was lost; the second one is answered. Not for S3. */
  | 'duplicate'
  /** Happens; the connection is reset before a byte of the answer. */
  | 'lost-response'
  /** Happens; the answer's body trickles. */
  | 'slow-body'

/** Those whose requests are held whole: applying one twice is running its work again. An S3 body is gone once read. */
export const repeatableServices: readonly ServiceName[] = serviceNames.filter((name) => name !== 's3')
