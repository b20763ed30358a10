import type { Store } from '../store.ts'
import { type ItemKey, noBytes, toItemKey } from './item-key.ts'
import { parseItem, type Stored } from './stored-item.ts'
import type { Index, KeySchema, Table } from './table.ts'
import type { Item } from './values/attribute-value.ts'
import { itemBytes } from './values/item-bytes.ts'

/** The items of a store, their index entries and counts: statements, no rules. */
export interface Items {
  get(table: Table, key: ItemKey): Stored | undefined
  /** Runs `work` in one write transaction, in which put, remove and the like are allowed. */
  write<T>(work: () => T): T
  put(table: Table, key: ItemKey, next: Stored, old: Stored | undefined): void
  remove(table: Table, key: ItemKey, old: Stored): void
  /** Adds an item to an index that is being made. */
  addToIndex(table: Table, index: Index, stored: Stored): void
  setExpiry(table: Table, key: ItemKey, item: Item): void
  /** Keys of up to `limit` items that expired between the two, in seconds since the epoch, `from` excluded. */
  expired(table: Table, from: number, to: number, limit: number): ItemKey[]
  /** All items, at a time in which nothing else happens. */
  all(table: Table): Generator<{ readonly key: ItemKey; readonly stored: Stored }>
}

interface Delta {
  items: number
  bytes: number
}

interface Row extends ItemKey {
  readonly size: number
  readonly item: string
}

const pageOfAll = 500

export function createItems({ database, transaction }: Store): Items {
  const select = database.prepare('select size, item from dynamodb_items where table_id = ? and hash = ? and range = ?')
  const upsert = database.prepare(
    `insert into dynamodb_items (table_id, hash, range, expires, size, item) values (?, ?, ?, ?, ?, ?)
     on conflict do update set expires = excluded.expires, size = excluded.size, item = excluded.item`,
  )
  const erase = database.prepare('delete from dynamodb_items where table_id = ? and hash = ? and range = ?')
  const updateExpiry = database.prepare(
    'update dynamodb_items set expires = ? where table_id = ? and hash = ? and range = ? and expires is not ?1',
  )
  const selectExpired = database.prepare(
    `select hash, range from dynamodb_items
     where table_id = ? and expires is not null and expires > ? and expires <= ? limit ?`,
  )
  const selectAll = database.prepare(
    `select hash, range, size, item from dynamodb_items where table_id = ? and (hash, range) > (?, ?)
     order by hash, range limit ${pageOfAll}`,
  )
  const insertEntry = database.prepare('insert or replace into dynamodb_entries values (?, ?, ?, ?, ?)')
  const eraseEntry = database.prepare(
    'delete from dynamodb_entries where index_id = ? and hash = ? and range = ? and item_hash = ? and item_range = ?',
  )
  const updateCounts = database.prepare('update dynamodb_counts set items = items + ?, bytes = bytes + ? where id = ?')

  // Written once at the end of a transaction, however many items it changed.
  const deltas = new Map<number, Delta>()

  function count(id: number, items: number, bytes: number): void {
    if (items === 0 && bytes === 0) return
    const delta = deltas.get(id)
    if (delta === undefined) deltas.set(id, { items, bytes })
    else {
      delta.items += items
      delta.bytes += bytes
    }
  }

  function changeEntry(index: Index, key: ItemKey, next: Stored | undefined, old: Stored | undefined): void {
    const before = old && entryKey(index.key, old.item)
    const after = next && entryKey(index.key, next.item)
    if (before === undefined && after === undefined) return
    const size = (after ? projectedBytes(index, next) : 0) - (before ? projectedBytes(index, old) : 0)
    count(index.id, Number(after !== undefined) - Number(before !== undefined), size)
    if (before !== undefined && after !== undefined && sameKey(before, after)) return
    if (before !== undefined) eraseEntry.run(index.id, before.hash, before.range, key.hash, key.range)
    if (after !== undefined) insertEntry.run(index.id, after.hash, after.range, key.hash, key.range)
  }

  return {
    get(table, key) {
      const row = select.get(table.id, key.hash, key.range)
      return row && { item: parseItem(row['item'] as string), size: row['size'] as number }
    },
    write(work) {
      deltas.clear()
      return transaction(() => {
        const result = work()
        for (const [id, { items, bytes }] of deltas) updateCounts.run(items, bytes, id)
        return result
      })
    },
    put(table, key, next, old) {
      const expires = expiryOf(table, next.item)
      upsert.run(table.id, key.hash, key.range, expires, next.size, JSON.stringify(next.item))
      for (const index of table.indexes) changeEntry(index, key, next, old)
      count(table.id, old === undefined ? 1 : 0, next.size - (old?.size ?? 0))
    },
    remove(table, key, old) {
      erase.run(table.id, key.hash, key.range)
      for (const index of table.indexes) changeEntry(index, key, undefined, old)
      count(table.id, -1, -old.size)
    },
    addToIndex: (table, index, stored) => changeEntry(index, toItemKey(table.key, stored.item), stored, undefined),
    setExpiry: (table, key, item) => void updateExpiry.run(expiryOf(table, item), table.id, key.hash, key.range),
    expired: (table, from, to, limit) => selectExpired.all(table.id, from, to, limit) as unknown as ItemKey[],
    *all(table) {
      let after: ItemKey | undefined = { hash: noBytes, range: noBytes }
      while (after !== undefined) {
        const rows: Row[] = selectAll.all(table.id, after.hash, after.range) as unknown as Row[]
        for (const row of rows) {
          yield { key: row, stored: { item: parseItem(row.item), size: row.size } }
        }
        after = rows.length < pageOfAll ? undefined : rows.at(-1)
      }
    },
  }
}

/** Undefined where the item has not all of the index's keys: it is not in the index then. */
export function entryKey(schema: KeySchema, item: Item): ItemKey | undefined {
  const { hash, range } = schema
  const isThere = ({ name, type }: KeySchema['hash']): boolean => item[name] !== undefined && type in item[name]
  return isThere(hash) && (range === undefined || isThere(range)) ? toItemKey(schema, item) : undefined
}

export function projectedBytes({ projected }: Index, { item, size }: Stored): number {
  return projected === undefined ? size : itemBytes(projectItem(projected, item))
}

export function projectItem(names: readonly string[], item: Item): Item {
  const result = Object.create(null) as Record<string, Item[string]>
  for (const name of names) if (item[name] !== undefined) result[name] = item[name]
  return result
}

export function sameKey(a: ItemKey, b: ItemKey): boolean {
  return Buffer.compare(a.hash, b.hash) === 0 && Buffer.compare(a.range, b.range) === 0
}

const latestExpiry = 2 ** 40

/** Seconds since the epoch; null where TTL is off or the attribute is no usable number. */
function expiryOf({ definition: { timeToLive } }: Table, item: Item): number | null {
  const value = timeToLive === undefined ? undefined : item[timeToLive]
  if (value === undefined || !('N' in value)) return null
  const seconds = Math.floor(Number(value.N))
  return seconds > 0 && seconds < latestExpiry ? seconds : null
}
