import assert from 'node:assert/strict'
import test from 'node:test'
import { type Dynamo, dynamo, key, makeTable } from './dynamo.ts'

const puts = Array.from({ length: 20 }, (_, i) => ({ PutRequest: { Item: key('a', `${i}`) } }))

test('a new table is CREATING for one look, then ACTIVE', async (t) => {
  const db = await dynamo(t, { awsLike: 1 })
  await makeTable(db, 'looked-at')
  const status = async () =>
    ((await db.ok('DescribeTable', { TableName: 'looked-at' }))['Table'] as { TableStatus: string }).TableStatus
  assert.deepEqual([await status(), await status()], ['CREATING', 'ACTIVE'])
  await makeTable(db, 'used')
  await db.refused(
    'GetItem',
    { TableName: 'used', Key: key('a', '1') },
    'ResourceNotFoundException',
    'Requested resource not found',
  )
})

/** What 300 puts and 60 batches come to. */
async function outcomes(db: Dynamo): Promise<string> {
  await makeTable(db)
  await db.call('DescribeTable', { TableName: 'things' })
  const seen: string[] = []
  for (let i = 0; i < 300; i++) {
    const { status, body } = await db.call('PutItem', { TableName: 'things', Item: key('b', `${i}`) })
    seen.push(status === 200 ? '.' : String(body['__type']).split('#')[1][0])
  }
  for (let i = 0; i < 60; i++) {
    const { status, body } = await db.call('BatchWriteItem', { RequestItems: { things: puts } })
    const left = (body['UnprocessedItems'] as { things?: object[] } | undefined)?.things?.length ?? 0
    seen.push(status === 200 ? `${left}` : 'P')
  }
  return seen.join('')
}

test('a seeded share of calls is throttled and of batches left undone, the same share each time', async (t) => {
  const first = await outcomes(await dynamo(t, { awsLike: 1 }))
  const again = await outcomes(await dynamo(t, { awsLike: 1 }))
  assert.equal(again, first)
  const throttles = first.slice(0, 300).split('P').length - 1
  assert.ok(throttles >= 1 && throttles <= 20, `${throttles} of 300 throttled`)
  assert.match(first.slice(300), /10/, 'half of some batch is left')
  assert.doesNotMatch(await outcomes(await dynamo(t)), /[1-9A-Z]/, 'none where the mode is off')
})

test('doing what is left unprocessed until nothing is writes everything', async (t) => {
  const db = await dynamo(t, { awsLike: 3 })
  await makeTable(db)
  await db.call('DescribeTable', { TableName: 'things' })
  for (let round = 0; round < 40; round++) {
    let RequestItems: object = {
      things: puts.map((_, i) => ({ PutRequest: { Item: key(`r${round}`, `${i}`) } })),
    }
    for (let tries = 0; Object.keys(RequestItems).length > 0; tries++) {
      assert.ok(tries < 30, 'comes to an end')
      const { status, body } = await db.call('BatchWriteItem', { RequestItems })
      if (status === 200) RequestItems = body['UnprocessedItems'] as object
    }
  }
  await db.call('DescribeTable', { TableName: 'things' })
  const { Table } = await db.ok('DescribeTable', { TableName: 'things' })
  assert.equal((Table as { ItemCount: number }).ItemCount, 800)
})
