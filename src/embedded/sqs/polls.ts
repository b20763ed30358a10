import type { EmbeddedClock } from '../clock.ts'
import { queueDoesNotExist, SqsError } from './errors.ts'
import type { Messages } from './messages.ts'
import type { Queues } from './queues.ts'
import type { Delivery } from './delivery.ts'
import type { Ask, Attempt, Receive } from './receive.ts'

/** The client at the other end of a receive. */
export interface Poller {
  isGone(): boolean
  /** Calls back once when the client goes away. Returns a function that stops listening. */
  onGone(callback: () => void): () => void
}

interface Waiter {
  readonly ask: Ask
  readonly poller: Poller
  readonly settle: (outcome: { deliveries: readonly Delivery[] } | { error: unknown }) => void
}

interface Line {
  /** First come, first served. */
  readonly waiters: Set<Waiter>
  cancelTimer: () => void
  /** The last attempt found as many messages in flight as there may be. */
  overLimit: boolean
}

export interface Polls {
  /** Waits up to `waitMs` for the queue's next messages; an empty answer means there were none. */
  receive(queueId: number, ask: Ask, waitMs: number, poller: Poller): Promise<readonly Delivery[]>
  /** To be called after a commit that may have made messages visible, or visible sooner. */
  wake(queueId: number): void
  /** To be called after messages in flight were deleted: only matters to those who wait at the in-flight limit. */
  freed(queueId: number): void
  /** How many receives stand in the queue's line. */
  waiting(queueId: number): number
  /** Answers every waiting receive with nothing, now and from now on. */
  stop(): void
}

/**
 * Receives stand in line per queue; each commit that may matter, and a timer set for the next message to become
 * visible, lets the first in line try. A receive whose client is gone never tries, so it takes no message with it.
 */
export function createPolls(clock: EmbeddedClock, queues: Queues, messages: Messages, receive: Receive): Polls {
  const lines = new Map<number, Line>()
  let stopped = false

  function attempt(queueId: number, ask: Ask): Attempt {
    return receive(queues.byId(queueId) ?? queueDoesNotExist(), ask)
  }

  /** Serves the line until there is nothing left to hand out; answers the last attempt. */
  function serve(queueId: number, moved: Set<number>): Attempt | undefined {
    const line = lines.get(queueId)
    let last: Attempt | undefined
    for (const waiter of line?.waiters ?? []) {
      if (waiter.poller.isGone()) {
        waiter.settle({ deliveries: [] })
        continue
      }
      try {
        last = attempt(queueId, waiter.ask)
      } catch (error) {
        waiter.settle({ error })
        continue
      }
      for (const id of last.movedTo) moved.add(id)
      if (last.deliveries.length === 0) break
      waiter.settle({ deliveries: last.deliveries })
    }
    if (line) {
      line.overLimit = last?.overLimit ?? false
      arm(queueId, line, last?.unfinished ?? false)
    }
    return last
  }

  function arm(queueId: number, line: Line, unfinished: boolean): void {
    line.cancelTimer()
    const queue = queues.byId(queueId)
    if (line.waiters.size === 0 || queue === undefined) {
      lines.delete(queueId)
      return
    }
    const nowMs = clock.now()
    const nextMs = unfinished ? nowMs : messages.nextVisibleMs(queue, nowMs)
    line.cancelTimer = nextMs === undefined ? () => {} : clock.after(nextMs - nowMs, () => wake(queueId))
  }

  function wake(queueId: number): Attempt | undefined {
    const moved = new Set<number>()
    const last = serve(queueId, moved)
    // A set's loop also visits what is added during it: a dead-letter queue may have one of its own.
    for (const id of moved) serve(id, moved)
    return last
  }

  function enter(queueId: number, waiter: Waiter): void {
    const line = lines.get(queueId) ?? { waiters: new Set(), cancelTimer: () => {}, overLimit: false }
    lines.set(queueId, line)
    line.waiters.add(waiter)
  }

  return {
    receive(queueId, ask, waitMs, poller) {
      if (stopped) return Promise.resolve([])
      const { promise, resolve, reject } = Promise.withResolvers<readonly Delivery[]>()
      let cancelDeadline = (): void => {}
      let stopListening = (): void => {}
      let settled = false
      const waiter: Waiter = {
        ask,
        poller,
        settle(outcome) {
          settled = true
          cancelDeadline()
          stopListening()
          leave(queueId, waiter)
          if ('error' in outcome) reject(outcome.error)
          else resolve(outcome.deliveries)
        },
      }
      enter(queueId, waiter)
      const last = wake(queueId)
      if (settled) return promise
      if (waitMs === 0) {
        // A FIFO queue just hands out no more.
        const full =
          last?.overLimit && !queues.byId(queueId)?.isFifo
            ? { error: new SqsError('OverLimit', 'The maximum number of in flight messages is reached.') }
            : { deliveries: [] }
        waiter.settle(full)
      } else {
        cancelDeadline = clock.after(waitMs, () => waiter.settle({ deliveries: [] }))
        stopListening = poller.onGone(() => waiter.settle({ deliveries: [] }))
      }
      return promise
    },
    wake: (queueId) => void wake(queueId),
    freed(queueId) {
      if (lines.get(queueId)?.overLimit) wake(queueId)
    },
    waiting: (queueId) => lines.get(queueId)?.waiters.size ?? 0,
    stop() {
      stopped = true
      for (const line of lines.values()) for (const waiter of line.waiters) waiter.settle({ deliveries: [] })
    },
  }

  function leave(queueId: number, waiter: Waiter): void {
    const line = lines.get(queueId)
    if (!line?.waiters.delete(waiter) || line.waiters.size > 0) return
    line.cancelTimer()
    lines.delete(queueId)
  }
}
