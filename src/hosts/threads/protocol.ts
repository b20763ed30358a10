import type { Environment } from '../../environment/resolve-environment.ts'
import type { Delivery } from '../../jobs/queue.ts'
import type { Outcome } from '../../processor/outcome.ts'

/** What a thread is made with: enough to load its modules, while nobody knows yet what it will work on. */
export interface WorkerData {
  /** URL of the module that loads workloads: threads are handed it, and know none themselves. */
  readonly registry: string
}

/** What a thread begins with. */
export interface WorkerSettings {
  readonly environment: Environment
  readonly memoryBytes: number
  readonly testRunId: string | undefined
  readonly host: string
}

/**
 * Host → thread: once what it begins with, then jobs, those that came together in one message. `stop`: what lives by a
 * row in the table ends now, and says why; everything else is finished.
 */
export type HostMessage =
  | { readonly type: 'begin'; readonly settings: WorkerSettings }
  | { readonly type: 'jobs'; readonly jobs: readonly JobRequest[] }
  | { readonly type: 'stop'; readonly reason: string }

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
