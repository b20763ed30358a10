import { type Clock, systemClock } from '../../clock.ts'
import { Interruptible } from './client/interrupts.ts'

/** A pause that can be cut short. */
export abstract class Pause extends Interruptible {
  /** Resolves when it is over, however. */
  abstract readonly ended: Promise<void>
}

/**
 * Pauses so many milliseconds of the clock. On the system's it is a timer and nothing else: of ten thousand users most
 * are pausing, and a signal for each would take more memory than all the rest of a pause.
 */
export function pauseFor(ms: number, clock: Clock): Pause {
  return clock === systemClock ? new TimerPause(ms) : new ClockPause(ms, clock)
}

class TimerPause extends Pause {
  readonly ended: Promise<void>
  readonly #timer: NodeJS.Timeout
  readonly #end: () => void

  constructor(ms: number) {
    super()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.#end = resolve
    this.#timer = setTimeout(resolve, ms)
  }

  interrupt(): void {
    clearTimeout(this.#timer)
    this.#end()
  }
}

class ClockPause extends Pause {
  readonly ended: Promise<void>
  readonly #over = new AbortController()

  constructor(ms: number, clock: Clock) {
    super()
    this.ended = this.#sleep(ms, clock)
  }

  interrupt(): void {
    this.#over.abort()
  }

  async #sleep(ms: number, clock: Clock): Promise<void> {
    try {
      await clock.sleep(ms, this.#over.signal)
    } catch (error) {
      if (!this.#over.signal.aborted) throw error
    }
  }
}
