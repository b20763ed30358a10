export interface NewMessage {
  readonly messageId: string
  readonly body: string
  /** Hex, of the body. */
  readonly md5: string
  /** User attributes as JSON. */
  readonly attributes: string | null
  /** System attributes that the sender set, as JSON. */
  readonly system: string | null
  /** The group whose order a FIFO queue keeps. Null on a standard queue, where a group orders nothing. */
  readonly group: string | null
}

/** A message as it lies in its queue. */
export interface StoredMessage extends NewMessage {
  readonly id: number
  readonly pileId: number
  readonly visibleMs: number
  readonly sentMs: number
  readonly receiveCount: number
  /** How many of these receives were from other queues, before it was moved here. */
  readonly receivedBefore: number
  /** AWS-like mode: one more delivery is to come, even when it is deleted before. */
  readonly isOwed: boolean
  readonly firstReceivedMs: number | null
  /** ARN of the queue it was moved from. */
  readonly source: string | null
}

/** What a select has to name for readMessage, from `sqs_state s join sqs_content c`. */
export const messageColumns = `
  s.id, s.pile_id, s.visible_ms, s.sent_ms, s.receive_count, s.received_before, s.owed, s.first_received_ms, s.source,
  s.message_group, c.message_id, c.body, c.md5, c.attributes, c.system`

// Rows as arrays: half the time of objects, and this is the busiest query.
type Row = [
  id: number,
  pileId: number,
  visibleMs: number,
  sentMs: number,
  receiveCount: number,
  receivedBefore: number,
  owed: number,
  firstReceivedMs: number | null,
  source: string | null,
  group: string | null,
  messageId: string,
  body: string,
  md5: string,
  attributes: string | null,
  system: string | null,
]

export function readMessage(row: unknown): StoredMessage {
  const [id, pileId, visibleMs, sentMs, receiveCount, receivedBefore, owed, firstReceivedMs, source, ...rest] =
    row as Row
  const [group, messageId, body, md5, attributes, system] = rest
  return {
    id,
    pileId,
    visibleMs,
    sentMs,
    receiveCount,
    receivedBefore,
    isOwed: owed === 1,
    firstReceivedMs,
    source,
    group,
    messageId,
    body,
    md5,
    attributes,
    system,
  }
}
