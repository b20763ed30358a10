import assert from 'node:assert/strict'
import test from 'node:test'
import { BatchWriteItemCommand, paginateScan, type ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { type Dynamo, dynamo, indexes, key, makeTable } from './dynamo.ts'

const count = 60

async function filled(t: Parameters<typeof dynamo>[0]): Promise<Dynamo> {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes('KEYS_ONLY'))
  for (let at = 0; at < count; at += 20) {
    const items = Array.from({ length: 20 }, (_, i) => {
      const n = String(at + i).padStart(2, '0')
      return { ...key(`p${n.slice(0, 1)}${at % 3}`, n), g: { S: `g${i % 4}` }, r: { S: `r${i % 2}` } }
    })
    const RequestItems = { things: items.map((Item) => ({ PutRequest: { Item } })) }
    await db.client.send(new BatchWriteItemCommand({ RequestItems }))
  }
  return db
}

async function scan(db: Dynamo, input: Partial<ScanCommandInput> = {}, pageSize?: number): Promise<string[]> {
  const found: string[] = []
  for await (const { Items = [] } of paginateScan({ client: db.client, pageSize }, { TableName: 'things', ...input })) {
    found.push(...Items.map((item) => `${item['p'].S}/${item['s'].S}`))
  }
  return found
}

test('a scan sees every item once, partition by partition, in an order that is not that of the keys', async (t) => {
  const db = await filled(t)
  const found = await scan(db)
  assert.equal(new Set(found).size, count)
  assert.equal(found.length, count)
  const partitions = found.map((each) => each.split('/')[0])
  const changes = partitions.filter((p, i) => p !== partitions[i - 1])
  assert.equal(changes.length, new Set(partitions).size, 'each partition in one piece')
  assert.notDeepEqual(changes, changes.toSorted(), 'not in order of keys')
  for (const p of changes) {
    const sorts = found.filter((each) => each.startsWith(`${p}/`))
    assert.deepEqual(sorts, sorts.toSorted())
  }
  assert.deepEqual(await scan(db, {}, 7), found, 'the same in pages')
})

test('segments share out the table: together all, no item twice, also in pages and through an index', async (t) => {
  const db = await filled(t)
  for (const IndexName of [undefined, 'by-g', 'by-r']) {
    const all = await scan(db, { IndexName })
    assert.equal(all.length, count)
    for (const TotalSegments of [1, 2, 3, 7]) {
      const parts = await Promise.all(
        Array.from({ length: TotalSegments }, (_, Segment) => scan(db, { IndexName, TotalSegments, Segment }, 5)),
      )
      assert.deepEqual(parts.flat(), all)
    }
  }
})

test('a filtered scan counts what it read; COUNT leaves the items out', async (t) => {
  const db = await filled(t)
  const input = {
    TableName: 'things',
    FilterExpression: 's < :s',
    ExpressionAttributeValues: { ':s': { S: '10' } },
    Select: 'COUNT',
  }
  assert.deepEqual(await db.ok('Scan', input), { Count: 10, ScannedCount: count })
})

test('what a scan asks wrongly is refused in AWS’s words', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes())
  const refusals: [object, string][] = [
    [
      { Segment: 0 },
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    ],
    [
      { TotalSegments: 2 },
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    ],
    [
      { Segment: 2, TotalSegments: 2 },
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        'Segment: 2 is not less than TotalSegments: 2',
    ],
    [
      { ExclusiveStartKey: { p: { S: 'a' } } },
      'The provided starting key is invalid: The provided key element does not match the schema',
    ],
    [
      { Select: 'ALL_PROJECTED_ATTRIBUTES' },
      'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
    ],
    [
      { Select: 'SPECIFIC_ATTRIBUTES' },
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    ],
  ]
  for (const [input, message] of refusals) {
    await db.refused('Scan', { TableName: 'things', ...input }, 'ValidationException', message)
  }
  const segments = await Promise.all(
    [0, 1].map((Segment) =>
      db.call('Scan', { TableName: 'things', TotalSegments: 2, Segment, ExclusiveStartKey: key('a', '1') }),
    ),
  )
  const outside = segments.filter(({ status }) => status === 400)
  assert.equal(outside.length, 1, 'a key is in one of two segments')
  assert.match(
    String(outside[0].body['message']),
    /Invalid ExclusiveStartKey\. Please use ExclusiveStartKey with correct Segment/,
  )
})

test('an older filter that cannot be read is named as the operation names it', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const wrong = (member: string): string =>
    `1 validation error detected: Value null at '${member}.a.member.comparisonOperator' failed to satisfy constraint: ` +
    'Member must not be null'
  const table = { TableName: 'things' }
  await db.refused('Scan', { ...table, ScanFilter: { a: {} } }, 'ValidationException', wrong('scanFilter'))
  const KeyConditions = { p: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'x' }] } }
  const query = { ...table, KeyConditions, QueryFilter: { a: {} } }
  await db.refused('Query', query, 'ValidationException', wrong('queryFilter'))
})
