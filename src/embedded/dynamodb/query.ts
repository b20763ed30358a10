import type { JsonOperation } from '../json-protocol.ts'
import { type DynamoDbContext, operation, throttle } from './context.ts'
import { parseKeyCondition, type RangeCondition, resolveKeyCondition } from './expressions/key-condition.ts'
import { checkParameterKinds, readKeyConditions } from './expressions/legacy.ts'
import { createPlaceholders } from './expressions/parameters.ts'
import { afterRanges, checkKeyValue, hashOf } from './item-key.ts'
import { checkKeyPaths } from './key-paths.ts'
import { flag, text, untyped } from './members.ts'
import { readPageExpressions } from './page-expressions.ts'
import { answerPage, checkSelect, findTarget, mustFetch, pageMembers, readStartItem, toStart } from './page-request.ts'
import { readPage } from './read-page.ts'
import { allRanges, type Bounds, next, type Start } from './rows.ts'
import { keyNames, type KeySchema } from './table.ts'
import type { AttributeValue } from './values/attribute-value.ts'
import { keyBytes } from './values/key-bytes.ts'
import { typeOf } from './values/type-of.ts'
import { invalid, ValidationError } from './values/validation-error.ts'

const condition = 'com.amazonaws.dynamodb.v20120810.Condition'
const members = {
  ...pageMembers,
  QueryFilter: untyped(condition),
  KeyConditions: untyped(condition),
  ScanIndexForward: flag,
  KeyConditionExpression: text(),
}
const expressions = ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression']
const older = ['AttributesToGet', 'QueryFilter', 'ConditionalOperator', 'KeyConditions']

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
export function queryOperation(context: DynamoDbContext): JsonOperation {
  return operation(members, (input, { caller }) => {
    checkParameterKinds(input, { expressions, older })
    checkSelect(input, '1 validation error detected: ')
    const startItem = readStartItem(input.ExclusiveStartKey)
    if (input.KeyConditions === undefined && input.KeyConditionExpression === undefined) {
      throw new ValidationError(
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      )
    }
    const { keyCondition, filter, projection } = readExpressions(input)

    const target = findTarget(context, caller, input)
    const { table, index, schema } = target
    const { hash, range } = resolveKeyCondition(keyCondition, {
      hash: schema.hash.name,
      range: schema.range?.name,
    })
    checkValues(schema, hash, range?.values ?? [])
    const partition = hashOf(hash)
    const bounds = range === undefined ? allRanges : boundsOf(range)
    const after = startItem && toStart(target, startItem)
    if (after !== undefined) checkInside(after, partition, bounds, range !== undefined)
    checkKeyPaths(table, projection?.paths ?? [])
    checkFilter(schema, filter?.paths ?? [], input.QueryFilter === undefined ? 'Filter Expression' : 'QueryFilter')
    const fetches = mustFetch(target, input.Select, projection)
    checkKeyPaths(table, filter?.paths ?? [])
    throttle(context)

    const forward = input.ScanIndexForward ?? true
    const rows = context.rows.query(table, index, { hash: partition, range: bounds, after, forward })
    const page = readPage(rows, {
      index,
      limit: input.Limit ?? Infinity,
      filter,
      project: (item) => projection?.project(item) ?? item,
      countOnly: input.Select === 'COUNT',
      fetches,
    })
    return answerPage(target, input, page)
  })
}

type Input = Parameters<Parameters<typeof operation<typeof members>>[1]>[0]

function readExpressions(input: Input) {
  const placeholders = createPlaceholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues)
  const keyCondition =
    input.KeyConditionExpression === undefined
      ? readKeyConditions(input.KeyConditions)
      : parseKeyCondition(input.KeyConditionExpression, placeholders)
  const shown = readPageExpressions(input, { member: 'queryFilter', value: input.QueryFilter }, placeholders)
  placeholders.finish()
  return { keyCondition, ...shown }
}

function checkValues(
  { hash: hashKey, range: rangeKey }: KeySchema,
  hash: AttributeValue,
  range: readonly AttributeValue[],
): void {
  if (typeOf(hash) !== hashKey.type || range.some((value) => typeOf(value) !== rangeKey?.type)) {
    throw invalid('Condition parameter type does not match schema type')
  }
  checkKeyValue(hash, hashKey, true, 'One or more parameter values are not valid.')
}

/** The bytes from which and below which sort keys fulfil a condition. */
function boundsOf({ operator, values: [first, last] }: RangeCondition): Bounds {
  const low = keyBytes(first)
  if (operator === '=') return { low, high: next(low) }
  if (operator === '<') return { ...allRanges, high: low }
  if (operator === '<=') return { ...allRanges, high: next(low) }
  if (operator === '>') return { ...allRanges, low: next(low) }
  if (operator === '>=') return { ...allRanges, low }
  if (operator === 'between') return { low, high: next(keyBytes(last)) }
  return { low, high: afterPrefix(low) }
}

/** Behind everything that begins so. */
function afterPrefix(prefix: Uint8Array): Uint8Array {
  const end = prefix.findLastIndex((byte) => byte < 0xff)
  if (end < 0) return afterRanges
  const result = Buffer.from(prefix.subarray(0, end + 1))
  result[end] += 1
  return result
}

function checkInside({ at }: Start, partition: Uint8Array, { low, high }: Bounds, hasRange: boolean): void {
  const isHere = Buffer.compare(at.hash, partition) === 0
  if (hasRange) {
    if (Buffer.compare(at.range, low) < 0 || Buffer.compare(at.range, high) >= 0) {
      throw new ValidationError('The provided starting key does not match the range key predicate')
    }
    if (!isHere) throw new ValidationError('The query can return at most one row and cannot be restarted')
  } else if (!isHere) {
    throw new ValidationError('The provided starting key is outside query boundaries based on provided conditions')
  }
}

function checkFilter(schema: KeySchema, paths: readonly (readonly (string | number)[])[], what: string): void {
  const name = keyNames(schema).find((each) => paths.some(([head]) => head === each))
  if (name === undefined) return
  throw new ValidationError(`${what} can only contain non-primary key attributes: Primary key attribute: ${name}`)
}
