import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Figures } from '../figures.ts'
import { addEncodedFigures } from '../figures-encoding.ts'
import type { GeneratorHealth } from '../generator-health.ts'
import type { ShardLimits, ShardOutcome } from '../load-loop.ts'
import { assertShards, compileSchedule, type RunnableSettings } from '../schedule/compile.ts'
import { createWindowMerger, type MergedWindow } from '../window-merger.ts'
import { heapLimitsFor } from './small-heap.ts'
import type { MainMessage, ThreadMessage, ThreadSettings } from './protocol.ts'

export interface ShardThreadsOptions {
  readonly executor: RunnableSettings
  readonly seed: number
  /** The shards given to this host, of `totalShards`. */
  readonly shards: readonly number[]
  readonly totalShards: number
  /** URL of a module that exports `createIterate` (protocol.ts). */
  readonly module: string
  /** Handed to it as it is; must be clonable. */
  readonly data?: unknown
  readonly limits?: ShardLimits
  /** Default: one per core, and no more than shards. */
  readonly threads?: number
  /** Windows of these shards merged, in the order of their numbers, as soon as all of them are there. */
  readonly onWindow: (window: MergedWindow) => void
  /** Every window of every shard as it comes, before it is merged: for a ledger. */
  readonly onShardWindow?: (window: { readonly shard: number; readonly number: number }) => void
}

export interface ShardThreads {
  /** Resolves when every shard could start; rejects where a thread dies before. */
  readonly ready: Promise<void>
  /** Begins the load at a wall-clock instant of this host, milliseconds; after `ready`. */
  go(startAt: number): void
  /** No more starts; iterations in flight have their grace. */
  stop(): void
  /** Resolves when all threads have ended, however; never rejects. */
  readonly done: Promise<ShardThreadsResult>
  /** Ends the threads at once; their shards are lost. */
  terminate(): Promise<void>
}

export interface ShardThreadsResult {
  /** Of the shards that came to their end. */
  readonly outcomes: readonly ShardOutcome[]
  /** Their totals together. */
  readonly total: Figures
  readonly health: readonly GeneratorHealth[]
  /** Shards whose thread died: what they measured since their last window is gone. */
  readonly lost: readonly { readonly shard: number; readonly reason: string }[]
}

/** From source and from the build alike: the file beside this one, with this one's ending. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Starts threads for the shards; they wait for `go`. Throws InvalidInputError where the schedule has too few users for so many shards. */
export function startShardThreads(options: ShardThreadsOptions): ShardThreads {
  const { executor, seed, shards, totalShards, module, data, limits, onWindow, onShardWindow } = options
  const schedule = compileSchedule(executor, seed)
  assertShards(schedule, totalShards)
  const threads = Math.max(1, Math.min(options.threads ?? availableParallelism(), shards.length))
  const resourceLimits = heapLimitsFor(schedule, shards.length / totalShards / threads)
  const merger = createWindowMerger({ shards, onWindow })
  const running = new Set(shards)
  const outcomes: ShardOutcome[] = []
  const health: GeneratorHealth[] = []
  const lost: { shard: number; reason: string }[] = []
  const total = new Figures()

  function dealWith(worker: Worker, message: ThreadMessage): void {
    if (message.type === 'window') {
      const { shard, number, figures } = message
      onShardWindow?.({ shard, number })
      merger.add(shard, number, figures)
      worker.postMessage({ type: 'taken' } satisfies MainMessage)
    } else if (message.type === 'ended') {
      outcomes.push(message.outcome)
      addEncodedFigures(message.total, total)
      running.delete(message.outcome.shard)
      merger.end(message.outcome.shard)
    } else if (message.type === 'health') health.push(message.health)
  }

  function loseShards(own: readonly number[], reason: string): void {
    for (const shard of own) {
      if (!running.delete(shard)) continue
      lost.push({ shard, reason })
      merger.end(shard)
    }
  }

  function startThread(number: number) {
    const own = shards.filter((_, at) => at % threads === number)
    const where = `thread ${number + 1} of ${threads}`
    const settings: ThreadSettings = { shards: own, totalShards, executor, seed, module, data, limits, where }
    const worker = new Worker(ENTRY, { workerData: settings, ...(resourceLimits && { resourceLimits }) })
    const ready = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    let why: string | undefined
    worker.on('message', (message: ThreadMessage) => {
      if (message.type === 'ready') ready.resolve()
      else dealWith(worker, message)
    })
    worker.on('error', (error) => {
      why = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', (code) => {
      const reason = why ?? `the thread ended with code ${code}`
      ready.reject(new Error(`shards ${own.join(', ')} cannot start: ${reason}`))
      loseShards(own, reason)
      ended.resolve()
    })
    return { worker, ready: ready.promise, ended: ended.promise }
  }

  const started = Array.from({ length: threads }, (_, number) => startThread(number))
  const send = (message: MainMessage) => started.forEach(({ worker }) => worker.postMessage(message))
  const ready = Promise.all(started.map((thread) => thread.ready)).then(() => undefined)
  ready.catch(() => undefined) // whoever waits sees it, and `done` tells the rest
  return {
    ready,
    go: (startAt) => send({ type: 'go', startAt }),
    stop: () => send({ type: 'stop' }),
    done: Promise.all(started.map((thread) => thread.ended)).then(() => {
      outcomes.sort((a, b) => a.shard - b.shard)
      return { outcomes, total, health, lost }
    }),
    async terminate() {
      await Promise.all(started.map(({ worker }) => worker.terminate()))
    },
  }
}
