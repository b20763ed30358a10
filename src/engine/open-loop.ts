import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { VUS_LEVEL, type IterationRunner } from './iteration-runner.ts'
import type { Pacer } from './pacer.ts'
import type { Recorder } from './recorder.ts'
import type { Arrivals } from './schedule/schedule.ts'

/** When starts are overdue, so many are made before requests in flight get a turn. */
const STARTS_PER_TURN = 64

/**
 * Starts every arrival at its time, whatever became of those before. One that is overdue is started at once and its
 * delay counted; one that finds `maxConcurrent` in flight is dropped and counted, as k6 does. Resolves when the time of
 * the schedule is over, or `stop` aborts; what is in flight then goes on.
 */
export async function openLoop(options: {
  readonly arrivals: Arrivals
  readonly startMs: number
  readonly endMs: number
  readonly maxConcurrent: number
  readonly runner: IterationRunner
  readonly recorder: Recorder
  readonly clock: Clock
  readonly pacer: Pacer
  readonly stop: AbortSignal
  readonly interrupt: AbortSignal
}): Promise<void> {
  const { arrivals, startMs, endMs, maxConcurrent, runner, recorder, clock, pacer, stop, interrupt } = options

  function start(atMs: number): void {
    if (runner.inFlight >= maxConcurrent) return recorder.dropped(clock.monotonic())
    void runner.run(arrivals.index, arrivals.index, atMs, interrupt).then(tellLevel)
    tellLevel()
  }

  function tellLevel(): void {
    recorder.level(VUS_LEVEL, runner.inFlight)
  }

  for (let us = arrivals.next(); us >= 0;) {
    await pacer.until(startMs + us / 1000, stop)
    if (stop.aborted) return
    let starts = 0
    for (; us >= 0 && starts < STARTS_PER_TURN; starts++, us = arrivals.next()) {
      const atMs = startMs + us / 1000
      if (atMs > clock.monotonic()) break
      start(atMs)
    }
    if (starts === STARTS_PER_TURN) await nextTurn()
  }
  await pacer.until(endMs, stop)
}
