import assert from 'node:assert/strict'
import test from 'node:test'
import { crc32 } from 'node:zlib'
import { notOffered } from '../../../src/embedded/dynamodb/not-offered.ts'
import { dynamo, key, makeTable } from './dynamo.ts'

test('every answer, errors included, carries the CRC32 of its body', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  for (const TableName of ['things', 'none']) {
    const { headers, text } = await db.call('PutItem', { TableName, Item: key('ä', '1'), ReturnValues: 'ALL_OLD' })
    assert.equal(headers.get('x-amz-crc32'), String(crc32(text)))
    assert.equal(headers.get('content-type'), 'application/x-amz-json-1.0')
  }
})

test('members of a wrong JSON type are refused as AWS’s parser refuses them', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const refusals: [string, object, string][] = [
    ['GetItem', { TableName: 1 }, 'NUMBER_VALUE cannot be converted to String'],
    ['GetItem', { TableName: ['things'] }, 'Unrecognized collection type class java.lang.String'],
    ['GetItem', { TableName: 'things', Key: 'a' }, 'Unexpected field type'],
    ['GetItem', { TableName: 'things', ConsistentRead: 1 }, 'NUMBER_VALUE cannot be converted to Boolean'],
    ['Query', { TableName: 'things', Limit: '1' }, 'STRING_VALUE cannot be converted to Integer'],
    ['BatchWriteItem', { RequestItems: { things: {} } }, 'Start of structure or map found where not expected'],
  ]
  for (const [operation, input, message] of refusals) {
    await db.refused(operation, input, 'SerializationException', message)
  }
})

test('all that is missing is said at once, before the table is looked for', async (t) => {
  const db = await dynamo(t)
  await db.refused(
    'GetItem',
    { TableName: 'a;' },
    'ValidationException',
    "3 validation errors detected: Value 'a;' at 'tableName' failed to satisfy constraint: " +
      'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; ' +
      "Value 'a;' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3; " +
      "Value null at 'key' failed to satisfy constraint: Member must not be null",
  )
})

test('what AWS has and this has not says so', async (t) => {
  const db = await dynamo(t)
  for (const name of Object.values(notOffered).flat()) {
    await db.refused(name, {}, 'UnknownOperationException', /is not offered by the embedded DynamoDB$/)
  }
  await db.refused('NoSuchThing', {}, 'UnknownOperationException', /NoSuchThing/)
})

test('members that are null are members that are not there', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await db.ok('PutItem', { TableName: 'things', Item: key('a', '1'), ConditionExpression: null, ReturnValues: null })
  const { Item } = await db.ok('GetItem', { TableName: 'things', Key: key('a', '1'), ConsistentRead: null })
  assert.deepEqual(Item, key('a', '1'))
})
