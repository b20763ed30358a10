import type { EmbeddedClock } from '../../src/embedded/clock.ts'

export interface ManualClock extends EmbeddedClock {
  /** Moves time on; whatever falls due on the way is called at its time. */
  advance(ms: number): void
}

export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>()

  function nextDue(untilMs: number): { dueMs: number; callback: () => void } | undefined {
    const due = [...timers].filter(({ dueMs }) => dueMs <= untilMs)
    return due.sort((a, b) => a.dueMs - b.dueMs)[0]
  }

  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const untilMs = nowMs + ms
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer)
        nowMs = timer.dueMs
        timer.callback()
      }
      nowMs = untilMs
    },
  }
}
