import { systemClock, type Clock } from '../../clock.ts'
import type { Progress } from '../../jobs/scheduler.ts'

/** More than merging the figures of a large run takes. */
const IDLE_MS = 30_000
const LOOK_MS = 1_000

/**
 * Resolves when a run that was told to stop has come to rest: its load is over, and nothing that should follow it was done
 * for IDLE_MS, because nobody is there to do it. Resolves too when `signal` aborts.
 */
export async function untilIdle(
  progress: () => Pick<Progress, 'gangs' | 'doneByKind'>,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  let before: number | undefined
  let since = clock.monotonic()
  while (!signal.aborted && clock.monotonic() - since < IDLE_MS) {
    await clock.sleep(LOOK_MS, signal).catch(() => undefined)
    const { gangs, doneByKind } = progress()
    const done = [...doneByKind.values()].reduce((sum, count) => sum + count, 0)
    const isLoading = [...gangs.values()].some((phase) => phase !== 'over')
    if (isLoading || done !== before) since = clock.monotonic()
    before = done
  }
}
