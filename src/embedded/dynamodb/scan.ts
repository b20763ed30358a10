import type { JsonOperation } from '../json-protocol.ts'
import { type DynamoDbContext, operation, throttle } from './context.ts'
import { checkParameterKinds } from './expressions/legacy.ts'
import { createPlaceholders } from './expressions/parameters.ts'
import { segmentStart } from './item-key.ts'
import { checkKeyPaths } from './key-paths.ts'
import { untyped, whole } from './members.ts'
import { readPageExpressions } from './page-expressions.ts'
import { answerPage, checkSelect, findTarget, mustFetch, pageMembers, readStartItem, toStart } from './page-request.ts'
import { readPage } from './read-page.ts'
import type { Bounds } from './rows.ts'
import { ValidationError } from './values/validation-error.ts'

const mostSegments = 1_000_000
const members = {
  ...pageMembers,
  ScanFilter: untyped('com.amazonaws.dynamodb.v20120810.Condition'),
  TotalSegments: whole({ min: 1, max: mostSegments }),
  Segment: whole({ min: 0, max: mostSegments - 1 }),
}

/**
 * In the order of the hash of partition keys, as AWS does it; segments are equal parts of all hashes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
 */
export function scanOperation(context: DynamoDbContext): JsonOperation {
  return operation(members, (input, { caller }) => {
    checkParameterKinds(input, {
      expressions: ['ProjectionExpression', 'FilterExpression'],
      older: ['AttributesToGet', 'ScanFilter', 'ConditionalOperator'],
    })
    checkSelect(input, '')
    const startItem = readStartItem(input.ExclusiveStartKey)
    const hash = readSegment(input)
    const { filter, projection } = readExpressions(input)

    const target = findTarget(context, caller, input)
    const { table, index } = target
    const reason = index === undefined ? ': The provided key element does not match the schema' : ''
    const fetches = mustFetch(target, input.Select, projection)
    const after = startItem && toStart(target, startItem, reason)
    if (after !== undefined && !isInside(after.at.hash, hash)) {
      throw new ValidationError(
        'The provided starting key is invalid: Invalid ExclusiveStartKey. ' +
          'Please use ExclusiveStartKey with correct Segment. ' +
          `TotalSegments: ${input.TotalSegments} Segment: ${input.Segment}`,
      )
    }
    checkKeyPaths(table, projection?.paths ?? [])
    checkKeyPaths(table, filter?.paths ?? [])
    throttle(context)

    const page = readPage(context.rows.scan(table, index, { hash, after }), {
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

function readSegment({ Segment: segment, TotalSegments: total }: Input): Bounds {
  if (segment !== undefined && total === undefined) {
    throw new ValidationError(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    )
  }
  if (segment === undefined && total !== undefined) {
    throw new ValidationError(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    )
  }
  if (segment === undefined || total === undefined) return { low: segmentStart(0, 1), high: segmentStart(1, 1) }
  if (segment >= total) {
    throw new ValidationError(
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        `Segment: ${segment} is not less than TotalSegments: ${total}`,
    )
  }
  return { low: segmentStart(segment, total), high: segmentStart(segment + 1, total) }
}

function isInside(hash: Uint8Array, { low, high }: Bounds): boolean {
  return Buffer.compare(hash, low) >= 0 && Buffer.compare(hash, high) < 0
}

function readExpressions(input: Input) {
  const placeholders = createPlaceholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues)
  const shown = readPageExpressions(input, { member: 'scanFilter', value: input.ScanFilter }, placeholders)
  placeholders.finish()
  return shown
}
