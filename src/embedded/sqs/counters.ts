import type { EmbeddedClock } from '../clock.ts'
import type { Queue } from './queues.ts'
import type { Counts, Tallies } from './tallies.ts'
import type { Unkindness } from './unkindness.ts'

/** The counts that GetQueueAttributes shows: true, or in AWS-like mode a few seconds old. */
export interface Counters {
  of(queue: Queue): Counts
  /** To be called before something is sent, received or deleted: what was true then may be shown later. */
  beforeChange(queue: Queue): void
  /** To be called when the queue is gone. */
  forget(queue: Queue): void
}

interface Shown {
  readonly counts: Counts
  readonly untilMs: number
  readonly sinceMs: number
}

export function createCounters(
  clock: EmbeddedClock,
  tallies: Tallies,
  unkindness: (queue: Queue) => Unkindness | undefined,
): Counters {
  const shown = new Map<number, Shown>()

  /** Counted now where what was shown is too old. */
  function current(queue: Queue, unkind: Unkindness): Counts {
    const nowMs = clock.now()
    const last = shown.get(queue.id)
    if (last !== undefined && nowMs >= last.sinceMs && nowMs < last.untilMs) return last.counts
    const counts = tallies.count(queue, nowMs)
    shown.set(queue.id, { counts, sinceMs: nowMs, untilMs: nowMs + unkind.lagMs() })
    return counts
  }

  return {
    of(queue) {
      const unkind = unkindness(queue)
      return unkind === undefined ? tallies.count(queue, clock.now()) : current(queue, unkind)
    },
    beforeChange(queue) {
      const unkind = unkindness(queue)
      if (unkind === undefined) tallies.begin(queue)
      else current(queue, unkind)
    },
    forget: ({ id }) => void shown.delete(id),
  }
}
