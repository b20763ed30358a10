import { setTimeout as delay } from 'node:timers/promises'

/** Time as a value that is passed in: tests move it, they do not wait for it. */
export interface Clock {
  /** Wall-clock milliseconds since the epoch. May jump; never subtract two of these to measure a duration. */
  now(): number
  /** Monotonic milliseconds, for durations within one process. */
  monotonic(): number
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
}

/** Waits for the promise, but not longer than `ms`; leaves no timer behind. Rejects where the promise does. */
export async function atMost(ms: number, promise: Promise<unknown>, clock: Clock = systemClock): Promise<void> {
  const over = new AbortController()
  try {
    await Promise.race([promise, clock.sleep(ms, over.signal).catch(() => undefined)])
  } finally {
    over.abort()
  }
}
