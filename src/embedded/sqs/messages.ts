import type { Store } from '../store.ts'
import type { Queue } from './queues.ts'
import { messageColumns, type NewMessage, readMessage, type StoredMessage } from './stored-message.ts'
import type { Countable, Tallies } from './tallies.ts'

/** Where a message lies, with what decides what may be done to it. */
export interface Found {
  readonly pileId: number
  readonly id: number
  readonly visibleMs: number
  readonly sentMs: number
  readonly receiveCount: number
  readonly receivedMs: number | null
  readonly group: string | null
}

/**
 * The messages of a store: a statement or two each, no rules. Changes belong inside a transaction of the caller's.
 * Nothing is kept in memory, however deep the queues are.
 */
export interface Messages {
  /** Answers the message's id in the store. */
  insert(queue: Queue, message: NewMessage, sentMs: number, visibleMs: number): number
  /**
   * At most `limit` messages visible at `nowMs` and behind `after`, in order of when they became visible. Of a FIFO
   * queue the first of each group only.
   */
  visible(queue: Queue, nowMs: number, after: Pick<StoredMessage, 'visibleMs' | 'id'>, limit: number): StoredMessage[]
  /** The next of a FIFO message's group, visible or not. */
  followers(message: StoredMessage, limit: number): StoredMessage[]
  /** One message, wherever in its queue it is. */
  get(queue: Queue, id: number): StoredMessage | undefined
  setReceived(message: StoredMessage, nowMs: number, visibleMs: number, isOwed: boolean): void
  /** To the dead-letter queue, as the message it is. */
  move(message: StoredMessage, from: Queue, to: Queue, nowMs: number): void
  /** To another queue, as a message that was sent there now: new id, no receives. Out of a dead-letter queue. */
  resend(message: StoredMessage, to: Queue, messageId: string, nowMs: number): void
  find(queue: Queue, id: number): Found | undefined
  setVisible(message: Found | StoredMessage, visibleMs: number): void
  /**
   * Removes the message where `receive` is its last receive, it is owed no other delivery, and it is hidden beyond
   * `hiddenMs`. Answers whether it was so.
   */
  removeReceived(queue: Queue, id: number, receive: number, hiddenMs: number): boolean
  remove(message: Found | StoredMessage): void
  /** Removes up to `limit` messages sent at `beforeMs` or earlier; answers how many there were. */
  removeExpired(pileId: number, beforeMs: number, limit: number): number
  /** When the next message that is hidden at `nowMs` becomes visible. */
  nextVisibleMs(queue: Queue, nowMs: number): number | undefined
  /** When the oldest message was sent. */
  oldestMs(queue: Queue): number | undefined
}

const foundColumns = `pile_id as pileId, id, visible_ms as visibleMs, sent_ms as sentMs, receive_count as receiveCount,
  received_ms as receivedMs, message_group as "group"`

export function createMessages({ database }: Store, { changed }: Pick<Tallies, 'changed'>): Messages {
  const insertContent = database.prepare(
    'insert into sqs_content (message_id, body, md5, attributes, system) values (?, ?, ?, ?, ?)',
  )
  const insertState = database.prepare(
    `insert into sqs_state
       (pile_id, id, head, visible_ms, sent_ms, receive_count, received_before, owed, first_received_ms, source,
        message_group)
     values (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
  )
  const selectVisible = database.prepare(
    `select ${messageColumns} from sqs_state s join sqs_content c on c.id = s.id
     where s.pile_id = ? and s.head = 1 and s.visible_ms <= ? and (s.visible_ms, s.id) > (?, ?)
     order by s.visible_ms, s.id limit ?`,
  )
  // SQLite would rather walk the pile: all of it, where the group has nothing more.
  const selectFollowers = database.prepare(
    `select ${messageColumns}
     from sqs_state s indexed by sqs_state_by_group join sqs_content c on c.id = s.id
     where s.pile_id = ? and s.message_group = ? and s.id > ? order by s.id limit ?`,
  )
  const selectOne = database.prepare(
    `select ${messageColumns} from sqs_state s join sqs_content c on c.id = s.id where s.pile_id = ? and s.id = ?`,
  )
  for (const select of [selectVisible, selectFollowers, selectOne]) select.setReturnArrays(true)
  const updateReceived = database.prepare(
    `update sqs_state set visible_ms = ?, receive_count = receive_count + 1, received_ms = ?, owed = ?,
            first_received_ms = coalesce(first_received_ms, ?) where pile_id = ? and id = ?`,
  )
  const updateMoved = database.prepare(
    `update sqs_state set pile_id = ?, visible_ms = ?, received_before = receive_count, received_ms = null, owed = 0,
            source = ? where pile_id = ? and id = ?`,
  )
  const selectFound = database.prepare(`select ${foundColumns} from sqs_state where pile_id = ? and id = ?`)
  const updateVisible = database.prepare('update sqs_state set visible_ms = ? where pile_id = ? and id = ?')
  const deleteReceived = database.prepare(
    `delete from sqs_state where pile_id = ? and id = ? and receive_count = ? and visible_ms > ? and owed = 0
     returning visible_ms, message_group`,
  )
  deleteReceived.setReturnArrays(true)
  const deleteState = database.prepare('delete from sqs_state where pile_id = ? and id = ?')
  const deleteContent = database.prepare('delete from sqs_content where id = ?')
  const selectGroup = database.prepare('select 1 from sqs_state where pile_id = ? and message_group = ? limit 1')
  const updateHead = database.prepare(
    `update sqs_state set head = 1 where pile_id = ?1 and id =
       (select id from sqs_state where pile_id = ?1 and message_group = ?2 order by id limit 1)`,
  )
  const selectExpired = database.prepare(`select ${foundColumns} from sqs_state where pile_id = ? order by id limit ?`)
  const selectNext = database.prepare(
    `select visible_ms from sqs_state where pile_id = ? and head = 1 and visible_ms > ? order by visible_ms limit 1`,
  )
  const selectOldest = database.prepare('select sent_ms from sqs_state where pile_id = ? order by id limit 1')

  /** Lays a message, or what it is to become, at the end of a queue. */
  function add(
    queue: Queue,
    message: NewMessage,
    state: Partial<StoredMessage> & { sentMs: number; visibleMs: number },
  ) {
    const { messageId, body, md5, attributes, system, group } = message
    const { sentMs, visibleMs, receiveCount = 0, firstReceivedMs = null, source = null } = state
    const { pileId } = queue
    const id = Number(insertContent.run(messageId, body, md5, attributes, system).lastInsertRowid)
    const head = group === null || selectGroup.get(pileId, group) === undefined ? 1 : 0
    const receives = [receiveCount, receiveCount, firstReceivedMs, source] as const
    insertState.run(pileId, id, head, visibleMs, sentMs, ...receives, group)
    changed(undefined, { pileId, id, visibleMs, sentMs, receiveCount })
    return id
  }

  /** Of content and group, when the state is gone. */
  function forget(found: Countable & { readonly group: string | null }): void {
    deleteContent.run(found.id)
    if (found.group !== null) updateHead.run(found.pileId, found.group)
    changed(found, undefined)
  }

  function remove(found: Found | StoredMessage): void {
    deleteState.run(found.pileId, found.id)
    forget(found)
  }

  return {
    insert: (queue, message, sentMs, visibleMs) => add(queue, message, { sentMs, visibleMs }),
    visible: (queue, nowMs, after, limit) =>
      selectVisible.all(queue.pileId, nowMs, after.visibleMs, after.id, limit).map(readMessage),
    followers: ({ pileId, group, id }, limit) => selectFollowers.all(pileId, group, id, limit).map(readMessage),
    get(queue, id) {
      const row: unknown = selectOne.get(queue.pileId, id)
      return row === undefined ? undefined : readMessage(row)
    },
    setReceived(message, nowMs, visibleMs, isOwed) {
      const { pileId, id, sentMs, receiveCount } = message
      updateReceived.run(visibleMs, nowMs, isOwed ? 1 : 0, nowMs, pileId, id)
      changed(message, { pileId, id, visibleMs, sentMs, receiveCount: receiveCount + 1 })
    },
    move(message, from, to, nowMs) {
      if (message.group === null) {
        updateMoved.run(to.pileId, nowMs, from.arn, message.pileId, message.id)
        changed(message, { ...message, pileId: to.pileId, visibleMs: nowMs })
        return
      }
      // At the end of its group there, and its retention starts anew: both go with the id.
      const { receiveCount, firstReceivedMs } = message
      remove(message)
      add(to, message, { sentMs: nowMs, visibleMs: nowMs, receiveCount, firstReceivedMs, source: from.arn })
    },
    resend(message, to, messageId, nowMs) {
      remove(message)
      add(to, { ...message, messageId }, { sentMs: nowMs, visibleMs: nowMs })
    },
    find: (queue, id) => selectFound.get(queue.pileId, id) as Found | undefined,
    setVisible(found, visibleMs) {
      updateVisible.run(visibleMs, found.pileId, found.id)
      changed(found, { ...found, visibleMs })
    },
    removeReceived({ pileId }, id, receive, hiddenMs) {
      const row: unknown = deleteReceived.get(pileId, id, receive, hiddenMs)
      if (row === undefined) return false
      const [visibleMs, group] = row as [number, string | null]
      forget({ pileId, id, visibleMs, receiveCount: receive, group })
      return true
    },
    remove,
    removeExpired(pileId, beforeMs, limit) {
      let removed = 0
      for (const found of selectExpired.all(pileId, limit) as unknown as Found[]) {
        if (found.sentMs > beforeMs) break
        remove(found)
        removed += 1
      }
      return removed
    },
    nextVisibleMs: (queue, nowMs) =>
      (selectNext.get(queue.pileId, nowMs) as { visible_ms: number } | undefined)?.visible_ms,
    oldestMs: (queue) => (selectOldest.get(queue.pileId) as { sent_ms: number } | undefined)?.sent_ms,
  }
}
