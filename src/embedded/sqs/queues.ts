import type { EmbeddedClock } from '../clock.ts'
import { arnOf, type World } from '../identity.ts'
import type { Store } from '../store.ts'
import { SqsError } from './errors.ts'
import { limits } from './limits.ts'
import { defaultAttributes, type QueueAttributes } from './queue-attributes.ts'
import { parseRedriveAllowPolicy, parseRedrivePolicy, type RedriveAllowPolicy, type RedrivePolicy } from './redrive.ts'

export interface Queue extends World {
  readonly id: number
  readonly name: string
  /** Unique: it names account and region too. */
  readonly arn: string
  /** Where its messages lie: another one after each purge. */
  readonly pileId: number
  readonly isFifo: boolean
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
  /** Where messages go that were received too often. The queue of that ARN may be gone. */
  readonly redrive: RedrivePolicy | undefined
  /** Whose dead-letter queue it may be; undefined: anybody's. */
  readonly redriveAllow: RedriveAllowPolicy | undefined
}

/** The queues of a store. All are held in memory as well: they are few, and every request names one. */
export interface Queues {
  find(world: World, name: string): Queue | undefined
  byArn(arn: string): Queue | undefined
  byId(id: number): Queue | undefined
  /** Those of one account and region, by name, in code-unit order. */
  of(world: World): Queue[]
  /** Of all worlds, by ARN. */
  all(): Queue[]
  /** Throws QueueDeletedRecently for 60 s after a queue of that name was deleted. */
  create(world: World, name: string, attributes: QueueAttributes, tags: Queue['tags']): Queue
  /** Merges; an empty value takes the attribute away. */
  setAttributes(queue: Queue, attributes: QueueAttributes): void
  setTags(queue: Queue, tags: Queue['tags']): void
  /** Gives the queue a new, empty pile. At once, at any depth: the messages are cleared away later. */
  setPurged(queue: Queue): void
  /** The queue with its messages, which are cleared away later. */
  delete(queue: Queue): void
}

interface Row {
  readonly id: number
  readonly account_id: string
  readonly region: string
  readonly name: string
  readonly pile_id: number
  readonly created_ms: number
  readonly modified_ms: number
  readonly purged_ms: number | null
  readonly attributes: string
  readonly tags: string
}

export function createQueues(store: Store, clock: EmbeddedClock): Queues {
  const { database } = store
  const selectAll = database.prepare('select * from sqs_queues')
  const selectOne = database.prepare('select * from sqs_queues where id = ?')
  const insert = database.prepare(
    `insert into sqs_queues (account_id, region, name, pile_id, created_ms, modified_ms, attributes, tags)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const updateAttributes = database.prepare('update sqs_queues set attributes = ?, modified_ms = ? where id = ?')
  const updateTags = database.prepare('update sqs_queues set tags = ? where id = ?')
  const updatePurged = database.prepare('update sqs_queues set purged_ms = ?, pile_id = ? where id = ?')
  const insertPile = database.prepare('insert into sqs_piles default values')
  const abandonPile = database.prepare('update sqs_piles set abandoned = 1 where id = ?')
  const remove = database.prepare('delete from sqs_queues where id = ?')
  const insertDeleted = database.prepare('insert or replace into sqs_deleted_queues (arn, deleted_ms) values (?, ?)')
  const selectDeleted = database.prepare('select deleted_ms from sqs_deleted_queues where arn = ?')
  const forgetDeleted = database.prepare('delete from sqs_deleted_queues where deleted_ms <= ?')

  const byArn = new Map<string, Queue>()
  const byId = new Map<number, Queue>()
  for (const row of selectAll.all()) hold(row as unknown as Row)

  function hold(row: Row): Queue {
    const queue = fromRow(row)
    byArn.set(queue.arn, queue)
    byId.set(queue.id, queue)
    return queue
  }

  function reload(id: number | bigint): Queue {
    return hold(selectOne.get(id) as unknown as Row)
  }

  function sorted(found: Iterable<Queue>): Queue[] {
    return [...found].sort((a, b) => (a.arn < b.arn ? -1 : 1))
  }

  return {
    find: (world, name) => byArn.get(arnOf(world, 'sqs', name)),
    byArn: (arn) => byArn.get(arn),
    byId: (id) => byId.get(id),
    of: ({ accountId, region }) =>
      sorted(byId.values().filter((queue) => queue.accountId === accountId && queue.region === region)),
    all: () => sorted(byId.values()),
    create(world, name, attributes, tags) {
      const nowMs = clock.now()
      const deleted = selectDeleted.get(arnOf(world, 'sqs', name)) as { deleted_ms: number } | undefined
      if (deleted !== undefined && nowMs - deleted.deleted_ms < limits.nameIntervalMs) {
        const reason =
          'You must wait 60 seconds after deleting a queue before you can create another with the same name.'
        throw new SqsError('QueueDeletedRecently', reason)
      }
      const stored = [JSON.stringify(withoutEmpty(attributes)), JSON.stringify(tags)]
      const id = store.transaction(() => {
        const { lastInsertRowid: pileId } = insertPile.run()
        return insert.run(world.accountId, world.region, name, pileId, nowMs, nowMs, ...stored).lastInsertRowid
      })
      return reload(id)
    },
    setAttributes(queue, attributes) {
      const merged = withoutEmpty({ ...queue.attributes, ...attributes })
      updateAttributes.run(JSON.stringify(merged), clock.now(), queue.id)
      reload(queue.id)
    },
    setTags(queue, tags) {
      updateTags.run(JSON.stringify(tags), queue.id)
      reload(queue.id)
    },
    setPurged(queue) {
      store.transaction(() => {
        abandonPile.run(queue.pileId)
        updatePurged.run(clock.now(), insertPile.run().lastInsertRowid, queue.id)
      })
      reload(queue.id)
    },
    delete(queue) {
      const nowMs = clock.now()
      store.transaction(() => {
        abandonPile.run(queue.pileId)
        remove.run(queue.id)
        forgetDeleted.run(nowMs - limits.nameIntervalMs)
        insertDeleted.run(queue.arn, nowMs)
      })
      byArn.delete(queue.arn)
      byId.delete(queue.id)
    },
  }
}

function withoutEmpty(attributes: QueueAttributes): QueueAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''))
}

function fromRow(row: Row): Queue {
  const set = JSON.parse(row.attributes) as QueueAttributes
  const isFifo = set['FifoQueue'] === 'true'
  const attributes = { ...defaultAttributes(isFifo), ...set }
  const seconds = (name: string): number => Number(attributes[name]) * 1000
  const world = { accountId: row.account_id, region: row.region }
  return {
    id: row.id,
    ...world,
    name: row.name,
    arn: arnOf(world, 'sqs', row.name),
    pileId: row.pile_id,
    isFifo,
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
    redrive: parsed(attributes['RedrivePolicy'], parseRedrivePolicy),
    redriveAllow: parsed(attributes['RedriveAllowPolicy'], parseRedriveAllowPolicy),
  }
}

function parsed<T>(json: string | undefined, parse: (json: string) => T): T | undefined {
  return json === undefined ? undefined : parse(json)
}
