import type { Clock } from '../../clock.ts'

/** Corrections of a well-kept clock stay below it. */
const LEAST_JUMP_MS = 1000

/** Answers a function that tells by how much the clock was set since, in milliseconds; undefined where it was not. */
export function watchClock(clock: Clock): () => number | undefined {
  const [wallMs, monotonicMs] = [clock.now(), clock.monotonic()]
  return () => {
    const jumpMs = Math.round(clock.now() - wallMs - (clock.monotonic() - monotonicMs))
    return Math.abs(jumpMs) < LEAST_JUMP_MS ? undefined : jumpMs
  }
}
