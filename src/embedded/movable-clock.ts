import { type EmbeddedClock, systemClock } from './clock.ts'

/** The clock of a running server: the machine's, moved forward on request. */
export interface MovableClock extends EmbeddedClock {
  /** How far it is ahead of the machine's clock. */
  readonly offsetMs: number
  /**
   * Moves time on. What `after` has due on the way is called, in order of time, each with `now` at its own time; what
   * it starts and falls due on the way too. After 10,000 callbacks the rest of the way is one step: what is due by then
   * is called once, as after a night's sleep of the machine. Throws what a callback throws, when all are through.
   */
  advance(ms: number): void
  /** Back to the machine's time. What is waited for takes as long as it would have. */
  rewind(): void
}

interface Timer {
  /** On the monotonic clock, moved along with the offset. */
  dueMs: number
  cancel: () => void
  readonly callback: () => void
}

const mostSteps = 10_000

export interface MovableClockOptions {
  readonly offsetMs?: number
  readonly base?: EmbeddedClock
  /** Milliseconds that never jump, at the pace of `base`. */
  readonly monotonicMs?: () => number
}

export function createMovableClock(options: MovableClockOptions = {}): MovableClock {
  const { base = systemClock, monotonicMs = () => performance.now() } = options
  let offsetMs = options.offsetMs ?? 0
  const timers = new Set<Timer>()
  const elapsedMs = (): number => monotonicMs() + offsetMs

  /** `base` may call early: a machine's timer by a fraction of a millisecond, or by weeks where it cannot hold as many. */
  function arm(timer: Timer): void {
    timer.cancel = base.after(timer.dueMs - elapsedMs(), () => {
      if (timer.dueMs - elapsedMs() > 1) return arm(timer)
      timers.delete(timer)
      timer.callback()
    })
  }

  function drop(timer: Timer): void {
    timers.delete(timer)
    timer.cancel()
  }

  function firstDue(untilMs: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer
    }
    return first
  }

  function advance(ms: number): void {
    const targetMs = offsetMs + Math.round(ms)
    const errors: unknown[] = []
    const call = (timer: Timer): void => {
      drop(timer)
      try {
        timer.callback()
      } catch (error) {
        errors.push(error)
      }
    }

    for (let step = 0; step < mostSteps; step += 1) {
      const timer = firstDue(monotonicMs() + targetMs)
      if (timer === undefined) break
      offsetMs = Math.min(targetMs, Math.max(offsetMs, timer.dueMs - monotonicMs()))
      call(timer)
    }
    offsetMs = targetMs
    const late = [...timers].filter(({ dueMs }) => dueMs <= elapsedMs()).sort((a, b) => a.dueMs - b.dueMs)
    for (const timer of late) if (timers.has(timer)) call(timer)

    for (const timer of timers) {
      timer.cancel()
      arm(timer)
    }
    if (errors.length > 0) throw errors[0]
  }

  return {
    // Whole, as the machine's is: on the way the offset is not.
    now: () => Math.ceil(base.now() + offsetMs),
    after(delayMs, callback) {
      const timer: Timer = { dueMs: elapsedMs() + Math.max(0, delayMs), cancel: () => {}, callback }
      timers.add(timer)
      arm(timer)
      return () => drop(timer)
    },
    get offsetMs() {
      return offsetMs
    },
    advance,
    rewind() {
      for (const timer of timers) timer.dueMs -= offsetMs
      offsetMs = 0
    },
  }
}
