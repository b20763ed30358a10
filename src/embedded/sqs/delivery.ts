import type { Queue } from './queues.ts'
import { writeReceipt } from './receipt-handle.ts'
import type { StoredMessage } from './stored-message.ts'

/** A message with what this receive made of it. */
export interface Delivery {
  readonly message: StoredMessage
  readonly receiptHandle: string
  readonly receiveCount: number
  readonly firstReceivedMs: number
}

/** Of a message as it was before the receive. */
export function deliveryOf(queue: Queue, message: StoredMessage, nowMs: number): Delivery {
  const receiveCount = message.receiveCount + 1
  return {
    message,
    receiptHandle: writeReceipt(queue.id, message.id, receiveCount, message.messageId),
    receiveCount,
    firstReceivedMs: message.firstReceivedMs ?? nowMs,
  }
}

/** The last delivery of a message once more, with the same handle. */
export function redelivery(queue: Queue, message: StoredMessage): Delivery {
  const { id, receiveCount, messageId, firstReceivedMs } = message
  return {
    message,
    receiptHandle: writeReceipt(queue.id, id, receiveCount, messageId),
    receiveCount,
    firstReceivedMs: firstReceivedMs!,
  }
}

/** 20 digits, rising with every message of a FIFO queue, like AWS's with gaps. */
export function sequenceNumber(id: number): string {
  return String(18_850_000_000_000_000_000n + BigInt(id) * 256n)
}
