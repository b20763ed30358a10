import type { EmbeddedClock } from '../clock.ts'
import type { Store } from '../store.ts'
import { limits } from './limits.ts'
import type { Queue } from './queues.ts'

/** What a FIFO queue remembers of what was sent: for five minutes, whether it was deleted since or not. */
export interface Deduplication {
  /** The answer to the first message with this id, where it is not forgotten. */
  answerTo(queue: Queue, id: string, group: string): object | undefined
  remember(queue: Queue, id: string, group: string, answer: object): void
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
export function createDeduplication({ database }: Store, clock: EmbeddedClock): Deduplication {
  const select = database.prepare(
    'select answer from sqs_deduplication where pile_id = ? and id = ? and message_group = ? and sent_ms > ?',
  )
  const insert = database.prepare(
    `insert or replace into sqs_deduplication (pile_id, id, message_group, sent_ms, answer) values (?, ?, ?, ?, ?)`,
  )

  /** Within the whole queue, or within each group by itself. */
  function scope({ attributes }: Queue, group: string): string {
    return attributes['DeduplicationScope'] === 'messageGroup' ? group : ''
  }

  return {
    answerTo(queue, id, group) {
      const sinceMs = clock.now() - limits.deduplicationMs
      const row = select.get(queue.pileId, id, scope(queue, group), sinceMs) as { answer: string } | undefined
      return row && (JSON.parse(row.answer) as object)
    },
    remember: (queue, id, group, answer) =>
      void insert.run(queue.pileId, id, scope(queue, group), clock.now(), JSON.stringify(answer)),
  }
}
