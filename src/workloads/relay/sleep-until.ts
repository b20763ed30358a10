import type { Clock } from '../../clock.ts'
import { sleepOrStop } from '../../engine/pacer.ts'

/** Resolves at that instant of the clock (monotonic milliseconds) and never before it, as timers may, or when the signal says stop. */
export async function sleepUntil(clock: Clock, atMs: number, stop: AbortSignal): Promise<void> {
  for (let leftMs = atMs - clock.monotonic(); leftMs > 0 && !stop.aborted; leftMs = atMs - clock.monotonic()) {
    await sleepOrStop(clock, Math.ceil(leftMs), stop)
  }
}
