import type { EmbeddedClock } from '../clock.ts'
import type { Store } from '../store.ts'
import { transactionTokenMs } from './transaction-tokens.ts'
import type { Items } from './items.ts'
import type { Table } from './table.ts'
import type { Tables } from './tables.ts'

export interface Sweep {
  /** There is something to do now. */
  wake(): void
  stop(): void
}

const everyMs = 60_000
const atOnce = 500
/** AWS leaves items alone that expired longer ago: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html */
const longestExpiredSeconds = 5 * 365 * 24 * 3600

/**
 * Removes, a few at a time, what has expired or belongs to a dropped table or index. Until then expired items can
 * still be read, as on AWS, which takes up to some days.
 */
export function createSweep(
  { store, clock, tables, items }: { store: Store; clock: EmbeddedClock; tables: Tables; items: Items },
  onError: (error: unknown) => void,
): Sweep {
  const { database, transaction } = store
  const selectDropped = database.prepare('select id from dynamodb_dropped limit 1')
  const eraseItems = database.prepare(
    `delete from dynamodb_items where id in (select id from dynamodb_items where table_id = ? limit ${atOnce})`,
  )
  const eraseEntries = database.prepare(
    `delete from dynamodb_entries where (index_id, hash, range, item_hash, item_range) in
       (select index_id, hash, range, item_hash, item_range from dynamodb_entries where index_id = ? limit ${atOnce})`,
  )
  const eraseDropped = database.prepare('delete from dynamodb_dropped where id = ?')
  const eraseCounts = database.prepare('delete from dynamodb_counts where id = ?')
  const eraseTokens = database.prepare('delete from dynamodb_tokens where done_ms <= ?')

  let cancel = (): void => {}

  /** These answer whether there may be more. */
  function removeDropped(): boolean {
    const row = selectDropped.get()
    if (row === undefined) return false
    const id = row['id'] as number
    transaction(() => {
      if (Number(eraseItems.run(id).changes) + Number(eraseEntries.run(id).changes) > 0) return
      eraseDropped.run(id)
      eraseCounts.run(id)
    })
    return true
  }

  function removeExpired(table: Table): boolean {
    const now = Math.floor(clock.now() / 1000)
    const keys = items.expired(table, now - longestExpiredSeconds, now, atOnce)
    if (keys.length === 0) return false
    items.write(() => {
      for (const key of keys) items.remove(table, key, items.get(table, key)!)
    })
    return keys.length === atOnce
  }

  function sweep(): boolean {
    eraseTokens.run(clock.now() - transactionTokenMs)
    let more = removeDropped()
    for (const table of [...tables.all()]) {
      if (table.definition.timeToLive !== undefined && removeExpired(table)) more = true
    }
    return more
  }

  function run(): void {
    let more = false
    try {
      more = sweep()
    } catch (error) {
      onError(error)
    }
    // Other requests come between two short transactions.
    cancel = clock.after(more ? 0 : everyMs, run)
  }

  cancel = clock.after(0, run)
  return {
    wake() {
      cancel()
      cancel = clock.after(0, run)
    },
    stop: () => cancel(),
  }
}
