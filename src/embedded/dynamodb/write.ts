import type { World } from '../identity.ts'
import { type DynamoDbContext, useTable } from './context.ts'
import { ConditionFailedError } from './errors.ts'
import { type Condition, parseCondition } from './expressions/condition.ts'
import { checkParameterKinds, readAttributeUpdates, readExpected } from './expressions/legacy.ts'
import { createPlaceholders, type Placeholders } from './expressions/parameters.ts'
import type { Path } from './expressions/path.ts'
import { parseUpdate, type Update } from './expressions/update.ts'
import { checkIndexKeys, type ItemKey, readItemKey, readKey } from './item-key.ts'
import { checkKeyPaths } from './key-paths.ts'
import { required, text, untyped, type ValueOf, structure } from './members.ts'
import type { Stored } from './stored-item.ts'
import { keyNames, type Table } from './table.ts'
import { tableName } from './table-members.ts'
import type { Item } from './values/attribute-value.ts'
import { itemBytes } from './values/item-bytes.ts'
import { readItem } from './values/read-item.ts'
import { invalid, ValidationError } from './values/validation-error.ts'

/**
 * One change of one item, read and checked as far as that goes without the item. Single writes, batches and
 * transactions all come to this.
 */
export interface Write {
  readonly table: Table
  readonly key: ItemKey
  /** Attributes of the key. */
  readonly keyItem: Item
  /** Throws ConditionFailedError. */
  check(old: Stored | undefined): void
  /** What is to be there instead of `old`: undefined for nothing. Throws ValidationError. */
  next(old: Stored | undefined): Stored | undefined
}

const values = 'com.amazonaws.dynamodb.v20120810.AttributeValue'
export const attributes = untyped(values)

/** Members of every conditional write, in a transaction or not. */
const conditional = {
  TableName: tableName,
  ConditionExpression: text(),
  ExpressionAttributeNames: untyped('java.lang.String'),
  ExpressionAttributeValues: attributes,
  ReturnValuesOnConditionCheckFailure: text({ values: ['ALL_OLD', 'NONE'] }),
}

export const putMembers = { ...conditional, Item: required(attributes) }
export const keyedMembers = { ...conditional, Key: required(attributes) }
export const updateMembers = { ...keyedMembers, UpdateExpression: text() }

/** What single writes take beside: the parameters from before expressions. */
export const olderMembers = {
  Expected: untyped('com.amazonaws.dynamodb.v20120810.ExpectedAttributeValue'),
  ConditionalOperator: text({ values: ['OR', 'AND'] }),
}
export const olderUpdateMembers = {
  ...olderMembers,
  AttributeUpdates: untyped('com.amazonaws.dynamodb.v20120810.AttributeValueUpdate'),
}

type Input<M> = M extends Parameters<typeof structure>[0] ? ValueOf<ReturnType<typeof structure<M>>> : never
type Older = Input<typeof olderUpdateMembers>
export type PutInput = Input<typeof putMembers> & Older
export type KeyedInput = Input<typeof keyedMembers> & Older
export type UpdateInput = Input<typeof updateMembers> & Older

const longestItem = 409_600
const older = ['Expected'] as const

export function readPut(context: DynamoDbContext, world: World, input: PutInput, checkMore = (): void => {}): Write {
  checkParameterKinds(input, { expressions: ['ConditionExpression'], older })
  const item = readItem(input.Item)
  checkMore()
  const size = itemBytes(item)
  if (size > longestItem) throw new ValidationError('Item size has exceeded the maximum allowed size')
  const condition = readCondition(input)
  const table = useTable(context, world, input.TableName)
  const key = readItemKey(table, item)
  checkIndexKeys(table, item, false)
  const stored: Stored = { item, size }
  return { table, key, keyItem: item, check: checking(table, condition, input), next: () => stored }
}

export function readDelete(
  context: DynamoDbContext,
  world: World,
  input: KeyedInput,
  checkMore = (): void => {},
): Write {
  const { table, key, keyItem, check } = readCheck(context, world, input, checkMore)
  return { table, key, keyItem, check, next: () => undefined }
}

/** Leaves the item as it is. */
export function readCheck(
  context: DynamoDbContext,
  world: World,
  input: KeyedInput,
  checkMore = (): void => {},
): Write {
  checkParameterKinds(input, { expressions: ['ConditionExpression'], older })
  const keyItem = readItem(input.Key)
  checkMore()
  const condition = readCondition(input)
  const table = useTable(context, world, input.TableName)
  const key = readKey(table, keyItem)
  return { table, key, keyItem, check: checking(table, condition, input), next: (old) => old }
}

/** `changed` are the paths of the update. */
export function readUpdate(
  context: DynamoDbContext,
  world: World,
  input: UpdateInput,
): Write & { readonly changed: () => readonly Path[] } {
  checkParameterKinds(input, {
    expressions: ['UpdateExpression', 'ConditionExpression'],
    older: ['AttributeUpdates', 'Expected'],
  })
  const keyItem = readItem(input.Key)
  const { update, condition } = readUpdateAndCondition(input)
  const table = useTable(context, world, input.TableName)
  const key = readKey(table, keyItem)
  checkKeysUntouched(table, update)
  let changed: readonly Path[] = []
  return {
    table,
    key,
    keyItem,
    check: checking(table, condition, input),
    next(old) {
      const before = old?.item ?? keyItem
      const applied = update === undefined ? { item: before, changed: [] } : update.apply(before)
      ;({ changed } = applied)
      const size = itemBytes(applied.item)
      if (size > longestItem) {
        throw new ValidationError('Item size to update has exceeded the maximum allowed size')
      }
      checkIndexKeys(table, applied.item, true)
      return { item: applied.item, size }
    },
    changed: () => changed,
  }
}

function readCondition(input: KeyedInput | PutInput): Condition | undefined {
  const placeholders = createPlaceholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues)
  const condition = conditionOf(input, placeholders)
  placeholders.finish()
  return condition
}

function readUpdateAndCondition(input: UpdateInput): { update: Update | undefined; condition: Condition | undefined } {
  const placeholders = createPlaceholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues)
  const update =
    input.UpdateExpression !== undefined
      ? parseUpdate(input.UpdateExpression, placeholders)
      : input.AttributeUpdates && readAttributeUpdates(input.AttributeUpdates)
  const condition = conditionOf(input, placeholders)
  finishUpdate(placeholders)
  return { update, condition }
}

/** UpdateItem alone counts the unused ones as AWS's front counts its complaints. */
function finishUpdate(placeholders: Placeholders): void {
  try {
    placeholders.finish()
  } catch (error) {
    if (error instanceof ValidationError) throw new ValidationError(`1 validation error detected: ${error.message}`)
    throw error
  }
}

function conditionOf(input: KeyedInput | PutInput, placeholders: Placeholders): Condition | undefined {
  if (input.ConditionExpression !== undefined) {
    return parseCondition('ConditionExpression', input.ConditionExpression, placeholders)
  }
  return input.Expected && readExpected(input.Expected, input.ConditionalOperator)
}

function checking(table: Table, condition: Condition | undefined, input: KeyedInput | PutInput): Write['check'] {
  if (condition === undefined) return () => {}
  checkKeyPaths(table, condition.paths)
  const returnsOld = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
  return (old) => {
    if (!condition.matches(old?.item)) throw new ConditionFailedError(returnsOld ? old?.item : undefined)
  }
}

function checkKeysUntouched({ key }: Table, update: Update | undefined): void {
  const name = keyNames(key).find((each) => update?.topLevelNames.includes(each))
  if (name !== undefined) throw invalid(`Cannot update attribute ${name}. This attribute is part of the key`)
}
