import assert from 'node:assert/strict'
import test from 'node:test'
import { UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { type Dynamo, dynamo, indexes, key, makeTable, put } from './dynamo.ts'

const enable = (db: Dynamo, AttributeName = 'expires', Enabled = true) =>
  db.client.send(
    new UpdateTimeToLiveCommand({ TableName: 'things', TimeToLiveSpecification: { Enabled, AttributeName } }),
  )

async function sorts(db: Dynamo): Promise<string[]> {
  const { Items } = await db.ok('Scan', { TableName: 'things' })
  return (Items as { s: { S: string } }[]).map(({ s }) => s.S)
}

const hour = 3600

test('expired items are readable until the sweep removes them, from indexes and counts too', async (t) => {
  const db = await dynamo(t)
  const now = db.clock.now() / 1000
  await makeTable(db, 'things', indexes('ALL'))
  const item = (s: string, N: string) => ({ ...key('a', s), g: { S: 'x' }, r: { S: 'y' }, expires: { N } })
  await put(db, item('before ttl was on', `${now + 10}`))
  await enable(db)
  db.clock.advance(1)
  await put(db, item('in ten seconds', `${now + 10.5}`))
  await put(db, item('in an hour', `${now + hour}`))
  await put(db, item('more than five years ago', `${now - 6 * 365 * 24 * hour}`))
  await put(db, { ...key('a', 'of another type'), expires: { S: `${now}` } })
  await put(db, key('a', 'without'))
  db.clock.advance(20_000)
  assert.equal((await sorts(db)).length, 6, 'expired, not swept yet')
  db.clock.advance(60_000)
  const left = ['in an hour', 'more than five years ago', 'of another type', 'without']
  assert.deepEqual(await sorts(db), left)
  assert.equal((await db.ok('Scan', { TableName: 'things', IndexName: 'by-g' }))['Count'], 2)
  const { Table } = await db.ok('DescribeTable', { TableName: 'things' })
  assert.equal((Table as { ItemCount: number }).ItemCount, 4)
})

test('an item whose expiry is put off or taken away stays', async (t) => {
  const db = await dynamo(t)
  const now = db.clock.now() / 1000
  await makeTable(db)
  await enable(db)
  for (const s of ['later', 'never']) await put(db, { ...key('a', s), expires: { N: `${now + 10}` } })
  await db.ok('UpdateItem', {
    TableName: 'things',
    Key: key('a', 'later'),
    UpdateExpression: 'SET expires = expires + :h',
    ExpressionAttributeValues: { ':h': { N: `${hour}` } },
  })
  await put(db, key('a', 'never'))
  db.clock.advance(120_000)
  assert.deepEqual(await sorts(db), ['later', 'never'])
  db.clock.advance(hour * 1000)
  assert.deepEqual(await sorts(db), ['never'])
})

test('many items that expire together are removed in several goes', async (t) => {
  const db = await dynamo(t)
  const N = `${db.clock.now() / 1000 + 10}`
  await makeTable(db)
  await enable(db)
  for (let at = 0; at < 1250; at += 25) {
    const RequestItems = {
      things: Array.from({ length: 25 }, (_, i) => ({
        PutRequest: { Item: { ...key('a', `${at + i}`), expires: { N } } },
      })),
    }
    await db.ok('BatchWriteItem', { RequestItems })
  }
  db.clock.advance(70_000)
  assert.deepEqual(await sorts(db), [])
})

test('TTL is switched on and off, and refuses what it already is', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const described = async () => (await db.ok('DescribeTimeToLive', { TableName: 'things' }))['TimeToLiveDescription']
  assert.deepEqual(await described(), { TimeToLiveStatus: 'DISABLED' })
  await assert.rejects(enable(db, 'expires', false), { message: 'TimeToLive is already disabled' })
  const { TimeToLiveSpecification } = await enable(db)
  assert.deepEqual(TimeToLiveSpecification, { Enabled: true, AttributeName: 'expires' })
  assert.deepEqual(await described(), { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' })
  await assert.rejects(enable(db), { name: 'ValidationException', message: 'TimeToLive is already enabled' })
  await assert.rejects(enable(db, 'other', false), {
    message: 'TimeToLive is active on a different AttributeName: current AttributeName is expires',
  })
  await put(db, { ...key('a', '1'), expires: { N: '1767225700' } })
  await enable(db, 'expires', false)
  db.clock.advance(hour * 1000)
  assert.deepEqual(await sorts(db), ['1'])
})
