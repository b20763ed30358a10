import type { World } from '../identity.ts'
import { type CapacityDetail, consumedCapacity, readUnits, readUsage, returnConsumedCapacity } from './capacity.ts'
import { type DynamoDbContext, useTable } from './context.ts'
import type { Projection } from './expressions/projection.ts'
import { checkKeyValue, readKey, toItemKey } from './item-key.ts'
import { flag, text, untyped, whole } from './members.ts'
import type { Page } from './read-page.ts'
import { attributesToGet } from './read.ts'
import type { Start } from './rows.ts'
import { type Index, keyNames, type KeySchema, type Table } from './table.ts'
import { indexName, tableName } from './table-members.ts'
import type { Item } from './values/attribute-value.ts'
import { readItem } from './values/read-item.ts'
import { invalid, ValidationError } from './values/validation-error.ts'
import { attributes } from './write.ts'

/** What Query and Scan have in common. */
export const pageMembers = {
  Select: text({ values: ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] }),
  IndexName: indexName,
  ReturnConsumedCapacity: returnConsumedCapacity,
  TableName: tableName,
  ConditionalOperator: text({ values: ['OR', 'AND'] }),
  AttributesToGet: attributesToGet,
  Limit: whole({ min: 1 }),
  ExclusiveStartKey: attributes,
  ConsistentRead: flag,
  FilterExpression: text(),
  ProjectionExpression: text(),
  ExpressionAttributeValues: attributes,
  ExpressionAttributeNames: untyped('java.lang.String'),
}

interface Input {
  readonly Select?: 'SPECIFIC_ATTRIBUTES' | 'COUNT' | 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES'
  readonly IndexName?: string
  readonly TableName: string
  readonly AttributesToGet?: readonly string[]
  readonly ProjectionExpression?: string
  readonly ConsistentRead?: boolean
  readonly ReturnConsumedCapacity?: CapacityDetail
}

/** Where a page is read. */
export interface Target {
  readonly table: Table
  readonly index: Index | undefined
  /** Of the index, or of the table. */
  readonly schema: KeySchema
}

const keysOutside = 'The provided starting key is invalid'
// These are said as they are, without what is wrong with the starting key.
const bare = /contains duplicates|number set|numeric value|significant digits|number with magnitude/

/** `prefix` is what Query puts before these, and Scan does not. */
export function checkSelect(input: Input, prefix: string): void {
  const { Select: select, AttributesToGet: older, ProjectionExpression: expression } = input
  const chosen = expression !== undefined ? 'ProjectionExpression' : older !== undefined ? 'AttributesToGet' : undefined
  if (select === 'SPECIFIC_ATTRIBUTES' && chosen === undefined) {
    throw new ValidationError(
      `${prefix}Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES`,
    )
  }
  if (select !== undefined && select !== 'SPECIFIC_ATTRIBUTES' && chosen !== undefined) {
    const what = select === 'COUNT' ? 'only the Count' : select
    throw new ValidationError(`${prefix}Cannot specify the ${chosen} when choosing to get ${what}`)
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && input.IndexName === undefined) {
    throw new ValidationError(`${prefix}ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName`)
  }
}

export function findTarget(context: DynamoDbContext, world: World, input: Input): Target {
  const table = useTable(context, world, input.TableName)
  if (input.IndexName === undefined) return { table, index: undefined, schema: table.key }
  const index = table.indexes.find(({ name }) => name === input.IndexName)
  if (index === undefined) {
    throw new ValidationError(`The table does not have the specified index: ${input.IndexName}`)
  }
  if (index.kind === 'global' && input.ConsistentRead === true) {
    throw new ValidationError('Consistent reads are not supported on global secondary indexes')
  }
  return { table, index, schema: index.key }
}

/** Reads the values of an ExclusiveStartKey, of whatever table. */
export function readStartItem(raw: unknown): Item | undefined {
  if (raw === undefined) return undefined
  try {
    return readItem(raw)
  } catch (error) {
    if (!(error instanceof ValidationError) || bare.test(error.message)) throw error
    throw new ValidationError(`${keysOutside}: ${error.message}`)
  }
}

/** The place an ExclusiveStartKey names. `reason` is what is added where it has other attributes than the keys. */
export function toStart({ table, index, schema }: Target, item: Item, reason = ''): Start {
  const names = startKeyNames(table, index)
  if (Object.keys(item).length !== names.length) throw new ValidationError(`${keysOutside}${reason}`)
  if (names.some((name) => item[name] === undefined)) throw new ValidationError(`${keysOutside}${reason}`)
  if (index !== undefined) {
    checkKeyValue(item[schema.hash.name], schema.hash, true, 'One or more parameter values were invalid:')
    if (schema.range) {
      checkKeyValue(item[schema.range.name], schema.range, false, 'One or more parameter values were invalid:')
    }
  }
  const tableKey = Object.create(null) as Record<string, Item[string]>
  for (const name of keyNames(table.key)) tableKey[name] = item[name]
  try {
    const key = readKey(table, tableKey)
    return { item: key, at: index === undefined ? key : toItemKey(schema, item) }
  } catch (error) {
    if (error instanceof ValidationError) throw new ValidationError(`${keysOutside}: ${error.message}`)
    throw error
  }
}

/** Where the next page begins. */
function lastEvaluatedKey({ table, index }: Target, last: Item | undefined): Item | undefined {
  return last && Object.fromEntries(startKeyNames(table, index).map((name) => [name, last[name]]))
}

function startKeyNames(table: Table, index: Index | undefined): string[] {
  return [...new Set([...keyNames(table.key), ...(index === undefined ? [] : keyNames(index.key))])]
}

/** Whether items must be fetched from the table, since a local index has not all that is wanted. */
export function mustFetch({ index }: Target, select: Input['Select'], projection: Projection | undefined): boolean {
  if (index?.projected === undefined) return false
  const { projected } = index
  const missing = [...new Set((projection?.paths ?? []).map(([name]) => name))].filter(
    (name) => !projected.includes(name),
  )
  if (index.kind === 'local') return select === 'ALL_ATTRIBUTES' || missing.length > 0
  if (select === 'ALL_ATTRIBUTES') {
    throw invalid(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} ` +
        'because its projection type is not ALL',
    )
  }
  if (missing.length > 0) throw invalid(`Global secondary index ${index.name} does not project [${missing.join(', ')}]`)
  return false
}

export function answerPage(target: Target, input: Input, page: Page): object {
  const consistent = input.ConsistentRead ?? false
  return {
    Items: input.Select === 'COUNT' ? undefined : page.items,
    Count: page.count,
    ScannedCount: page.scanned,
    LastEvaluatedKey: lastEvaluatedKey(target, page.last),
    ConsumedCapacity: consumedCapacity(input.ReturnConsumedCapacity, target.table, () => {
      const units = readUnits(page.bytes, consistent)
      if (target.index === undefined) return readUsage(units)
      const fetched = page.fetched.reduce((sum, bytes) => sum + readUnits(bytes, consistent), 0)
      return readUsage(fetched, target.index, units)
    }),
  }
}
