import assert from 'node:assert/strict'
import test from 'node:test'
import { BatchGetItemCommand, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import { dynamo, indexes, key, makeTable, put } from './dynamo.ts'

const puts = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ PutRequest: { Item: key('a', `${from + i}`) } }))

test('a batch writes and deletes in several tables, and leaves nothing unprocessed', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await makeTable(db, 'others')
  await put(db, key('a', 'old'))
  const answer = await db.client.send(
    new BatchWriteItemCommand({
      RequestItems: { things: [...puts(3), { DeleteRequest: { Key: key('a', 'old') } }], others: puts(1) },
      ReturnConsumedCapacity: 'TOTAL',
    }),
  )
  assert.deepEqual(answer.UnprocessedItems, {})
  assert.deepEqual(answer.ConsumedCapacity, [
    { TableName: 'things', CapacityUnits: 4 },
    { TableName: 'others', CapacityUnits: 1 },
  ])
  const { Responses, UnprocessedKeys } = await db.client.send(
    new BatchGetItemCommand({
      RequestItems: {
        things: { Keys: [key('a', '0'), key('a', 'old'), key('a', '2')], ProjectionExpression: 's' },
        others: { Keys: [key('a', 'none')] },
      },
    }),
  )
  assert.deepEqual(Responses, { things: [{ s: { S: '0' } }, { s: { S: '2' } }], others: [] })
  assert.deepEqual(UnprocessedKeys, {})
})

test('a batch that is refused writes nothing', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes())
  const refusals: [object, string | RegExp][] = [
    [{ things: puts(26) }, /Member must have length less than or equal to 25, Member must have length greater than/],
    [{ things: [...puts(2), ...puts(1)] }, 'Provided list of item keys contains duplicates'],
    [
      { things: [...puts(1), { PutRequest: { Item: { x: { S: 'no keys' } } } }] },
      'The provided key element does not match the schema',
    ],
    [
      { things: [...puts(1), { PutRequest: { Item: { ...key('b', '1'), g: { N: '1' } } } }] },
      'One or more parameter values were invalid: ' +
        'Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g',
    ],
    [
      { things: [...puts(1), {}] },
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [
      { things: [...puts(1), { PutRequest: { Item: { ...key('b', '1'), d: { S: 'x'.repeat(409_600) } } } }] },
      'Item size has exceeded the maximum allowed size',
    ],
    [{}, /Member must have length greater than or equal to 1/],
  ]
  for (const [RequestItems, message] of refusals) {
    await db.refused('BatchWriteItem', { RequestItems }, 'ValidationException', message)
  }
  await db.refused(
    'BatchWriteItem',
    { RequestItems: { things: puts(1), none: puts(1) } },
    'ResourceNotFoundException',
    'Requested resource not found',
  )
  assert.equal((await db.ok('Scan', { TableName: 'things' }))['Count'], 0)
})

test('a batch reads at most 100 keys, none of them twice', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await makeTable(db, 'others')
  const keys = (count: number) => Array.from({ length: count }, (_, i) => key('a', `${i}`))
  await db.refused(
    'BatchGetItem',
    { RequestItems: { things: { Keys: keys(60) }, others: { Keys: keys(41) } } },
    'ValidationException',
    'Too many items requested for the BatchGetItem call',
  )
  await db.refused(
    'BatchGetItem',
    { RequestItems: { things: { Keys: [...keys(2), key('a', '1')] } } },
    'ValidationException',
    'Provided list of item keys contains duplicates',
  )
})

test('what does not fit into 16 MB stays unprocessed, and is read by asking again', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const count = 45
  for (let i = 0; i < count; i++) await put(db, { ...key('a', `${i}`), d: { S: 'x'.repeat(400_000) } })
  let RequestItems: object = {
    things: { Keys: Array.from({ length: count }, (_, i) => key('a', `${i}`)), ConsistentRead: true },
  }
  const found: number[] = []
  while (Object.keys(RequestItems).length > 0) {
    const answer = await db.ok('BatchGetItem', { RequestItems })
    found.push((answer['Responses'] as { things: object[] }).things.length)
    RequestItems = answer['UnprocessedKeys'] as object
    if (found.length === 1)
      assert.equal((RequestItems as { things: { ConsistentRead: boolean } }).things.ConsistentRead, true)
  }
  assert.deepEqual(found, [41, 4])
})
