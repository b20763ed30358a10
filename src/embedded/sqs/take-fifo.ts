import type { Attempts } from './attempts.ts'
import { type Delivery, deliveryOf } from './delivery.ts'
import type { Fate } from './fate.ts'
import type { Messages } from './messages.ts'
import { longestWalk, type Take, type Taking } from './receive.ts'
import type { StoredMessage } from './stored-message.ts'

/**
 * Takes messages of a FIFO queue: of each group those at its front, in order, up to the first that is hidden. So a
 * group whose first message is in flight is blocked, and what one receive hands out of a group it hands out in order.
 * The groups come in the order in which their first messages became visible.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export function createTakeFifo(messages: Messages, attempts: Attempts, fate: Fate): Take {
  /** Hands out the front of one group; answers how many messages were looked at. */
  function takeGroup(head: StoredMessage, taking: Taking, deliveries: Delivery[], movedTo: Set<number>): number {
    const { queue, nowMs, visibleMs, wanted } = taking
    let walked = 0
    let run = [head]
    while (run.length > 0 && walked < longestWalk) {
      for (const message of run) {
        if (message.visibleMs > nowMs) return walked
        walked += 1
        if (fate(queue, message, nowMs, movedTo) !== 'deliver') continue
        messages.setReceived(message, nowMs, visibleMs, false)
        deliveries.push(deliveryOf(queue, message, nowMs))
      }
      if (deliveries.length === wanted) break
      run = messages.followers(run.at(-1)!, wanted - deliveries.length)
    }
    return walked
  }

  return (taking) => {
    const { queue, ask, wanted, nowMs, visibleMs, first, firstLimit } = taking
    const deliveries: Delivery[] = []
    const movedTo = new Set<number>()
    const seen = new Set<string | null>()
    let [heads, limit, walked] = [first, firstLimit, 0]
    for (;;) {
      for (const head of heads) {
        if (deliveries.length === wanted) break
        // With visibility 0 its group is met again further on.
        if (seen.has(head.group)) continue
        seen.add(head.group)
        walked += takeGroup(head, taking, deliveries, movedTo)
      }
      if (heads.length < limit || deliveries.length === wanted || walked >= longestWalk) break
      const last = heads.at(-1)!
      limit = wanted - deliveries.length
      heads = messages.visible(queue, nowMs, last, limit)
    }
    if (ask.attemptId !== undefined && deliveries.length > 0) {
      attempts.record(queue, ask.attemptId, deliveries, visibleMs, nowMs)
    }
    return { deliveries, movedTo, unfinished: deliveries.length === 0 && walked >= longestWalk }
  }
}
