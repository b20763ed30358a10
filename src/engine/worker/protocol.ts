import type { Clock } from '../../clock.ts'
import type { ThinkMs } from '../closed-loop.ts'
import type { GeneratorHealth } from '../generator-health.ts'
import type { Iterate } from '../iteration.ts'
import type { ShardLimits, ShardOutcome } from '../load-loop.ts'
import type { StepRecorder } from '../recorder.ts'
import type { RunnableSettings } from '../schedule/compile.ts'

/** What a thread is started with. All of it can be cloned. */
export interface ThreadSettings {
  /** The shards of this thread, of `totalShards` of the run. */
  readonly shards: readonly number[]
  readonly totalShards: number
  readonly executor: RunnableSettings
  /** The run's. */
  readonly seed: number
  /** URL of a module that exports `createIterate`. */
  readonly module: string
  /** Handed to `createIterate` as it is. */
  readonly data: unknown
  readonly limits?: ShardLimits | undefined
  /** What this thread is called in the verdict. */
  readonly where: string
}

/** What the module of `ThreadSettings` exports. */
export interface IterateModule {
  readonly createIterate: (context: IterateContext) => LoadedIterate | Promise<LoadedIterate>
}

/** Called once for each shard, before the thread is ready: connect, read data, warm up here. */
export interface IterateContext {
  readonly data: unknown
  readonly shard: number
  readonly shards: number
  readonly seed: number
  readonly recorder: StepRecorder
  readonly clock: Clock
  /** Aborts when the run is to end early: an iteration that only holds something then lets go of it. */
  readonly stop?: AbortSignal
  /** It was asked for what it must not do, and why: ends the shards of this thread. The first reason counts. */
  readonly refuse?: (why: string) => void
}

/** Counts calls of `refuse`. It is told with the windows, so that whoever watches the run can end the other shards. */
export const REFUSALS_COUNTER = 'refusals'

export interface LoadedIterate {
  readonly iterate: Iterate
  readonly thinkMs?: ThinkMs
  /** Closes connections; called when the shard has ended. */
  readonly close?: () => Promise<void> | void
}

/** Main → thread. `taken`: one window was dealt with, and there is room for another. */
export type MainMessage =
  { readonly type: 'go'; readonly startAt: number } | { readonly type: 'stop' } | { readonly type: 'taken' }

/** Thread → main: `ready`, then windows while it runs, `ended` for each shard, `health` at the last. */
export type ThreadMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'window'
      readonly shard: number
      readonly number: number
      readonly figures: Uint8Array<ArrayBuffer>
    }
  | { readonly type: 'ended'; readonly outcome: ShardOutcome; readonly total: Uint8Array<ArrayBuffer> }
  | { readonly type: 'health'; readonly health: GeneratorHealth }
