import { setMaxListeners } from 'node:events'
import { atMost, systemClock, type Clock } from '../clock.ts'
import { closedLoop, type ThinkMs } from './closed-loop.ts'
import type { Failure } from './failure-log.ts'
import type { Iterate } from './iteration.ts'
import { createIterationRunner } from './iteration-runner.ts'
import { openLoop } from './open-loop.ts'
import { sleepingPacer, sleepOrStop, spinningPacer } from './pacer.ts'
import { WINDOW_MS, type Recorder } from './recorder.ts'
import { assertShards } from './schedule/compile.ts'
import { LATE_AFTER_MS, type Schedule } from './schedule/schedule.ts'
import { assertShard, shareOf } from './schedule/share.ts'

export interface RunShardOptions {
  readonly schedule: Schedule
  /** 0 … shards - 1. */
  readonly shard: number
  readonly shards: number
  /** The run's. */
  readonly seed: number
  readonly iterate: Iterate
  /** Think time between a user's iterations; only a closed model has one. */
  readonly thinkMs?: ThinkMs
  /** Of this shard, not begun. */
  readonly recorder: Recorder
  readonly clock?: Clock
  /** When the run begins: wall-clock milliseconds of this host's clock. What is past then is late, and counted. */
  readonly startAt: number
  /** No more starts; iterations in flight have `gracefulStop` to end. */
  readonly stop: AbortSignal
  readonly limits?: ShardLimits
}

export interface ShardLimits {
  /** A start that is later than this counts as late. Default: 1 in an open model, 10 in a closed one. */
  readonly lateAfterMs?: number
  /** Instead of the schedule's. */
  readonly gracefulStopMs?: number
  /** How long interrupted iterations are waited for before they are left alone. Default 5,000. */
  readonly interruptMs?: number
  /** `spin` (default) meets an instant of an open model to microseconds and uses the CPU for it; `sleep` as timers do. */
  readonly precision?: 'spin' | 'sleep'
}

export interface ShardOutcome {
  readonly shard: number
  /** `stopped`: before the schedule and what it had started were through. */
  readonly state: 'finished' | 'stopped'
  /** Windows handed out: 0 … windows - 1. */
  readonly windows: number
  readonly durationMs: number
  /** CPU that went into waiting for instants. */
  readonly spinMs: number
  /** Iterations that did not end although they were interrupted; in no figure. */
  readonly abandoned: number
  /** Reasons why iterations failed, the most frequent first. */
  readonly failures: readonly Failure[]
  /** Why it ended itself: it was asked for what it must not do. */
  readonly refusal?: string
}

const INTERRUPT_MS = 5_000

/**
 * Runs one shard of a schedule from `startAt` on: starts, waits for what is in flight when time is over, interrupts it
 * when grace is over too. Windows go to the recorder's `onWindow` while it runs. Rejects only where `thinkMs` throws.
 */
export async function runShard(options: RunShardOptions): Promise<ShardOutcome> {
  const { schedule, shard, shards, seed, iterate, recorder, stop, limits = {}, clock = systemClock } = options
  assertShard(shard, shards)
  assertShards(schedule, shards)
  const startMs = clock.monotonic() + (options.startAt - clock.now())
  const endMs = startMs + schedule.durationUs / 1000
  const interrupt = new AbortController()
  const over = new AbortController()
  setMaxListeners(0, stop, interrupt.signal)
  const lateAfterMs = limits.lateAfterMs ?? LATE_AFTER_MS[schedule.model]
  const runner = createIterationRunner({ shard, seed, iterate, recorder, clock, lateAfterMs })
  const pacer = limits.precision === 'sleep' ? sleepingPacer(clock) : spinningPacer(clock)
  const shared = { startMs, endMs, runner, recorder, clock, stop, interrupt: interrupt.signal }

  function loop(): Promise<void> {
    if (schedule.model === 'closed') {
      return closedLoop({ ...shared, schedule, shard, shards, seed, thinkMs: options.thinkMs })
    }
    const maxConcurrent = shareOf(schedule.maxConcurrent, shard, shards)
    return openLoop({ ...shared, arrivals: schedule.arrivals(shard, shards), maxConcurrent, pacer })
  }

  recorder.begin(startMs)
  const windows = handOutWindows({ recorder, startMs, clock, over: over.signal })
  const starting = loop()
  const allEnded = starting.then(() => runner.idle())
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true, signal: over.signal })
  })
  try {
    await atMost(Math.max(endMs - clock.monotonic(), 0), Promise.race([allEnded, stopped]), clock)
    await atMost(limits.gracefulStopMs ?? schedule.gracefulStopMs, allEnded, clock)
    interrupt.abort(new Error('the run is over'))
    await atMost(limits.interruptMs ?? INTERRUPT_MS, allEnded, clock)
  } finally {
    interrupt.abort()
    over.abort()
    await windows
  }
  const endedMs = clock.monotonic()
  recorder.finish(endedMs)
  return {
    shard,
    state: stop.aborted ? 'stopped' : 'finished',
    windows: recorder.windows,
    durationMs: endedMs - startMs,
    spinMs: pacer.spinMs,
    abandoned: runner.inFlight,
    failures: runner.failures,
  }
}

/** Windows end by the clock, not by what happens in them. */
async function handOutWindows(options: {
  readonly recorder: Recorder
  readonly startMs: number
  readonly clock: Clock
  readonly over: AbortSignal
}): Promise<void> {
  const { recorder, startMs, clock, over } = options
  while (!over.aborted) {
    const endsMs = startMs + (recorder.windows + 1) * WINDOW_MS
    await sleepOrStop(clock, endsMs - clock.monotonic(), over)
    if (!over.aborted) recorder.advance(Math.max(endsMs, clock.monotonic())) // a timer may fire a little early
  }
}
