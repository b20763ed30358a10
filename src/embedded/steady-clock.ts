import { type EmbeddedClock, systemClock } from './clock.ts'

/** The machine's clock, except that it never goes back. */
export interface SteadyClock extends EmbeddedClock {
  /** How far it is ahead of the machine's clock, since that went back. */
  readonly aheadMs: number
  /** Back to the machine's time. */
  follow(): void
}

export interface SteadyClockOptions {
  readonly base?: EmbeddedClock
  /** Milliseconds that never jump, at the pace of `base`. */
  readonly monotonicMs?: () => number
  /** It was as late as this before. Milliseconds since the epoch. */
  readonly notBeforeMs?: number
  /** Told at once how far it is ahead, whenever the machine's clock went back, and 0 when that has caught up. */
  readonly onAhead: (ms: number) => void
}

/**
 * AWS's time does not depend on a laptop's. Were the machine's clock set back by an hour, what waits in queues would be
 * hidden for that hour: every message carries the time from which it may be seen. So time goes on at its pace until the
 * machine's clock has caught up. Steps forward are followed: a machine that slept has missed them.
 */
export function createSteadyClock(options: SteadyClockOptions): SteadyClock {
  const { base = systemClock, monotonicMs = () => performance.now(), notBeforeMs = 0, onAhead } = options
  let last = { ms: notBeforeMs, monotonicMs: monotonicMs() }
  /** Where the clock went on by itself. */
  let leftAt: typeof last | undefined
  const onItsOwn = (from: typeof last): number => Math.floor(from.ms + monotonicMs() - from.monotonicMs)

  function now(): number {
    const machineMs = base.now()
    if (leftAt !== undefined) {
      const ownMs = onItsOwn(leftAt)
      if (ownMs > machineMs) return ownMs
      leftAt = undefined
      onAhead(0)
    } else if (machineMs < last.ms) {
      leftAt = last
      const ownMs = onItsOwn(leftAt)
      onAhead(ownMs - machineMs)
      return ownMs
    }
    last.ms = machineMs
    last.monotonicMs = monotonicMs()
    return machineMs
  }

  return {
    now,
    after: (delayMs, callback) => base.after(delayMs, callback),
    get aheadMs() {
      return leftAt === undefined ? 0 : Math.max(0, onItsOwn(leftAt) - base.now())
    },
    follow() {
      leftAt = undefined
      last = { ms: 0, monotonicMs: monotonicMs() }
    },
  }
}
