import type { Condition } from './expressions/condition.ts'
import { projectItem } from './items.ts'
import type { ItemRow } from './rows.ts'
import { parseItem } from './stored-item.ts'
import type { Index } from './table.ts'
import type { Item } from './values/attribute-value.ts'
import { itemBytes } from './values/item-bytes.ts'

/** One page of a query or a scan. */
export interface Page {
  /** Those the filter let through; empty where they only are counted. */
  readonly items: readonly Item[]
  readonly count: number
  readonly scanned: number
  /** What was read, filtered out or not: of the index where one is read, and of the table's items fetched for it. */
  readonly bytes: number
  readonly fetched: readonly number[]
  /** The last item read, where the page ended before the rows did or just with them. */
  readonly last: Item | undefined
}

export interface PageOptions {
  readonly index: Index | undefined
  /** Of rows read. */
  readonly limit: number
  readonly filter: Condition | undefined
  /** From an item as its index has it, or as it is where `fetches`. */
  readonly project: (item: Item) => Item
  readonly countOnly: boolean
  /** Items are read from the table although an index was asked: a local one that has not all that is wanted. */
  readonly fetches: boolean
}

const longestPage = 1024 * 1024

/** Ends behind the row with which 1 MB or the limit is reached. */
export function readPage(rows: Iterable<ItemRow>, options: PageOptions): Page {
  const { index, limit, filter, project, countOnly, fetches } = options
  const projected = index?.projected
  const items: Item[] = []
  const fetched: number[] = []
  let count = 0
  let scanned = 0
  let bytes = 0
  for (const row of rows) {
    const whole = parseItem(row.item)
    const inIndex = projected === undefined ? whole : projectItem(projected, whole)
    bytes += projected === undefined ? row.size : itemBytes(inIndex)
    if (fetches) fetched.push(row.size)
    scanned += 1
    const seen = fetches ? whole : inIndex
    if (filter === undefined || filter.matches(seen)) {
      count += 1
      if (!countOnly) items.push(project(seen))
    }
    if (scanned >= limit || bytes >= longestPage) return { items, count, scanned, bytes, fetched, last: whole }
  }
  return { items, count, scanned, bytes, fetched, last: undefined }
}
