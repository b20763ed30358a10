import type { Store } from '../store.ts'
import { limits } from './limits.ts'
import type { Messages } from './messages.ts'
import type { Queue } from './queues.ts'
import { type Delivery, redelivery } from './delivery.ts'

/** What receives of FIFO queues handed out under a ReceiveRequestAttemptId. */
export interface Attempts {
  /** To be called in the transaction of the receive. */
  record(queue: Queue, id: string, deliveries: readonly Delivery[], visibleMs: number, nowMs: number): void
  /**
   * The same messages with the same handles once more, hidden anew: where they were received in the last five minutes
   * and none has been deleted, changed, or become visible since. Undefined otherwise.
   */
  repeat(queue: Queue, id: string, visibleMs: number, nowMs: number): readonly Delivery[] | undefined
}

interface Row {
  readonly received_ms: number
  readonly visible_ms: number
  /** JSON: id and receive of each. */
  readonly deliveries: string
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html */
export function createAttempts(store: Store, messages: Messages): Attempts {
  const { database } = store
  const insert = database.prepare(
    'insert or replace into sqs_attempts (pile_id, id, received_ms, visible_ms, deliveries) values (?, ?, ?, ?, ?)',
  )
  const select = database.prepare('select * from sqs_attempts where pile_id = ? and id = ? and received_ms > ?')
  const update = database.prepare('update sqs_attempts set visible_ms = ? where pile_id = ? and id = ?')

  function unchanged(queue: Queue, { visible_ms: visibleMs, deliveries }: Row): Delivery[] {
    const pairs = JSON.parse(deliveries) as [number, number][]
    return pairs.flatMap(([id, receive]) => {
      const message = messages.get(queue, id)
      const isSame = message?.receiveCount === receive && message.visibleMs === visibleMs
      return isSame ? [redelivery(queue, message)] : []
    })
  }

  return {
    record(queue, id, deliveries, visibleMs, nowMs) {
      const pairs = deliveries.map(({ message, receiveCount }) => [message.id, receiveCount])
      insert.run(queue.pileId, id, nowMs, visibleMs, JSON.stringify(pairs))
    },
    repeat(queue, id, visibleMs, nowMs) {
      const row = select.get(queue.pileId, id, nowMs - limits.deduplicationMs) as Row | undefined
      if (row === undefined || row.visible_ms <= nowMs) return undefined
      const deliveries = unchanged(queue, row)
      if (deliveries.length < (JSON.parse(row.deliveries) as unknown[]).length) return undefined
      store.transaction(() => {
        for (const { message } of deliveries) messages.setVisible(message, visibleMs)
        update.run(visibleMs, queue.pileId, id)
      })
      return deliveries
    },
  }
}
