import { systemClock, type Clock } from '../../clock.ts'
import { describeError } from '../failure-log.ts'
import { encodeFigures } from '../figures-encoding.ts'
import { watchGenerator } from '../generator-health.ts'
import { runShard, type ShardOutcome } from '../load-loop.ts'
import { createRecorder, type RecordedWindow, type Recorder } from '../recorder.ts'
import { compileSchedule } from '../schedule/compile.ts'
import {
  REFUSALS_COUNTER,
  type IterateModule,
  type LoadedIterate,
  type MainMessage,
  type ThreadMessage,
  type ThreadSettings,
} from './protocol.ts'

/** Windows on their way that the main thread has not dealt with: two minutes of a thread with one shard. */
export const MOST_UNTAKEN = 120
const SAMPLE_EVERY_MS = 5_000
export const STRAY_COUNTER = 'unhandled_rejections'

export interface LoadThread {
  receive(message: MainMessage): void
  /** A promise that nobody waited for has failed. While shards run it is counted, and told once; before, it ends the thread. */
  stray(reason: unknown): void
  /** Resolves when all shards have ended and everything was posted. */
  readonly done: Promise<void>
}

interface LoadedShard {
  readonly shard: number
  readonly recorder: Recorder
  readonly loaded: LoadedIterate
}

/**
 * The shards of one thread: loads their iterate functions, says `ready`, waits for `go`, runs. Where the main thread
 * does not keep up, windows beyond the bound are left out: the ledger tells, and memory stays bounded.
 */
export function startLoadThread(options: {
  readonly settings: ThreadSettings
  readonly post: (message: ThreadMessage, transfer?: ArrayBuffer[]) => void
  readonly clock?: Clock
  readonly load?: (module: string) => Promise<IterateModule>
}): LoadThread {
  const { settings, post, clock = systemClock, load = importModule } = options
  const { shards, totalShards, seed, limits } = settings
  const go = Promise.withResolvers<number>()
  const stop = new AbortController()
  let untaken = 0
  let running: Recorder | undefined
  let hasStrayed = false
  let refusal: string | undefined

  function ship({ shard, number, figures }: RecordedWindow): void {
    if (untaken >= MOST_UNTAKEN) return
    untaken += 1
    const encoded = encodeFigures(figures)
    post({ type: 'window', shard, number, figures: encoded }, [encoded.buffer])
  }

  async function loadShard(module: IterateModule, shard: number): Promise<LoadedShard> {
    const recorder = createRecorder({ shard, onWindow: ship })
    const refuse = (why: string): void => {
      recorder.count(REFUSALS_COUNTER)
      refusal ??= why
      stop.abort(new Error(why))
    }
    const context = {
      data: settings.data,
      shard,
      shards: totalShards,
      seed,
      recorder,
      clock,
      stop: stop.signal,
      refuse,
    }
    return { shard, recorder, loaded: await module.createIterate(context) }
  }

  async function runLoaded({ shard, recorder, loaded }: LoadedShard, startAt: number): Promise<ShardOutcome> {
    const schedule = compileSchedule(settings.executor, seed)
    const { iterate, thinkMs, close } = loaded
    const shared = { schedule, shard, shards: totalShards, seed, iterate, recorder, clock, startAt, stop: stop.signal }
    try {
      const ran = await runShard({ ...shared, ...(thinkMs && { thinkMs }), ...(limits && { limits }) })
      const outcome = refusal === undefined ? ran : { ...ran, refusal }
      const total = encodeFigures(recorder.total)
      post({ type: 'ended', outcome, total }, [total.buffer])
      return outcome
    } finally {
      await close?.()
    }
  }

  async function run(): Promise<void> {
    const module = await load(settings.module)
    const loaded = await Promise.all(shards.map((shard) => loadShard(module, shard)))
    post({ type: 'ready' })
    const startAt = await go.promise
    running = loaded[0]?.recorder
    const watch = watchGenerator(settings.where, clock)
    const sampling = setInterval(() => watch.sample(), SAMPLE_EVERY_MS)
    try {
      const outcomes = await Promise.all(loaded.map((shard) => runLoaded(shard, startAt)))
      const spinMs = outcomes.reduce((sum, outcome) => sum + outcome.spinMs, 0)
      post({ type: 'health', health: watch.stop(spinMs) })
    } finally {
      clearInterval(sampling)
    }
  }

  return {
    receive(message) {
      if (message.type === 'go') go.resolve(message.startAt)
      else if (message.type === 'stop') {
        stop.abort(new Error('the run was stopped'))
        go.resolve(clock.now()) // who still waits for it has nothing to do
      } else untaken -= 1
    },
    stray(reason) {
      if (running === undefined) throw reason
      running.count(STRAY_COUNTER)
      if (hasStrayed) return
      hasStrayed = true
      process.stderr.write(`a promise that nobody waits for was rejected: ${describeError(reason).stack}\n`)
    },
    done: run(),
  }
}

async function importModule(module: string): Promise<IterateModule> {
  const loaded = (await import(module)) as Partial<IterateModule>
  if (typeof loaded.createIterate !== 'function') throw new TypeError(`${module} exports no function createIterate`)
  return loaded as IterateModule
}
