import type { EmbeddedClock } from '../../clock.ts'
import type { Store } from '../../store.ts'
import { prepareQuery } from '../catalog-statements.ts'

/**
 * Gives a message to a queue: true when the queue has it, durably; false where there is no such queue (any more), and
 * the message is dropped as S3 drops it. What it throws means "not now": the message is offered again. Must settle.
 */
export type DeliverEvent = (queueArn: string, body: string) => boolean | Promise<boolean>

export interface Outbox {
  /** Within the transaction that the message is about, so that it goes out if and only if that is committed. */
  add(queueArn: string, body: string): void
  /** The number that the next message gets: higher for later ones, also after a restart. Within a transaction. */
  nextNumber(): number
  /** Ends deliveries, those under way included. */
  close(): Promise<void>
}

interface Row {
  readonly id: number
  readonly queueArn: string
  readonly body: string
}

const schema = `
  create table if not exists s3_outbox (
    id integer primary key autoincrement, queueArn text not null, body text not null
  ) strict;
`
const batch = 100
const firstRetryMs = 1000
const longestRetryMs = 60_000

/**
 * Messages on their way to queues, in SQLite: at least once each, in order for each queue as far as its deliveries
 * succeed. What was not delivered before the process ended is delivered by the next one.
 */
export function createOutbox(
  store: Store,
  clock: EmbeddedClock,
  deliver: DeliverEvent,
  onError: (error: unknown) => void,
): Outbox {
  store.database.exec(schema)
  const insert = store.database.prepare('insert into s3_outbox (queueArn, body) values (?, ?)')
  const remove = store.database.prepare('delete from s3_outbox where id = ?')
  const rows = prepareQuery<Row>(
    store,
    `select id, queueArn, body from s3_outbox where id > ? order by id limit ${batch}`,
  )
  const last = prepareQuery<{ seq: number }>(store, `select seq from sqlite_sequence where name = 's3_outbox'`)
  const state = { isWanted: false, isClosed: false }
  let draining: Promise<void> | undefined
  let retryMs = firstRetryMs
  let cancelRetry = (): void => {}

  function want(): void {
    state.isWanted = true
    draining ??= drainAll()
  }

  async function drainAll(): Promise<void> {
    // The transaction that wants it is over in the next turn.
    await Promise.resolve()
    while (state.isWanted && !state.isClosed) {
      state.isWanted = false
      const isDone = await drain().catch((error: unknown) => {
        onError(error)
        return false
      })
      if (isDone) retryMs = firstRetryMs
      else retryLater()
    }
    draining = undefined
  }

  /** Offers every message once. A queue that failed is left alone, so that its order holds; false if there was one. */
  async function drain(): Promise<boolean> {
    const failed = new Set<string>()
    let after = 0
    for (let some = rows.all(after); some.length > 0; some = rows.all(after)) {
      for (const { id, queueArn, body } of some) {
        if (state.isClosed) return true
        after = id
        if (failed.has(queueArn)) continue
        if (await isOver(queueArn, body)) remove.run(id)
        else failed.add(queueArn)
      }
    }
    return failed.size === 0
  }

  async function isOver(queueArn: string, body: string): Promise<boolean> {
    try {
      await deliver(queueArn, body)
      return true
    } catch {
      // Whatever hinders it (a full disk, say) is the queue's to report; the message is still in the table.
      return false
    }
  }

  function retryLater(): void {
    cancelRetry()
    cancelRetry = clock.after(retryMs, want)
    retryMs = Math.min(2 * retryMs, longestRetryMs)
  }

  const atStart = setImmediate(want)
  return {
    add(queueArn, body) {
      insert.run(queueArn, body)
      want()
    },
    nextNumber: () => (last.get()?.seq ?? 0) + 1,
    async close() {
      state.isClosed = true
      clearImmediate(atStart)
      cancelRetry()
      await draining
    },
  }
}
