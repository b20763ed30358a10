import { text } from './members.ts'
import type { Table } from './table.ts'
import type { Tables } from './tables.ts'
import type { Item } from './values/attribute-value.ts'

export const returnItemCollectionMetrics = text({ values: ['SIZE', 'NONE'] })

const gigabyte = 2 ** 30

/**
 * Of tables with a local index. The estimate is from nothing to what the whole table has: true, and found without
 * reading the collection; for a table under 1 GB it is what AWS says of a small collection, 0 to 1.
 */
export function itemCollectionMetrics(
  asked: 'SIZE' | 'NONE' | undefined,
  tables: Tables,
  table: Table,
  item: Item,
): object | undefined {
  if (asked !== 'SIZE' || !table.indexes.some(({ kind }) => kind === 'local')) return undefined
  const { name } = table.key.hash
  const most = Math.max(1, Math.ceil(tables.counts(table.id).bytes / gigabyte))
  return { ItemCollectionKey: { [name]: item[name] }, SizeEstimateRangeGB: [0, most] }
}
