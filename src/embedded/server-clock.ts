import type { EmbeddedClock } from './clock.ts'
import { clockOffsetOf } from './clock-offset.ts'
import { EmbeddedError } from './errors.ts'
import { createMovableClock } from './movable-clock.ts'
import { createSteadyClock } from './steady-clock.ts'
import type { Store } from './store.ts'

/** The clock of one server: the machine's, which never goes back and can be moved forward, or one that was given. */
export interface ServerClock extends EmbeddedClock {
  state(): ClockState
  /**
   * Moves time `seconds` (0 to 10 years) on, once the store knows of it. Throws EmbeddedError CLOCK_NOT_MOVABLE, and
   * RangeError.
   */
  advance(seconds: number): ClockState
  /** Keeps time in another store, from now on at the machine's time. */
  restart(store: Store): void
}

export interface ClockState {
  /** ISO 8601. */
  readonly now: string
  /** Ahead of the machine's clock; null for a clock that was given. */
  readonly offset_seconds: number | null
}

const mostSeconds = 10 * 366 * 86_400
// Ten more years stay below the year 10000, whose dates SDKs cannot read.
const latestMs = Date.UTC(9989, 0)

/** `notBeforeMs`: the machine's time when the store was written to before it was opened. */
export function createServerClock(store: Store, given: EmbeddedClock | undefined, notBeforeMs = 0): ServerClock {
  if (given !== undefined) {
    return {
      now: () => given.now(),
      after: (delayMs, callback) => given.after(delayMs, callback),
      state: () => ({ now: new Date(given.now()).toISOString(), offset_seconds: null }),
      advance() {
        throw new EmbeddedError('CLOCK_NOT_MOVABLE', 'this server was started with a clock of its own; move that one')
      },
      restart() {},
    }
  }

  let offset = clockOffsetOf(store)
  const machine = createSteadyClock({ notBeforeMs, onAhead: (ms) => offset.set(clock.offsetMs + ms) })
  const clock = createMovableClock({ offsetMs: offset.ms, base: machine })
  const state = (): ClockState => ({
    now: new Date(clock.now()).toISOString(),
    offset_seconds: (clock.offsetMs + machine.aheadMs) / 1000,
  })
  return {
    now: () => clock.now(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
    state,
    advance(seconds) {
      if (!(seconds >= 0 && seconds <= mostSeconds)) {
        throw new RangeError(`the clock moves 0-${mostSeconds} seconds at a time, got ${seconds}`)
      }
      if (clock.now() > latestMs) throw new RangeError('the clock is at the end of all dates; reset the server')
      offset.set(clock.offsetMs + machine.aheadMs + Math.round(seconds * 1000))
      clock.advance(seconds * 1000)
      return state()
    },
    restart(next) {
      offset = clockOffsetOf(next)
      machine.follow()
      clock.rewind()
    },
  }
}
