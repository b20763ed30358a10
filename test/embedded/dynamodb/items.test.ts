import assert from 'node:assert/strict'
import test from 'node:test'
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { dynamo, indexes, key, makeTable, put } from './dynamo.ts'

test('an item is returned as it was put, whatever its attributes are called', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const item = JSON.parse(
    `{"p":{"S":"ä\\u0000"},"s":{"S":"1"},"__proto__":{"S":"x"},"constructor":{"M":{"__proto__":{"NULL":true}}},
      "n":{"N":"-12.50"},"b":{"B":"AAEC"},"l":{"L":[{"BOOL":false},{"SS":["b","a"]}]},"empty":{"S":""}}`,
  ) as object
  await db.ok('PutItem', { TableName: 'things', Item: item })
  const { Item } = await db.ok('GetItem', { TableName: 'things', Key: key('ä\u0000', '1') })
  const expected = { ...item, n: { N: '-12.5' } } as Record<string, unknown>
  const found = Item as Record<string, { SS?: string[] }>
  assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort())
  assert.deepEqual(found['n'], expected['n'])
  assert.equal(JSON.stringify(found['constructor']), '{"M":{"__proto__":{"NULL":true}}}')
  assert.deepEqual((await db.ok('GetItem', { TableName: 'things', Key: key('none', '1') }))['Item'], undefined)
})

test('a condition on an attribute the item does not have is not fooled by what objects inherit', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await put(db, key('a', '1'))
  for (const name of ['constructor', '__proto__', 'toString']) {
    await db.ok('PutItem', {
      TableName: 'things',
      Item: key('a', '1'),
      ConditionExpression: 'attribute_not_exists(#n)',
      ExpressionAttributeNames: { '#n': name },
    })
  }
})

test('of several conditional writes one happens; the loser sees the item only where it asked', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const write = (n: number) =>
    db.client.send(
      new PutItemCommand({
        TableName: 'things',
        Item: { ...key('a', '1'), n: { N: `${n}` } },
        ConditionExpression: 'attribute_not_exists(p)',
        ReturnValuesOnConditionCheckFailure: n === 3 ? 'ALL_OLD' : undefined,
      }),
    )
  const outcomes = await Promise.allSettled([1, 2, 3].map(write))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  const { Item } = await db.client.send(new GetItemCommand({ TableName: 'things', Key: key('a', '1') }))
  await assert.rejects(write(3), (error: ConditionalCheckFailedException) => {
    assert.equal(error.message, 'The conditional request failed')
    assert.deepEqual(error.Item, Item)
    return error instanceof ConditionalCheckFailedException
  })
  const { body } = await db.call('PutItem', {
    TableName: 'things',
    Item: key('a', '1'),
    ConditionExpression: 'attribute_not_exists(p)',
  })
  assert.ok(!('Item' in body))
})

test('an update returns what was asked of before and after', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const update = async (ReturnValues: string, n: number) => {
    const answer = await db.ok('UpdateItem', {
      TableName: 'things',
      Key: key('a', '1'),
      UpdateExpression: 'SET n = :n, m.x = :n REMOVE gone',
      ExpressionAttributeValues: { ':n': { N: `${n}` } },
      ReturnValues,
    })
    return answer['Attributes']
  }
  const start = { ...key('a', '1'), n: { N: '0' }, m: { M: { y: { S: 'y' } } }, gone: { S: 'g' } }
  await put(db, start)
  assert.deepEqual(await update('ALL_OLD', 1), start)
  assert.deepEqual(await update('UPDATED_OLD', 2), { n: { N: '1' }, m: { M: { x: { N: '1' } } } })
  assert.deepEqual(await update('UPDATED_NEW', 3), { n: { N: '3' }, m: { M: { x: { N: '3' } } } })
  const m = { M: { y: { S: 'y' }, x: { N: '4' } } }
  assert.deepEqual(await update('ALL_NEW', 4), { ...key('a', '1'), n: { N: '4' }, m })
  assert.equal(await update('NONE', 5), undefined)

  const fresh = await db.client.send(
    new UpdateItemCommand({ TableName: 'things', Key: key('new', '1'), ReturnValues: 'ALL_NEW' }),
  )
  assert.deepEqual(fresh.Attributes, key('new', '1'), 'an update of nothing makes the item')
})

test('put and delete return the old item, or refuse to return anything else', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const Item = { ...key('a', '1'), n: { N: '1' } }
  const first = await db.client.send(new PutItemCommand({ TableName: 'things', Item, ReturnValues: 'ALL_OLD' }))
  assert.equal(first.Attributes, undefined)
  const again = await db.client.send(
    new PutItemCommand({ TableName: 'things', Item: key('a', '1'), ReturnValues: 'ALL_OLD' }),
  )
  assert.deepEqual(again.Attributes, Item)
  const gone = await db.client.send(
    new DeleteItemCommand({ TableName: 'things', Key: key('a', '1'), ReturnValues: 'ALL_OLD' }),
  )
  assert.deepEqual(gone.Attributes, key('a', '1'))
  const none = await db.client.send(
    new DeleteItemCommand({ TableName: 'things', Key: key('a', '1'), ReturnValues: 'ALL_OLD' }),
  )
  assert.equal(none.Attributes, undefined)
  for (const [operation, members] of [
    ['PutItem', { Item }],
    ['DeleteItem', { Key: key('a', '1') }],
  ] as const) {
    await db.refused(
      operation,
      { TableName: 'things', ...members, ReturnValues: 'ALL_NEW' },
      'ValidationException',
      'ReturnValues can only be ALL_OLD or NONE',
    )
  }
})

test('keys that do not fit are refused, each in its own words', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes('ALL'))
  const were = 'One or more parameter values were invalid:'
  const puts: [object, string][] = [
    [{ s: { S: '1' } }, `${were} Missing the key p in the item`],
    [{ ...key('a', '1'), p: { N: '1' } }, `${were} Type mismatch for key p expected: S actual: N`],
    [
      key('', '1'),
      'One or more parameter values are not valid. ' +
        'The AttributeValue for a key attribute cannot contain an empty string value. Key: p',
    ],
    [key('x'.repeat(2049), '1'), `${were} Size of hashkey has exceeded the maximum size limit of2048 bytes`],
    [key('a', 'ä'.repeat(513)), `${were} Aggregated size of all range keys has exceeded the size limit of 1024 bytes`],
    [
      { ...key('a', '1'), g: { N: '1' } },
      `${were} Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g`,
    ],
    [
      { ...key('a', '1'), g: { S: '' } },
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
        'The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by-g, IndexKey: g',
    ],
  ]
  for (const [Item, message] of puts) {
    await db.refused('PutItem', { TableName: 'things', Item }, 'ValidationException', message)
  }
  const mismatch = 'The provided key element does not match the schema'
  const keys: [object, string][] = [
    [{ p: { S: 'a' } }, mismatch],
    [{ ...key('a', '1'), x: { S: '1' } }, mismatch],
    [{ p: { S: 'a' }, s: { N: '1' } }, mismatch],
    [key('a', ''), `${were} The AttributeValue for a key attribute cannot contain an empty string value. Key: s`],
  ]
  for (const operation of ['GetItem', 'DeleteItem', 'UpdateItem']) {
    for (const [Key, message] of keys) {
      await db.refused(operation, { TableName: 'things', Key }, 'ValidationException', message)
    }
  }
  const update = (name: string, value: object) => ({
    TableName: 'things',
    Key: key('a', '1'),
    UpdateExpression: `SET ${name} = :v`,
    ExpressionAttributeValues: { ':v': value },
  })
  await db.refused(
    'UpdateItem',
    update('s', { S: '2' }),
    'ValidationException',
    `${were} Cannot update attribute s. This attribute is part of the key`,
  )
  await db.refused(
    'UpdateItem',
    update('g', { N: '2' }),
    'ValidationException',
    `${were} Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g`,
  )
  await db.refused(
    'UpdateItem',
    update('g', { S: '' }),
    'ValidationException',
    'One or more parameter values are not valid. The update expression attempted to update a secondary index key ' +
      'to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.',
  )
  assert.equal((await db.ok('Scan', { TableName: 'things' }))['Count'], 0)
})

test('an item is at most 400 KB, when it is put and when it grows', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const fill = 409_600 - 'pa1sd'.length
  await db.ok('PutItem', { TableName: 'things', Item: { ...key('a', '1'), d: { S: 'x'.repeat(fill) } } })
  await db.refused(
    'PutItem',
    { TableName: 'things', Item: { ...key('a', '1'), d: { S: 'x'.repeat(fill + 1) } } },
    'ValidationException',
    'Item size has exceeded the maximum allowed size',
  )
  await db.refused(
    'UpdateItem',
    {
      TableName: 'things',
      Key: key('a', '1'),
      UpdateExpression: 'SET e = :e',
      ExpressionAttributeValues: { ':e': { S: '' } },
    },
    'ValidationException',
    'Item size to update has exceeded the maximum allowed size',
  )
})

test('a placeholder that no expression uses is refused; by UpdateItem in the words of AWS’s front', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const unused = 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}'
  const more = {
    TableName: 'things',
    ConditionExpression: 'attribute_not_exists(p)',
    ExpressionAttributeValues: { ':x': { S: 'x' } },
  }
  await db.refused('PutItem', { ...more, Item: key('a', '1') }, 'ValidationException', unused)
  await db.refused(
    'UpdateItem',
    { ...more, Key: key('a', '1') },
    'ValidationException',
    `1 validation error detected: ${unused}`,
  )
})

test('the parameters from before expressions still work', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await put(db, { ...key('a', '1'), n: { N: '1' }, m: { S: 'm' } })
  await db.ok('UpdateItem', {
    TableName: 'things',
    Key: key('a', '1'),
    AttributeUpdates: { n: { Action: 'ADD', Value: { N: '4' } }, m: { Action: 'DELETE' } },
    Expected: { n: { ComparisonOperator: 'LT', AttributeValueList: [{ N: '2' }] } },
  })
  const { Item } = await db.ok('GetItem', { TableName: 'things', Key: key('a', '1'), AttributesToGet: ['n', 'm'] })
  assert.deepEqual(Item, { n: { N: '5' } })
  await db.refused(
    'PutItem',
    { TableName: 'things', Item: key('a', '1'), Expected: { n: { Exists: false } } },
    'ConditionalCheckFailedException',
    'The conditional request failed',
  )
  await db.refused(
    'PutItem',
    {
      TableName: 'things',
      Item: key('a', '1'),
      Expected: { n: { Exists: false } },
      ConditionExpression: 'attribute_exists(p)',
    },
    'ValidationException',
    'Can not use both expression and non-expression parameters in the same request: ' +
      'Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
  )
})

test('reads cost by 4 KB and half when they may be stale, writes by 1 KB of the larger of before and after', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const units = async (operation: string, input: object) => {
    const answer = await db.ok(operation, { TableName: 'things', ReturnConsumedCapacity: 'TOTAL', ...input })
    return answer['ConsumedCapacity'] as { TableName: string; CapacityUnits: number }
  }
  const item = (bytes: number) => ({ ...key('a', '1'), d: { S: 'x'.repeat(bytes - 'pa1sd'.length) } })
  assert.deepEqual(await units('PutItem', { Item: item(1025) }), { TableName: 'things', CapacityUnits: 2 })
  assert.equal((await units('PutItem', { Item: item(4097) })).CapacityUnits, 5)
  assert.equal((await units('GetItem', { Key: key('a', '1') })).CapacityUnits, 1)
  assert.equal((await units('GetItem', { Key: key('a', '1'), ConsistentRead: true })).CapacityUnits, 2)
  assert.equal((await units('GetItem', { Key: key('none', '1') })).CapacityUnits, 0.5)
  assert.equal((await units('PutItem', { Item: item(100) })).CapacityUnits, 5)
  assert.equal((await units('DeleteItem', { Key: key('a', '1') })).CapacityUnits, 1)
  assert.equal((await units('DeleteItem', { Key: key('a', '1') })).CapacityUnits, 1)
})

test('what a write costs in indexes is told apart where asked', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes('KEYS_ONLY'))
  const write = async (item: object) => {
    const input = { TableName: 'things', Item: item, ReturnConsumedCapacity: 'INDEXES' }
    return (await db.ok('PutItem', input))['ConsumedCapacity'] as Record<string, unknown>
  }
  const one = { CapacityUnits: 1 }
  assert.deepEqual(await write(key('a', '1')), { TableName: 'things', CapacityUnits: 1, Table: one })
  const item = { ...key('a', '1'), r: { S: 'r' }, g: { S: 'g' } }
  assert.deepEqual(await write(item), {
    TableName: 'things',
    CapacityUnits: 3,
    Table: one,
    LocalSecondaryIndexes: { 'by-r': one },
    GlobalSecondaryIndexes: { 'by-g': one },
  })
  assert.equal((await write({ ...item, other: { S: 'x' } }))['CapacityUnits'], 1, 'nothing an index has changed')
  assert.deepEqual((await write({ ...item, g: { S: 'moved' } }))['GlobalSecondaryIndexes'], {
    'by-g': { CapacityUnits: 2 },
  })
})

test('the item collection is described for tables with a local index', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes())
  await makeTable(db, 'plain')
  const input = { Item: key('a', '1'), ReturnItemCollectionMetrics: 'SIZE' }
  const { ItemCollectionMetrics } = await db.ok('PutItem', { TableName: 'things', ...input })
  assert.deepEqual(ItemCollectionMetrics, { ItemCollectionKey: { p: { S: 'a' } }, SizeEstimateRangeGB: [0, 1] })
  assert.deepEqual(await db.ok('PutItem', { TableName: 'plain', ...input }), {})
})
