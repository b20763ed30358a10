import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { dynamo, indexes, key, makeTable } from './dynamo.ts'

const operations = [
  ...['CreateTable', 'UpdateTable', 'DescribeTable', 'ListTables', 'TagResource', 'UntagResource', 'UpdateTimeToLive'],
  ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'BatchGetItem', 'BatchWriteItem'],
  ...['TransactGetItems', 'TransactWriteItems'],
]

/** Requests that would be right, to be made wrong in one or more places. */
const Key = key('a', '1')
const names = { ExpressionAttributeNames: { '#n': 'n' }, ExpressionAttributeValues: { ':v': { N: '1' } } }
const right: Record<string, unknown> = {
  TableName: 'things',
  IndexName: 'by-g',
  Key,
  Item: { ...Key, l: { L: [{ M: { x: { NS: ['1'] } } }] } },
  UpdateExpression: 'SET #n = :v',
  ConditionExpression: '#n < :v',
  FilterExpression: 'contains(#n, :v)',
  KeyConditionExpression: 'p = :v',
  ProjectionExpression: 'l[0].x, #n',
  ...names,
  ExclusiveStartKey: Key,
  Limit: 1,
  Segment: 0,
  TotalSegments: 2,
  ReturnConsumedCapacity: 'INDEXES',
  Expected: { n: { ComparisonOperator: 'EQ', AttributeValueList: [{ N: '1' }] } },
  AttributeUpdates: { n: { Action: 'ADD', Value: { N: '1' } } },
  KeyConditions: { p: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] } },
  AttributesToGet: ['n'],
  RequestItems: { things: { Keys: [Key] } },
  TransactItems: [{ Get: { TableName: 'things', Key }, Put: { TableName: 'things', Item: Key } }],
  KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'p', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-r' } }],
  TimeToLiveSpecification: { Enabled: true, AttributeName: 'n' },
  ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things',
  Tags: [{ Key: 'k', Value: 'v' }],
  TagKeys: ['k'],
}

/** Either kind alone gets further than both together. */
const older = ['Expected', 'AttributeUpdates', 'KeyConditions', 'AttributesToGet']
const newer = Object.keys(right).filter((name) => /Expression/.test(name))
const others = Object.keys(right).filter((name) => !older.includes(name) && !newer.includes(name))
const members = fc
  .tuple(fc.subarray(others), fc.oneof(fc.subarray(older), fc.subarray(newer)))
  .map((chosen) => ['TableName', ...chosen.flat()])

const wrong = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1e300, true, [], {}, [[]], [null], { S: null }, { M: [] }, { N: 'x' }),
  fc.constantFrom<unknown>('a'.repeat(3000), '\u0000', '#', '((((', 'SET', ':v', { __proto__: null, constructor: {} }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Puts a value at a random place inside another. */
function spoil(value: unknown, path: readonly number[], by: unknown): unknown {
  if (typeof value !== 'object' || value === null || path.length === 0) return by
  const keys = Object.keys(value)
  if (keys.length === 0) return by
  const at = keys[path[0] % keys.length]
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>
  copy[at] = spoil(copy[at], path.slice(1), by)
  return copy
}

test('whatever is sent is answered with success or AWS’s refusal, never with a fault of ours', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes())
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...operations),
      members,
      fc.array(fc.tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), wrong), { maxLength: 2 }),
      async (operation, chosen, faults) => {
        let input: unknown = Object.fromEntries(chosen.map((name) => [name, right[name]]))
        for (const [path, by] of faults) input = spoil(input, path, by)
        const { status, body } = await db.call(operation, input)
        assert.ok(status === 200 || status === 400, `${operation} ${JSON.stringify(input)}: ${JSON.stringify(body)}`)
      },
    ),
    { numRuns: 500 },
  )
})
