import type { Environment } from '../../environment/resolve-environment.ts'
import type { Delivery } from '../../jobs/queue.ts'
import type { Outcome } from '../../processor/process-message.ts'

/** What a thread is started with. */
export interface WorkerSettings {
  readonly environment: Environment
  /** URL of the module that loads workloads: threads are handed it, and know none themselves. */
  readonly registry: string
  readonly memoryBytes: number
  readonly testRunId: string | undefined
  readonly host: string
}

/** Host → thread, once: what lives by a row in the table ends now, and says why; everything else is finished. */
export interface StopRequest {
  readonly stop: string
}

/** Host → thread. */
export interface JobRequest {
  readonly id: number
  readonly delivery: Delivery
}

/**
 * Thread → host. `ready` once, then one `outcome` or `error` a request. An error is the environment's, not the job's.
 * `claimed` before the outcome of a job of a gang: it lives by its row in the table from now on, not by its message.
 */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'claimed'; readonly id: number }
  | { readonly type: 'outcome'; readonly id: number; readonly outcome: Outcome }
  | { readonly type: 'error'; readonly id: number; readonly message: string }
