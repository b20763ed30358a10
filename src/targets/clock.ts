/** Time as a value: tests move it, they do not wait for it. */
export interface TargetClock {
  /** Milliseconds since the epoch, with fractions; never runs backwards. */
  now(): number
  /** Calls back once, `delayMs` from now, never in the same turn. Returns a function that cancels it. */
  after(delayMs: number, callback: () => void): () => void
}

/** A clock that can be put forward: what became due meanwhile happens at once, in its order. */
export interface MovableClock extends TargetClock {
  advance(ms: number): void
}

// setTimeout fires at once for a delay it cannot hold.
const longestTimerMs = 2 ** 31 - 1

/** Calls back up to 1-2 ms late, as timers do, and never keeps the process alive. */
export const systemClock: TargetClock = {
  now: () => performance.timeOrigin + performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), longestTimerMs))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

interface Pending {
  readonly dueMs: number
  readonly callback: () => void
  cancel: () => void
}

export function createMovableClock(base: TargetClock = systemClock): MovableClock {
  let offsetMs = 0
  const pending = new Set<Pending>()
  const now = (): number => base.now() + offsetMs

  function arm(entry: Pending): void {
    entry.cancel = base.after(entry.dueMs - now(), () => {
      pending.delete(entry)
      entry.callback()
    })
  }

  return {
    now,
    after(delayMs, callback) {
      const entry: Pending = { dueMs: now() + delayMs, callback, cancel: () => undefined }
      pending.add(entry)
      arm(entry)
      return () => {
        entry.cancel()
        pending.delete(entry)
      }
    },
    advance(ms) {
      offsetMs += ms
      const at = now()
      const waiting = [...pending].sort((a, b) => a.dueMs - b.dueMs)
      for (const entry of waiting) {
        if (!pending.has(entry)) continue // cancelled by one before it
        entry.cancel()
        if (entry.dueMs > at) {
          arm(entry)
        } else {
          pending.delete(entry)
          entry.callback()
        }
      }
    },
  }
}
