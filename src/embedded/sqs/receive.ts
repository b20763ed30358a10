import type { EmbeddedClock } from '../clock.ts'
import type { Store } from '../store.ts'
import type { Messages, StoredMessage } from './messages.ts'
import type { Queue, Queues } from './queues.ts'
import { writeReceipt } from './receipt-handle.ts'

export interface Ask {
  /** 1-10. */
  readonly maxMessages: number
  /** Milliseconds; undefined: the queue's. */
  readonly visibilityMs: number | undefined
}

/** A message with what this receive made of it. */
export interface Delivery {
  readonly message: StoredMessage
  readonly receiptHandle: string
  readonly receiveCount: number
  readonly firstReceivedMs: number
}

export interface Attempt {
  readonly deliveries: readonly Delivery[]
  /** Dead-letter queues that got messages. */
  readonly movedTo: ReadonlySet<number>
  /** More messages than one transaction should hold were expired or moved; another attempt may find some. */
  readonly unfinished: boolean
  /** The queue has as many messages in flight as it may. */
  readonly overLimit: boolean
}

export type Receive = (queue: Queue, ask: Ask) => Attempt

// Keeps one attempt under some 20 ms when thousands of messages have to go to the dead-letter queue.
const longestWalk = 1000

/**
 * One attempt to receive, in one transaction. It is here, and only here, that a message received too often moves to
 * the dead-letter queue and that one past its retention is dropped, as on AWS.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function createReceive(
  store: Store,
  clock: EmbeddedClock,
  queues: Queues,
  messages: Messages,
  inFlightLimit: number,
): Receive {
  // Grows with every receive, while timeouts and deletes bring the true count below it: counted again only at the limit.
  const atMostInFlight = new Map<number, number>()

  function room(queue: Queue, wanted: number, nowMs: number): number {
    const bound = atMostInFlight.get(queue.id)
    if (bound !== undefined && bound + wanted <= inFlightLimit) return wanted
    const { inFlight } = messages.count(queue, nowMs)
    atMostInFlight.set(queue.id, inFlight)
    return Math.min(wanted, inFlightLimit - inFlight)
  }

  function walk(queue: Queue, ask: Ask, wanted: number, nowMs: number, first: StoredMessage[]): Attempt {
    const deliveries: Delivery[] = []
    const movedTo = new Set<number>()
    const dead = queue.redrive && queues.find(queue.redrive.deadLetterQueue)
    const visibleMs = nowMs + (ask.visibilityMs ?? queue.visibilityMs)
    // What goes back at once (visibility 0, a queue that is its own dead-letter queue) is met again further on.
    const seen = new Set<number>()
    let batch = first
    let missing = wanted
    let walked = 0
    for (;;) {
      for (const message of batch) {
        if (seen.has(message.id)) continue
        seen.add(message.id)
        if (message.sentMs <= nowMs - queue.retentionMs) {
          messages.remove({ queueId: queue.id, id: message.id })
        } else if (dead && message.receiveCount - message.receivedBefore >= queue.redrive.maxReceiveCount) {
          messages.move(message, queue, dead, nowMs)
          movedTo.add(dead.id)
        } else {
          messages.setReceived(message, nowMs, visibleMs)
          deliveries.push(deliver(queue, message, nowMs))
        }
      }
      walked += batch.length
      const isLast = batch.length < missing
      missing = wanted - deliveries.length
      if (isLast || missing === 0 || walked >= longestWalk) break
      batch = messages.visible(queue, nowMs, batch.at(-1)!, missing)
    }
    atMostInFlight.set(queue.id, (atMostInFlight.get(queue.id) ?? 0) + deliveries.length)
    return { deliveries, movedTo, unfinished: deliveries.length === 0 && walked >= longestWalk, overLimit: false }
  }

  return (queue, ask) => {
    const nowMs = clock.now()
    const nothing = { deliveries: [], movedTo: new Set<number>(), unfinished: false }
    const wanted = room(queue, ask.maxMessages, nowMs)
    if (wanted <= 0) return { ...nothing, overLimit: true }
    // Outside a transaction: nothing else can run in between, and most attempts of long polls end here.
    const first = messages.visible(queue, nowMs, { visibleMs: -1, id: -1 }, wanted)
    if (first.length === 0) return { ...nothing, overLimit: false }
    return store.transaction(() => walk(queue, ask, wanted, nowMs, first))
  }
}

function deliver(queue: Queue, message: StoredMessage, nowMs: number): Delivery {
  const receiveCount = message.receiveCount + 1
  return {
    message,
    receiptHandle: writeReceipt(queue.id, message.id, receiveCount, message.messageId),
    receiveCount,
    firstReceivedMs: message.firstReceivedMs ?? nowMs,
  }
}
