import type { Store } from '../store.ts'
import { afterRanges, type ItemKey, noBytes } from './item-key.ts'
import type { Index, Table } from './table.ts'

/** As the store has it, unparsed. */
export interface ItemRow {
  readonly size: number
  readonly item: string
}

/** From `low`, to below `high`: every condition on a sort key comes to this. */
export interface Bounds {
  readonly low: Uint8Array
  readonly high: Uint8Array
}

/** Where a page begins: behind this. */
export interface Start {
  /** In the table, or in the index. */
  readonly at: ItemKey
  /** The key of the item itself; the same as `at` where no index is read. */
  readonly item: ItemKey
}

/** Items in the order of queries and scans, read one by one as long as the reader asks. */
export interface Rows {
  query(
    table: Table,
    index: Index | undefined,
    partition: { readonly hash: Uint8Array; readonly range: Bounds; readonly after?: Start; readonly forward: boolean },
  ): Iterable<ItemRow>
  scan(
    table: Table,
    index: Index | undefined,
    part: { readonly hash: Bounds; readonly after?: Start },
  ): Iterable<ItemRow>
}

export const allRanges: Bounds = { low: noBytes, high: afterRanges }

const joined = `select i.size, i.item from dynamodb_entries e cross join dynamodb_items i
  where i.table_id = ? and i.hash = e.item_hash and i.range = e.item_range and e.index_id = ?`

export function createRows({ database }: Store): Rows {
  const itemsForward = database.prepare(
    'select size, item from dynamodb_items where table_id = ? and hash = ? and range >= ? and range < ? order by range',
  )
  const itemsBackward = database.prepare(
    `select size, item from dynamodb_items where table_id = ? and hash = ? and range >= ? and range < ?
     order by range desc`,
  )
  const itemsScan = database.prepare(
    `select size, item from dynamodb_items where table_id = ? and (hash, range) > (?, ?) and hash < ?
     order by hash, range`,
  )
  // Entries of one sort key are in the order of their items' keys.
  const entriesForward = database.prepare(
    `${joined} and e.hash = ? and (e.range, e.item_hash, e.item_range) > (?, ?, ?) and e.range < ?
     order by e.range, e.item_hash, e.item_range`,
  )
  const entriesBackward = database.prepare(
    `${joined} and e.hash = ? and e.range >= ? and (e.range, e.item_hash, e.item_range) < (?, ?, ?)
     order by e.range desc, e.item_hash desc, e.item_range desc`,
  )
  const entriesScan = database.prepare(
    `${joined} and (e.hash, e.range, e.item_hash, e.item_range) > (?, ?, ?, ?) and e.hash < ?
     order by e.hash, e.range, e.item_hash, e.item_range`,
  )

  function queryItems(
    { id }: Table,
    { hash, range: { low, high }, after, forward }: Parameters<Rows['query']>[2],
  ): Iterable<unknown> {
    if (!forward) return itemsBackward.iterate(id, hash, low, after?.at.range ?? high)
    return itemsForward.iterate(id, hash, after === undefined ? low : next(after.at.range), high)
  }

  return {
    query(table, index, partition) {
      if (index === undefined) return queryItems(table, partition) as Iterable<ItemRow>
      const { hash, range, after, forward } = partition
      const item = after?.item ?? { hash: noBytes, range: noBytes }
      const rows = forward
        ? entriesForward.iterate(
            table.id,
            index.id,
            hash,
            after?.at.range ?? range.low,
            item.hash,
            item.range,
            range.high,
          )
        : entriesBackward.iterate(
            table.id,
            index.id,
            hash,
            range.low,
            after?.at.range ?? range.high,
            item.hash,
            item.range,
          )
      return rows as Iterable<unknown> as Iterable<ItemRow>
    },
    scan(table, index, { hash, after }) {
      const from = after?.at ?? { hash: hash.low, range: noBytes }
      const item = after?.item ?? { hash: noBytes, range: noBytes }
      const rows =
        index === undefined
          ? itemsScan.iterate(table.id, from.hash, from.range, hash.high)
          : entriesScan.iterate(table.id, index.id, from.hash, from.range, item.hash, item.range, hash.high)
      return rows as Iterable<unknown> as Iterable<ItemRow>
    },
  }
}

/** The first bytes behind these. */
export function next(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.of(0)])
}
