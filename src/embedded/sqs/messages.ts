import type { Store } from '../store.ts'
import type { Queue } from './queues.ts'
import type { Receipt } from './receipt-handle.ts'

export interface NewMessage {
  readonly messageId: string
  readonly body: string
  /** Hex, of the body. */
  readonly md5: string
  /** User attributes as JSON. */
  readonly attributes: string | null
  /** System attributes that the sender set, as JSON. */
  readonly system: string | null
}

/** A message as it lies in its queue. */
export interface StoredMessage extends NewMessage {
  readonly id: number
  readonly visibleMs: number
  readonly sentMs: number
  readonly receiveCount: number
  /** How many of these receives were from other queues, before it was moved here. */
  readonly receivedBefore: number
  readonly firstReceivedMs: number | null
  /** ARN of the queue it was moved from. */
  readonly source: string | null
}

export interface Counts {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/**
 * The messages of a store: one statement each, no rules. Changes belong inside a transaction of the caller's.
 * Nothing is kept in memory, however deep the queues are.
 */
export interface Messages {
  insert(queue: Queue, message: NewMessage, sentMs: number, visibleMs: number): void
  /** At most `limit` messages visible at `nowMs` and behind `after`, in order of when they became visible. */
  visible(queue: Queue, nowMs: number, after: Pick<StoredMessage, 'visibleMs' | 'id'>, limit: number): StoredMessage[]
  setReceived(message: StoredMessage, nowMs: number, visibleMs: number): void
  move(message: StoredMessage, from: Queue, to: Queue, nowMs: number): void
  find(receipt: Receipt): { readonly sentMs: number; readonly receivedMs: number | null } | undefined
  setVisible(receipt: Receipt, visibleMs: number): void
  /** Answers whether there was one. */
  remove(receipt: Receipt): boolean
  removeAll(queue: Queue): void
  /** Removes up to `limit` messages sent at `beforeMs` or earlier; answers how many there were. */
  removeExpired(queue: Queue, beforeMs: number, limit: number): number
  /** Those past the queue's retention are not counted. */
  count(queue: Queue, nowMs: number): Counts
  /** When the next message that is hidden at `nowMs` becomes visible. */
  nextVisibleMs(queue: Queue, nowMs: number): number | undefined
}

type Visible = [
  number,
  number,
  number,
  number,
  number,
  number | null,
  string | null,
  string,
  string,
  string,
  string | null,
  string | null,
]

export function createMessages(store: Store): Messages {
  const { database } = store
  const insertContent = database.prepare(
    'insert into sqs_content (message_id, body, md5, attributes, system) values (?, ?, ?, ?, ?)',
  )
  const insertState = database.prepare(
    `insert into sqs_state (id, queue_id, visible_ms, sent_ms, receive_count, received_before)
     values (?, ?, ?, ?, 0, 0)`,
  )
  const selectVisible = database.prepare(
    `select s.id, s.visible_ms, s.sent_ms, s.receive_count, s.received_before, s.first_received_ms, s.source,
            c.message_id, c.body, c.md5, c.attributes, c.system
     from sqs_state s join sqs_content c on c.id = s.id
     where s.queue_id = ? and s.visible_ms <= ? and (s.visible_ms, s.id) > (?, ?)
     order by s.visible_ms, s.id limit ?`,
  )
  // Rows as arrays: half the time of objects, and this is the busiest query.
  selectVisible.setReturnArrays(true)
  const updateReceived = database.prepare(
    `update sqs_state set visible_ms = ?, receive_count = receive_count + 1, received_ms = ?,
            first_received_ms = coalesce(first_received_ms, ?) where id = ?`,
  )
  const updateMoved = database.prepare(
    `update sqs_state set queue_id = ?, visible_ms = ?, received_before = receive_count, received_ms = null, source = ?
     where id = ?`,
  )
  const selectState = database.prepare('select sent_ms, received_ms from sqs_state where id = ? and queue_id = ?')
  const updateVisible = database.prepare('update sqs_state set visible_ms = ? where id = ? and queue_id = ?')
  const deleteState = database.prepare('delete from sqs_state where id = ? and queue_id = ?')
  const deleteContent = database.prepare('delete from sqs_content where id = ?')
  const deleteAllContent = database.prepare(
    'delete from sqs_content where id in (select id from sqs_state where queue_id = ?)',
  )
  const deleteAllState = database.prepare('delete from sqs_state where queue_id = ?')
  const selectExpired = database.prepare('select id from sqs_state where queue_id = ? and sent_ms <= ? limit ?')
  const selectCounts = database.prepare(
    `select count(*) filter (where visible_ms <= ?1) as visible,
            count(*) filter (where visible_ms > ?1 and receive_count > 0) as inFlight,
            count(*) filter (where visible_ms > ?1 and receive_count = 0) as delayed
     from sqs_state where queue_id = ?2 and sent_ms > ?3`,
  )
  const selectNext = database.prepare(
    'select visible_ms from sqs_state where queue_id = ? and visible_ms > ? order by visible_ms limit 1',
  )

  function remove({ queueId, id }: Receipt): boolean {
    if (deleteState.run(id, queueId).changes === 0) return false
    deleteContent.run(id)
    return true
  }

  return {
    insert(queue, { messageId, body, md5, attributes, system }, sentMs, visibleMs) {
      const { lastInsertRowid } = insertContent.run(messageId, body, md5, attributes, system)
      insertState.run(lastInsertRowid, queue.id, visibleMs, sentMs)
    },
    visible: (queue, nowMs, after, limit) =>
      selectVisible
        .all(queue.id, nowMs, after.visibleMs, after.id, limit)
        .map((row) => fromVisible(row as unknown as Visible)),
    setReceived: (message, nowMs, visibleMs) => void updateReceived.run(visibleMs, nowMs, nowMs, message.id),
    move: (message, from, to, nowMs) => void updateMoved.run(to.id, nowMs, from.arn, message.id),
    find({ queueId, id }) {
      const row = selectState.get(id, queueId) as { sent_ms: number; received_ms: number | null } | undefined
      return row && { sentMs: row.sent_ms, receivedMs: row.received_ms }
    },
    setVisible: ({ queueId, id }, visibleMs) => void updateVisible.run(visibleMs, id, queueId),
    remove,
    removeAll(queue) {
      deleteAllContent.run(queue.id)
      deleteAllState.run(queue.id)
    },
    removeExpired(queue, beforeMs, limit) {
      const rows = selectExpired.all(queue.id, beforeMs, limit) as unknown as { id: number }[]
      for (const { id } of rows) remove({ queueId: queue.id, id })
      return rows.length
    },
    count: (queue, nowMs) => ({
      ...(selectCounts.get(nowMs, queue.id, nowMs - queue.retentionMs) as unknown as Counts),
    }),
    nextVisibleMs: (queue, nowMs) =>
      (selectNext.get(queue.id, nowMs) as { visible_ms: number } | undefined)?.visible_ms,
  }
}

function fromVisible(row: Visible): StoredMessage {
  const [id, visibleMs, sentMs, receiveCount, receivedBefore, firstReceivedMs, source] = row
  const [, , , , , , , messageId, body, md5, attributes, system] = row
  return {
    id,
    visibleMs,
    sentMs,
    receiveCount,
    receivedBefore,
    firstReceivedMs,
    source,
    ...{
      messageId,
      body,
      md5,
      attributes,
      system,
    },
  }
}
