import type { EmbeddedClock } from '../clock.ts'

/** Waits on a clock that all end at once when they are told to. */
export interface Waits {
  /** Resolves after `delayMs`, when `end` is called, or when the function given to `leave` is. */
  wait(delayMs: number, leave?: (now: () => void) => void): Promise<void>
  /** Ends those under way, and those that are begun later at once. */
  end(): void
  /** Waits wait again. */
  resume(): void
}

export function createWaits(clock: EmbeddedClock): Waits {
  const underWay = new Set<() => void>()
  let ended = false
  return {
    wait(delayMs, leave) {
      if (ended) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      const cancel = clock.after(delayMs, done)
      function done(): void {
        underWay.delete(done)
        cancel()
        resolve()
      }
      underWay.add(done)
      leave?.(done)
      return promise
    },
    end() {
      ended = true
      for (const done of [...underWay]) done()
    },
    resume() {
      ended = false
    },
  }
}
