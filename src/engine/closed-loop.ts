import { setMaxListeners } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { stream, type Stream } from '../scenario/stream.ts'
import { VUS_LEVEL, type IterationRunner } from './iteration-runner.ts'
import { sleepOrStop } from './pacer.ts'
import type { Recorder } from './recorder.ts'
import type { Activation, ClosedSchedule, UserPlan } from './schedule/schedule.ts'

/** Milliseconds a user waits before an iteration, of 0 or more; `random` is that iteration's own. Not before its first. */
export type ThinkMs = (next: { readonly index: number; readonly user: number; readonly random: Stream }) => number

/** So many iterations of a target that answers at once, before timers and sockets get a turn. */
const ITERATIONS_PER_TURN = 100

/**
 * Runs the users of a shard. Each starts an iteration when its last one has ended and it has thought: that is the
 * intended start. Resolves when every user is through, or when `stop` aborted and each has ended what it was at.
 */
export async function closedLoop(options: {
  readonly schedule: ClosedSchedule
  readonly shard: number
  readonly shards: number
  readonly seed: number
  readonly startMs: number
  readonly thinkMs: ThinkMs | undefined
  readonly runner: IterationRunner
  readonly recorder: Recorder
  readonly clock: Clock
  readonly stop: AbortSignal
  readonly interrupt: AbortSignal
}): Promise<void> {
  const { schedule, shard, shards, seed, startMs, thinkMs, runner, recorder, clock, stop, interrupt } = options
  const endMs = startMs + schedule.durationUs / 1000
  let active = 0
  let sinceTurn = 0

  async function runUser({ user, iterations, activations }: UserPlan): Promise<void> {
    const state = { user, iterations, done: 0, endedAtMs: -Infinity }
    for (const activation of activations()) {
      await sleepOrStop(clock, startMs + activation.fromUs / 1000 - clock.monotonic(), stop)
      if (stop.aborted || state.done >= iterations) return
      changeActive(1)
      await runActivation(state, activation)
      changeActive(-1)
    }
  }

  function changeActive(by: number): void {
    active += by
    recorder.advance(clock.monotonic())
    recorder.level(VUS_LEVEL, active)
  }

  async function runActivation(state: UserState, { fromUs, untilUs }: Activation): Promise<void> {
    const untilMs = startMs + untilUs / 1000
    const rampDown = interruptAfter(untilMs)
    for (; state.done < state.iterations; state.done++) {
      const index = state.user + state.done * schedule.users
      const intendedAtMs = Math.max(startMs + fromUs / 1000, state.endedAtMs + thinkBefore(state, index))
      if (intendedAtMs >= untilMs) break
      await sleepOrStop(clock, intendedAtMs - clock.monotonic(), stop)
      if (stop.aborted || clock.monotonic() >= untilMs) break
      await runner.run(index, state.user, intendedAtMs, rampDown.signal)
      state.endedAtMs = clock.monotonic()
      if (++sinceTurn % ITERATIONS_PER_TURN === 0) await nextTurn()
    }
    rampDown.over()
  }

  function thinkBefore({ user, done }: UserState, index: number): number {
    if (done === 0 || !thinkMs) return 0
    return thinkMs({ index, user, random: stream(seed, 'think', index) })
  }

  /** Who goes in the middle of the run has its own grace; at the end of the run all have the same. */
  function interruptAfter(untilMs: number): { readonly signal: AbortSignal; over(): void } {
    if (untilMs >= endMs) return { signal: interrupt, over: () => undefined }
    const grace = new AbortController()
    const over = new AbortController()
    const signal = AbortSignal.any([grace.signal, interrupt])
    setMaxListeners(0, signal)
    const waited = sleepOrStop(clock, untilMs + schedule.gracefulRampDownMs - clock.monotonic(), over.signal)
    void waited.then(() => over.signal.aborted || grace.abort(new Error('its time is over')))
    return { signal, over: () => over.abort() }
  }

  await Promise.all([...schedule.userPlans(shard, shards)].map(runUser))
}

interface UserState {
  readonly user: number
  readonly iterations: number
  done: number
  endedAtMs: number
}
