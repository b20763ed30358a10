import type { EmbeddedClock } from '../clock.ts'
import type { Store } from '../store.ts'
import type { Delivery } from './delivery.ts'
import type { Messages } from './messages.ts'
import type { Queue } from './queues.ts'
import type { StoredMessage } from './stored-message.ts'
import type { Tallies } from './tallies.ts'
import { type Unkindness, windowSize } from './unkindness.ts'

export interface Ask {
  /** 1-10. */
  readonly maxMessages: number
  /** Milliseconds; undefined: the queue's. */
  readonly visibilityMs: number | undefined
  /** It does not wait, and may so miss what is there in AWS-like mode. */
  readonly isShort: boolean
  /** ReceiveRequestAttemptId, of FIFO queues. */
  readonly attemptId: string | undefined
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

/** Takes messages of one queue inside a transaction; `wanted` is 1-10, `first` what is visible, not empty. */
export type Take = (taking: Taking) => Omit<Attempt, 'overLimit'>

export interface Taking {
  readonly queue: Queue
  readonly ask: Ask
  readonly wanted: number
  readonly nowMs: number
  readonly visibleMs: number
  readonly unkind: Unkindness | undefined
  readonly first: readonly StoredMessage[]
  /** How many `first` was limited to. */
  readonly firstLimit: number
}

// Keeps one attempt under some 20 ms when thousands of messages have to go to the dead-letter queue.
export const longestWalk = 1000

export interface ReceiveParts {
  readonly store: Store
  readonly clock: EmbeddedClock
  readonly messages: Messages
  readonly tallies: Tallies
  readonly unkindness: (queue: Queue) => Unkindness | undefined
  readonly takeStandard: Take
  readonly takeFifo: Take
  /** Messages in flight per queue. */
  readonly inFlightLimit: number
}

/**
 * One attempt to receive, in one transaction. It is here, and only here, that a message received too often moves to
 * the dead-letter queue and that one past its retention is dropped, as on AWS.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function createReceive(parts: ReceiveParts): Receive {
  const { store, clock, messages, tallies, unkindness, takeStandard, takeFifo, inFlightLimit } = parts

  /** An expired message in flight would block its group. */
  function dropExpired(queue: Queue, nowMs: number): void {
    const expiredMs = nowMs - queue.retentionMs
    if ((messages.oldestMs(queue) ?? nowMs) > expiredMs) return
    store.transaction(() => messages.removeExpired(queue.pileId, expiredMs, longestWalk))
  }

  /** Up to `wanted`; counts exactly only near the limit. */
  function room(queue: Queue, wanted: number, nowMs: number): number {
    if (tallies.inFlightAtMost(queue, nowMs) + wanted <= inFlightLimit) return wanted
    return Math.min(wanted, inFlightLimit - tallies.count(queue, nowMs).inFlight)
  }

  return (queue, ask) => {
    const nowMs = clock.now()
    const nothing = { deliveries: [], movedTo: new Set<number>(), unfinished: false, overLimit: false }
    const unkind = unkindness(queue)
    if (unkind && ask.isShort && !queue.isFifo && unkind.missesAll()) return nothing
    const most = room(queue, ask.maxMessages, nowMs)
    if (most <= 0) return { ...nothing, overLimit: true }
    const wanted = unkind ? unkind.fewer(most) : most
    const firstLimit = unkind ? windowSize : wanted
    if (queue.isFifo) dropExpired(queue, nowMs)
    // Outside a transaction: nothing else can run in between, and most attempts of long polls end here.
    const first = messages.visible(queue, nowMs, { visibleMs: -1, id: -1 }, firstLimit)
    if (first.length === 0) return nothing
    const visibleMs = nowMs + (ask.visibilityMs ?? queue.visibilityMs)
    const taking = { queue, ask, wanted, nowMs, visibleMs, unkind, first, firstLimit }
    const taken = store.transaction(() => (queue.isFifo ? takeFifo : takeStandard)(taking))
    return { ...taken, overLimit: false }
  }
}
