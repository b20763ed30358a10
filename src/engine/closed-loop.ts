import { setMaxListeners } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { stream, type Stream } from '../scenario/stream.ts'
import { VUS_LEVEL, type IterationRunner } from './iteration-runner.ts'
import { sleepOrStop } from './pacer.ts'
import type { Recorder } from './recorder.ts'
import type { Activation, ClosedSchedule, UserPlan } from './schedule/schedule.ts'
import { WakeUps } from './wake-ups.ts'

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
  const through = Promise.withResolvers<void>()
  const wakeUps = new WakeUps<LoopUser>(clock, goOn)
  /** Users who are not through, and one for those who are still to come. */
  let left = 1
  let active = 0
  let sinceTurn = 0

  function come({ user: number, iterations, activations }: UserPlan): void {
    const coming = activations()
    const times = { fromMs: 0, untilMs: 0, dueMs: 0, endedAtMs: -Infinity }
    left += 1
    toNextActivation({ number, iterations, coming, done: 0, isActive: false, rampDown: undefined, ...times })
  }

  function toNextActivation(user: LoopUser): void {
    const next = user.coming.next()
    if (next.done || user.done >= user.iterations || stop.aborted) return leave()
    user.fromMs = startMs + next.value.fromUs / 1000
    user.untilMs = startMs + next.value.untilUs / 1000
    user.dueMs = user.fromMs
    wakeUps.add(user)
  }

  function leave(): void {
    left -= 1
    if (left === 0) through.resolve()
  }

  /** What the user waited for has come, or is called off. */
  function goOn(user: LoopUser): void {
    if (user.isActive) {
      if (stop.aborted || clock.monotonic() >= user.untilMs) end(user)
      else void iterate(user)
    } else if (stop.aborted) leave()
    else begin(user)
  }

  function begin(user: LoopUser): void {
    user.isActive = true
    user.rampDown = interruptAfter(user.untilMs)
    changeActive(1)
    toNextIteration(user)
  }

  function end(user: LoopUser): void {
    user.isActive = false
    user.rampDown?.over()
    changeActive(-1)
    toNextActivation(user)
  }

  function changeActive(by: number): void {
    active += by
    recorder.advance(clock.monotonic())
    recorder.level(VUS_LEVEL, active)
  }

  function toNextIteration(user: LoopUser): void {
    if (user.done >= user.iterations || stop.aborted) return end(user)
    user.dueMs = Math.max(user.fromMs, user.endedAtMs + thinkBefore(user))
    if (user.dueMs >= user.untilMs) end(user)
    else if (user.dueMs > clock.monotonic()) wakeUps.add(user)
    else goOn(user)
  }

  async function iterate(user: LoopUser): Promise<void> {
    try {
      await runner.run(indexOf(user), user.number, user.dueMs, user.rampDown?.signal ?? interrupt)
      user.endedAtMs = clock.monotonic()
      user.done += 1
      if (++sinceTurn % ITERATIONS_PER_TURN === 0) await nextTurn()
      toNextIteration(user)
    } catch (error) {
      through.reject(error) // think time could not be told
    }
  }

  function thinkBefore(user: LoopUser): number {
    if (user.done === 0 || !thinkMs) return 0
    const index = indexOf(user)
    return thinkMs({ index, user: user.number, random: stream(seed, 'think', index) })
  }

  function indexOf({ number, done }: LoopUser): number {
    return number + done * schedule.users
  }

  /** Who goes in the middle of the run has its own grace; at the end of the run all have the same. */
  function interruptAfter(untilMs: number): RampDown | undefined {
    if (untilMs >= endMs) return undefined
    const grace = new AbortController()
    const over = new AbortController()
    const signal = AbortSignal.any([grace.signal, interrupt])
    setMaxListeners(0, signal)
    const waited = sleepOrStop(clock, untilMs + schedule.gracefulRampDownMs - clock.monotonic(), over.signal)
    void waited.then(() => over.signal.aborted || grace.abort(new Error('its time is over')))
    return { signal, over: () => over.abort() }
  }

  const wakeAll = (): void => wakeUps.wakeAll()
  stop.addEventListener('abort', wakeAll, { once: true })
  try {
    for (const plan of schedule.userPlans(shard, shards)) come(plan)
    leave()
    await through.promise
  } finally {
    stop.removeEventListener('abort', wakeAll)
  }
}

/** Plain fields, and no function of its own: while it thinks, this is all there is of a user. */
interface LoopUser {
  readonly number: number
  readonly iterations: number
  readonly coming: Iterator<Activation, undefined>
  rampDown: RampDown | undefined
  isActive: boolean
  /** Of its activation, the one it waits for or the one it is in. */
  fromMs: number
  untilMs: number
  /** What it waits for: the begin of its activation or, once active, its next iteration. */
  dueMs: number
  done: number
  endedAtMs: number
}

interface RampDown {
  readonly signal: AbortSignal
  over(): void
}
