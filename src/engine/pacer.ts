import type { Clock } from '../clock.ts'

/** Waits for instants of a schedule. */
export interface Pacer {
  /** Resolves at the instant (monotonic milliseconds) or just after it, or when the signal says stop. Never rejects. */
  until(atMs: number, signal: AbortSignal): Promise<void>
  /** CPU that went into waiting, milliseconds: the generator was not busy with it, though the machine was. */
  readonly spinMs: number
}

/** A timer fires up to a millisecond late: what is nearer than this is waited for by looking at the clock. */
const SPIN_MS = 2

/**
 * Sleeps, and goes round the event loop for the last one to two milliseconds, so that requests in flight go on: a turn
 * with nothing to do takes one to two microseconds, which is how late an instant can be met.
 */
export function spinningPacer(clock: Clock): Pacer {
  let spinMs = 0
  let emptyTurnMs = Infinity

  function spinUntil(atMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    let last = clock.monotonic()
    function turn(): void {
      const now = clock.monotonic()
      const took = now - last
      last = now
      if (took > 0 && took < emptyTurnMs) emptyTurnMs = took
      spinMs += Math.min(took, 2 * emptyTurnMs) // the rest of a longer turn was work
      if (now >= atMs || signal.aborted) resolve()
      else setImmediate(turn)
    }
    setImmediate(turn)
    return promise
  }

  return {
    async until(atMs, signal) {
      const leftMs = atMs - clock.monotonic()
      if (leftMs > SPIN_MS) await sleepOrStop(clock, Math.floor(leftMs) - 1, signal)
      if (!signal.aborted && clock.monotonic() < atMs) await spinUntil(atMs, signal)
    },
    get spinMs() {
      return spinMs
    },
  }
}

/** Sleeps only: as exact as the clock's timers, a millisecond on a real one. For moved time, and where CPU is dear. */
export function sleepingPacer(clock: Clock): Pacer {
  return {
    until: (atMs, signal) => sleepOrStop(clock, atMs - clock.monotonic(), signal),
    spinMs: 0,
  }
}

/** Resolves after that time, at once where it is 0 or less, or when the signal says stop. Never rejects. */
export async function sleepOrStop(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
