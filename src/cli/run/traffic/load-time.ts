import { systemClock, type Clock } from '../../../clock.ts'

/** How long a run's load has gone on. Gathering hosts takes as long as it takes, and counts against no limit. */
export interface LoadTime {
  /** A gang has agreed on its start, wall-clock milliseconds; of several gangs the first start counts. */
  began(startAtMs: number): void
  /** Undefined before any start is known; below 0 until it has come. */
  elapsedMs(): number | undefined
}

/** `makesLoad` false: there is no gang to wait for, and time counts from now. */
export function createLoadTime(makesLoad: boolean, clock: Clock = systemClock): LoadTime {
  let startedMs = makesLoad ? Infinity : clock.monotonic()
  return {
    began(startAtMs) {
      startedMs = Math.min(startedMs, clock.monotonic() + startAtMs - clock.now())
    },
    elapsedMs: () => (startedMs === Infinity ? undefined : clock.monotonic() - startedMs),
  }
}
