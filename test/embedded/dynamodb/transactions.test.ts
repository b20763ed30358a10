import assert from 'node:assert/strict'
import test from 'node:test'
import {
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb'
import { type Dynamo, dynamo, indexes, key, makeTable, put } from './dynamo.ts'

const TableName = 'things'
const absent = 'attribute_not_exists(p)'

const transact = (db: Dynamo, TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  db.client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }))

async function all(db: Dynamo): Promise<object[]> {
  return (await db.ok('Scan', { TableName }))['Items'] as object[]
}

test('a transaction does all it says', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await put(db, { ...key('a', 'updated'), n: { N: '1' } })
  await put(db, key('a', 'deleted'))
  await put(db, key('a', 'checked'))
  await transact(db, [
    { Put: { TableName, Item: key('a', 'put'), ConditionExpression: absent } },
    {
      Update: {
        TableName,
        Key: key('a', 'updated'),
        UpdateExpression: 'ADD n :n',
        ExpressionAttributeValues: { ':n': { N: '2' } },
      },
    },
    { Delete: { TableName, Key: key('a', 'deleted') } },
    { ConditionCheck: { TableName, Key: key('a', 'checked'), ConditionExpression: 'attribute_exists(p)' } },
  ])
  assert.deepEqual(await all(db), [key('a', 'checked'), key('a', 'put'), { ...key('a', 'updated'), n: { N: '3' } }])
})

test('a cancelled transaction writes nothing and has a reason in each action’s place', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const fred = { ...key('a', 'fred'), age: { N: '30' } }
  await put(db, fred)
  const update = (value: object) => ({
    TableName,
    Key: key('a', 'sum'),
    UpdateExpression: 'SET n = age + :n',
    ExpressionAttributeValues: { ':n': value as never },
  })
  await assert.rejects(
    transact(db, [
      { Put: { TableName, Item: key('a', 'new') } },
      { ConditionCheck: { TableName, Key: key('a', 'fred'), ConditionExpression: absent } },
      {
        Delete: {
          TableName,
          Key: key('a', 'other'),
          ConditionExpression: 'attribute_exists(p)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      { Update: update({ N: '1' }) },
    ]),
    (error: TransactionCanceledException) => {
      assert.ok(error instanceof TransactionCanceledException)
      assert.equal(
        error.message,
        'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
          '[None, ConditionalCheckFailed, ConditionalCheckFailed, ValidationError]',
      )
      const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }
      assert.deepEqual(error.CancellationReasons!.slice(0, 3), [{ Code: 'None' }, failed, failed])
      assert.equal(
        error.CancellationReasons![3].Message,
        'The provided expression refers to an attribute that does not exist in the item',
      )
      return true
    },
  )
  assert.deepEqual(await all(db), [fred])
  await assert.rejects(
    transact(db, [
      {
        Put: {
          TableName,
          Item: key('a', 'fred'),
          ConditionExpression: absent,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ]),
    (error: TransactionCanceledException) => {
      assert.deepEqual(error.CancellationReasons![0].Item, fred)
      return true
    },
  )
})

test('a key of the wrong type cancels; anything else that is wrong refuses the request', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes())
  const reasons: [object, string][] = [
    [
      { Put: { TableName, Item: { p: { S: 'a' }, s: { N: '5' } } } },
      'One or more parameter values were invalid: Type mismatch for key s expected: S actual: N',
    ],
    [
      { Put: { TableName, Item: { ...key('a', '1'), g: { N: '5' } } } },
      'One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g',
    ],
    [
      {
        Update: {
          TableName,
          Key: key('a', '1'),
          UpdateExpression: 'SET g = :v',
          ExpressionAttributeValues: { ':v': { N: '5' } },
        },
      },
      'One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g',
    ],
    [{ Delete: { TableName, Key: { p: { S: 'a' } } } }, 'The provided key element does not match the schema'],
  ]
  for (const [action, message] of reasons) {
    const body = await db.refused(
      'TransactWriteItems',
      { TransactItems: [action] },
      'TransactionCanceledException',
      'Transaction cancelled, please refer cancellation reasons for specific reasons [ValidationError]',
    )
    assert.deepEqual(body['CancellationReasons'], [{ Code: 'ValidationError', Message: message }])
  }
  const empty = 'The AttributeValue for a key attribute cannot contain an empty string value.'
  const refusals: [object[], string][] = [
    [[{ Put: { TableName, Item: key('', '1') } }], `One or more parameter values are not valid. ${empty} Key: p`],
    [
      [
        {
          Update: {
            TableName,
            Key: key('a', '1'),
            UpdateExpression: 'SET g = :v',
            ExpressionAttributeValues: { ':v': { S: '' } },
          },
        },
      ],
      'One or more parameter values are not valid. The update expression attempted to update a secondary index key ' +
        `to a value that is not supported. ${empty}`,
    ],
    [
      [{ Put: { TableName, Item: key('a', '1') } }, { Delete: { TableName, Key: key('a', '1') } }],
      'Transaction request cannot include multiple operations on one item',
    ],
    [[{}], 'TransactItems can only contain one of Check, Put, Update or Delete'],
    [
      [],
      "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 1',
    ],
  ]
  for (const [TransactItems, message] of refusals) {
    await db.refused('TransactWriteItems', { TransactItems }, 'ValidationException', message)
  }
  const many = Array.from({ length: 101 }, (_, i) => ({ Put: { TableName, Item: key('a', `${i}`) } }))
  await db.refused(
    'TransactWriteItems',
    { TransactItems: many },
    'ValidationException',
    /at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
  )
  await db.refused(
    'TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 'none', Item: key('a', '1') } }] },
    'ResourceNotFoundException',
    'Requested resource not found',
  )
  assert.deepEqual(await all(db), [])
})

test('a transaction with a token is done once in ten minutes, and never with another content', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const add = (extra: object = {}): TransactWriteItem[] => [
    {
      Update: {
        TableName,
        Key: { s: { S: '1' }, p: { S: 'a' } },
        UpdateExpression: 'ADD n :n',
        ExpressionAttributeValues: { ':n': { N: '1' } },
        ...extra,
      },
    },
  ]
  const n = async () => ((await all(db)) as { n: { N: string } }[])[0].n.N
  await transact(db, add(), 'token')
  await transact(db, add({ Key: key('a', '1') }), 'token')
  assert.equal(await n(), '1', 'attributes in another order are the same content')
  await assert.rejects(transact(db, add({ ExpressionAttributeValues: { ':n': { N: '2' } } }), 'token'), {
    name: 'IdempotentParameterMismatchException',
  })
  const repeated = await db.ok('TransactWriteItems', {
    TransactItems: add(),
    ClientRequestToken: 'token',
    ReturnConsumedCapacity: 'TOTAL',
  })
  assert.deepEqual(repeated['ConsumedCapacity'], [{ TableName, CapacityUnits: 2, ReadCapacityUnits: 2 }])
  db.clock.advance(10 * 60_000 + 1)
  await transact(db, add(), 'token')
  assert.equal(await n(), '2')
})

test('a cancelled transaction does not use up its token', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const actions: TransactWriteItem[] = [
    { ConditionCheck: { TableName, Key: key('a', 'needed'), ConditionExpression: 'attribute_exists(p)' } },
    { Put: { TableName, Item: key('a', 'put') } },
  ]
  await assert.rejects(transact(db, actions, 'token'), { name: 'TransactionCanceledException' })
  await put(db, key('a', 'needed'))
  await transact(db, actions, 'token')
  assert.equal((await all(db)).length, 2)
})

test('a transaction reads several items as they are together, in the order asked', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await put(db, { ...key('a', '1'), x: { S: 'x' } })
  await put(db, key('a', '2'))
  const get = (s: string, ProjectionExpression?: string) => ({
    Get: { TableName, Key: key('a', s), ProjectionExpression },
  })
  const { Responses, ConsumedCapacity } = await db.client.send(
    new TransactGetItemsCommand({
      TransactItems: [get('2'), get('none'), get('1', 'x')],
      ReturnConsumedCapacity: 'TOTAL',
    }),
  )
  assert.deepEqual(Responses, [{ Item: key('a', '2') }, {}, { Item: { x: { S: 'x' } } }])
  assert.deepEqual(ConsumedCapacity, [{ TableName, CapacityUnits: 6, ReadCapacityUnits: 6 }])
  await db.refused(
    'TransactGetItems',
    { TransactItems: [get('1'), get('1')] },
    'ValidationException',
    'Transaction request cannot include multiple operations on one item',
  )
})

test('everything in a transaction costs twice', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes())
  const answer = await db.ok('TransactWriteItems', {
    TransactItems: [
      { Put: { TableName, Item: { ...key('a', '1'), r: { S: 'r' } } } },
      { Delete: { TableName, Key: key('a', '2') } },
    ],
    ReturnConsumedCapacity: 'INDEXES',
    ReturnItemCollectionMetrics: 'SIZE',
  })
  const units = (n: number) => ({ CapacityUnits: n, WriteCapacityUnits: n })
  assert.deepEqual(answer['ConsumedCapacity'], [
    { TableName, ...units(6), Table: units(4), LocalSecondaryIndexes: { 'by-r': units(2) } },
  ])
  assert.equal((answer['ItemCollectionMetrics'] as { things: object[] }).things.length, 2)
})

test('a transaction holds at most 4 MB', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const TransactItems = Array.from({ length: 11 }, (_, i) => ({
    Put: { TableName, Item: { ...key('a', `${i}`), d: { S: 'x'.repeat(400_000) } } },
  }))
  await db.refused('TransactWriteItems', { TransactItems }, 'ValidationException', /4 MB/)
  await db.ok('TransactWriteItems', { TransactItems: TransactItems.slice(1) })
})
