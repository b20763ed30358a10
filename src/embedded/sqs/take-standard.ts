import { type Delivery, deliveryOf } from './delivery.ts'
import type { Fate } from './fate.ts'
import type { Messages } from './messages.ts'
import type { Queue } from './queues.ts'
import { longestWalk, type Take } from './receive.ts'
import type { StoredMessage } from './stored-message.ts'
import { windowSize } from './unkindness.ts'

/**
 * Takes messages of a standard queue, those first that became visible first; in AWS-like mode not quite.
 */
export function createTakeStandard(messages: Messages, fate: Fate): Take {
  return ({ queue, wanted, nowMs, visibleMs, unkind, first, firstLimit }) => {
    const deliveries: Delivery[] = []
    const movedTo = new Set<number>()
    // What goes back at once (visibility 0, a queue that is its own dead-letter queue) is met again further on.
    const seen = new Set<number>()
    let [batch, limit, walked] = [first, firstLimit, 0]
    for (;;) {
      for (const message of unkind ? unkind.shuffled(batch) : batch) {
        if (deliveries.length === wanted) break
        if (seen.has(message.id)) continue
        seen.add(message.id)
        if (fate(queue, message, nowMs, movedTo) !== 'deliver') continue
        const isOwed = unkind !== undefined && mayComeTwice(queue, message) && unkind.deliversTwice()
        messages.setReceived(message, nowMs, isOwed ? nowMs : visibleMs, isOwed)
        deliveries.push(deliveryOf(queue, message, nowMs))
      }
      walked += batch.length
      if (batch.length < limit || deliveries.length === wanted || walked >= longestWalk) break
      const last = batch.at(-1)!
      limit = unkind ? windowSize : wanted - deliveries.length
      batch = messages.visible(queue, nowMs, last, limit)
    }
    return { deliveries, movedTo, unfinished: deliveries.length === 0 && walked >= longestWalk }
  }
}

/** A duplicate is a second delivery of what was not delivered before, and never what sends it to the dead letters. */
function mayComeTwice({ redrive }: Queue, { receiveCount, receivedBefore, isOwed }: StoredMessage): boolean {
  return !isOwed && receiveCount === receivedBefore && (redrive === undefined || redrive.maxReceiveCount >= 2)
}
