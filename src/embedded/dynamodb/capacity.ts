import { entryKey, projectedBytes, projectItem, sameKey } from './items.ts'
import { text } from './members.ts'
import type { Stored } from './stored-item.ts'
import type { Index, Table } from './table.ts'

/**
 * What requests use up, in capacity units.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export interface Usage {
  readonly table: number
  /** By index; without those that were not touched. */
  readonly indexes: ReadonlyMap<Index, number>
}

export type CapacityDetail = 'INDEXES' | 'TOTAL' | 'NONE'

export const returnConsumedCapacity = text({ values: ['INDEXES', 'TOTAL', 'NONE'] })

const readUnitBytes = 4096
const writeUnitBytes = 1024
const noIndexes: ReadonlyMap<Index, number> = new Map()

/** Of one read of so many bytes: at least one unit, half where it may be stale. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / readUnitBytes)) * (consistent ? 1 : 0.5)
}

function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / writeUnitBytes))
}

export function readUsage(table: number, index?: Index, indexUnits = 0): Usage {
  return { table, indexes: index === undefined ? noIndexes : new Map([[index, indexUnits]]) }
}

/** Of a write that found `old` and left `next`. `times` is 2 in a transaction. */
export function writeUsage(table: Table, old: Stored | undefined, next: Stored | undefined, times = 1): Usage {
  const indexes = new Map<Index, number>()
  for (const index of table.indexes) {
    const units = indexWriteUnits(index, old, next)
    if (units > 0) indexes.set(index, units * times)
  }
  return { table: writeUnits(Math.max(old?.size ?? 0, next?.size ?? 0)) * times, indexes }
}

/** An entry that moves is removed in one place and written in another; one that stays the same costs nothing. */
function indexWriteUnits(index: Index, old: Stored | undefined, next: Stored | undefined): number {
  const before = old && entryKey(index.key, old.item)
  const after = next && entryKey(index.key, next.item)
  const removed = before === undefined ? 0 : writeUnits(projectedBytes(index, old!))
  const written = after === undefined ? 0 : writeUnits(projectedBytes(index, next!))
  if (before === undefined || after === undefined || !sameKey(before, after)) return removed + written
  return sameContent(index, old!, next!) ? 0 : Math.max(removed, written)
}

function sameContent({ projected }: Index, old: Stored, next: Stored): boolean {
  const shown = ({ item }: Stored): string => {
    const content = projected === undefined ? item : projectItem(projected, item)
    return JSON.stringify(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  return shown(old) === shown(next)
}

export function addUsage(a: Usage | undefined, b: Usage): Usage {
  if (a === undefined) return b
  const indexes = new Map(a.indexes)
  for (const [index, units] of b.indexes) indexes.set(index, (indexes.get(index) ?? 0) + units)
  return { table: a.table + b.table, indexes }
}

/**
 * As the answer has it; undefined where it was not asked for. `kind` is named beside the sum by transactions alone.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html
 */
export function consumedCapacity(
  detail: CapacityDetail | undefined,
  table: Table,
  usage: () => Usage,
  kind?: 'ReadCapacityUnits' | 'WriteCapacityUnits',
): object | undefined {
  if (detail === undefined || detail === 'NONE') return undefined
  const { table: tableUnits, indexes } = usage()
  const total = [...indexes.values()].reduce((sum, units) => sum + units, tableUnits)
  const units = (value: number): object => ({ CapacityUnits: value, ...(kind && { [kind]: value }) })
  const ofKind = (wanted: Index['kind']): object | undefined => {
    const found = [...indexes].filter(([index]) => index.kind === wanted)
    return found.length === 0 ? undefined : Object.fromEntries(found.map(([{ name }, value]) => [name, units(value)]))
  }
  return {
    TableName: table.name,
    ...units(total),
    ...(detail === 'INDEXES' && {
      Table: units(tableUnits),
      LocalSecondaryIndexes: ofKind('local'),
      GlobalSecondaryIndexes: ofKind('global'),
    }),
  }
}

/** Of a transaction: a sum for each of its tables. */
export function capacityByTable(
  detail: CapacityDetail | undefined,
  usages: readonly (readonly [Table, () => Usage])[],
  kind: 'ReadCapacityUnits' | 'WriteCapacityUnits',
): readonly object[] | undefined {
  if (detail === undefined || detail === 'NONE') return undefined
  const sums = new Map<Table, Usage>()
  for (const [table, usage] of usages) sums.set(table, addUsage(sums.get(table), usage()))
  return [...sums].map(([table, usage]) => consumedCapacity(detail, table, () => usage, kind)!)
}
