/** Time as a value: tests move it, they do not wait for it. */
export interface EmbeddedClock {
  /** Wall-clock milliseconds since the epoch. */
  now(): number
  /**
   * Calls back once when `delayMs` milliseconds have passed, never in the same turn, and never keeps the process
   * alive. Returns a function that cancels it. A delay, not a time of day: it holds when the wall clock jumps.
   */
  after(delayMs: number, callback: () => void): () => void
}

// setTimeout fires at once for a delay it cannot hold.
const longestTimerMs = 2 ** 31 - 1

export const systemClock: EmbeddedClock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), longestTimerMs))
    timer.unref()
    return () => clearTimeout(timer)
  },
}
