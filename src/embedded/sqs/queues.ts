import { arn } from '../identity.ts'
import type { EmbeddedClock } from '../clock.ts'
import type { Store } from '../store.ts'
import { defaultAttributes, parseRedrivePolicy, type QueueAttributes } from './queue-attributes.ts'

export interface Queue {
  readonly id: number
  readonly name: string
  readonly arn: string
  readonly createdMs: number
  readonly modifiedMs: number
  readonly purgedMs: number | null
  /** Defaults included. */
  readonly attributes: QueueAttributes
  readonly tags: Readonly<Record<string, string>>
  readonly delayMs: number
  readonly visibilityMs: number
  readonly retentionMs: number
  readonly waitMs: number
  readonly maximumMessageBytes: number
  /** Where messages go that were received too often. The queue of that name may be gone. */
  readonly redrive: { readonly deadLetterQueue: string; readonly maxReceiveCount: number } | undefined
}

/** The queues of a store. All are held in memory as well: they are few, and every request names one. */
export interface Queues {
  find(name: string): Queue | undefined
  byId(id: number): Queue | undefined
  /** By name, in code-unit order. */
  all(): Queue[]
  create(name: string, attributes: QueueAttributes, tags: Queue['tags']): Queue
  /** Merges; an empty value takes the attribute away. */
  setAttributes(queue: Queue, attributes: QueueAttributes): void
  setTags(queue: Queue, tags: Queue['tags']): void
  setPurged(queue: Queue): void
  /** The queue alone, not its messages. */
  delete(queue: Queue): void
}

interface Row {
  readonly id: number
  readonly name: string
  readonly created_ms: number
  readonly modified_ms: number
  readonly purged_ms: number | null
  readonly attributes: string
  readonly tags: string
}

export function createQueues(store: Store, clock: EmbeddedClock): Queues {
  const { database } = store
  const selectAll = database.prepare('select * from sqs_queues')
  const selectOne = database.prepare('select * from sqs_queues where name = ?')
  const insert = database.prepare(
    'insert into sqs_queues (name, created_ms, modified_ms, attributes, tags) values (?, ?, ?, ?, ?)',
  )
  const updateAttributes = database.prepare('update sqs_queues set attributes = ?, modified_ms = ? where id = ?')
  const updateTags = database.prepare('update sqs_queues set tags = ? where id = ?')
  const updatePurged = database.prepare('update sqs_queues set purged_ms = ? where id = ?')
  const remove = database.prepare('delete from sqs_queues where id = ?')

  const byName = new Map<string, Queue>()
  const byId = new Map<number, Queue>()
  for (const row of selectAll.all()) hold(row as unknown as Row)

  function hold(row: Row): Queue {
    const queue = fromRow(row)
    byName.set(queue.name, queue)
    byId.set(queue.id, queue)
    return queue
  }

  function reload(name: string): Queue {
    return hold(selectOne.get(name) as unknown as Row)
  }

  return {
    find: (name) => byName.get(name),
    byId: (id) => byId.get(id),
    all: () => [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    create(name, attributes, tags) {
      const now = clock.now()
      insert.run(name, now, now, JSON.stringify(withoutEmpty(attributes)), JSON.stringify(tags))
      return reload(name)
    },
    setAttributes(queue, attributes) {
      const merged = withoutEmpty({ ...queue.attributes, ...attributes })
      updateAttributes.run(JSON.stringify(merged), clock.now(), queue.id)
      reload(queue.name)
    },
    setTags(queue, tags) {
      updateTags.run(JSON.stringify(tags), queue.id)
      reload(queue.name)
    },
    setPurged(queue) {
      updatePurged.run(clock.now(), queue.id)
      reload(queue.name)
    },
    delete(queue) {
      remove.run(queue.id)
      byName.delete(queue.name)
      byId.delete(queue.id)
    },
  }
}

function withoutEmpty(attributes: QueueAttributes): QueueAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''))
}

function fromRow(row: Row): Queue {
  const attributes = { ...defaultAttributes, ...(JSON.parse(row.attributes) as QueueAttributes) }
  const seconds = (name: string): number => Number(attributes[name]) * 1000
  return {
    id: row.id,
    name: row.name,
    arn: arn('sqs', row.name),
    createdMs: row.created_ms,
    modifiedMs: row.modified_ms,
    purgedMs: row.purged_ms,
    attributes,
    tags: JSON.parse(row.tags) as Queue['tags'],
    delayMs: seconds('DelaySeconds'),
    visibilityMs: seconds('VisibilityTimeout'),
    retentionMs: seconds('MessageRetentionPeriod'),
    waitMs: seconds('ReceiveMessageWaitTimeSeconds'),
    maximumMessageBytes: Number(attributes['MaximumMessageSize']),
    redrive: redriveOf(attributes['RedrivePolicy']),
  }
}

function redriveOf(json: string | undefined): Queue['redrive'] {
  if (json === undefined) return undefined
  const { deadLetterTargetArn, maxReceiveCount } = parseRedrivePolicy(json)
  return { deadLetterQueue: queueOfArn(deadLetterTargetArn), maxReceiveCount }
}

/** The name alone: here there is one account and one region. */
export function queueOfArn(queueArn: string): string {
  return queueArn.slice(queueArn.lastIndexOf(':') + 1)
}
