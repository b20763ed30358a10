import assert from 'node:assert/strict'
import test from 'node:test'
import { BatchWriteItemCommand, paginateQuery, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { type Dynamo, dynamo, indexes, type Item, key, makeTable, put } from './dynamo.ts'

const ofA = { KeyConditionExpression: 'p = :p', ExpressionAttributeValues: { ':p': { S: 'a' } } }

async function fill(db: Dynamo, items: object[]): Promise<void> {
  for (let at = 0; at < items.length; at += 25) {
    const RequestItems = { things: items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item: Item as never } })) }
    await db.client.send(new BatchWriteItemCommand({ RequestItems }))
  }
}

async function sorts(db: Dynamo, input: Partial<QueryCommandInput>, pageSize?: number): Promise<string[]> {
  const found: string[] = []
  const pages = paginateQuery({ client: db.client, pageSize }, { TableName: 'things', ...input })
  for await (const { Items = [] } of pages) found.push(...Items.map((item) => item['s'].S ?? item['s'].N!))
  return found
}

test('a query pages through a partition in order of its sort key, and says where it stopped', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await fill(
    db,
    ['9', '3', '0', '7', '1', '8', '2', '5', '4', '6'].map((s) => key('a', s)),
  )
  await put(db, key('b', '0'))
  const first = await db.ok('Query', { TableName: 'things', ...ofA, Limit: 6 })
  assert.deepEqual(
    (first['Items'] as Item[]).map((item) => item['s'].S),
    ['0', '1', '2', '3', '4', '5'],
  )
  assert.deepEqual([first['Count'], first['ScannedCount'], first['LastEvaluatedKey']], [6, 6, key('a', '5')])
  const second = await db.ok('Query', {
    TableName: 'things',
    ...ofA,
    Limit: 6,
    ExclusiveStartKey: first['LastEvaluatedKey'],
  })
  assert.deepEqual([second['Count'], second['LastEvaluatedKey']], [4, undefined])
  assert.deepEqual((await sorts(db, { ...ofA, ScanIndexForward: false }, 3)).join(''), '9876543210')
})

test('conditions on the sort key select what comparing the values selects, in both directions and any page size', async (t) => {
  const db = await dynamo(t)
  const values = ['', 'a', 'aa', 'ab', 'abc', 'b', 'ä', 'äa', 'z', '\u{10ffff}', '\u{10ffff}a', '￿'].slice(1)
  await makeTable(db)
  await fill(
    db,
    values.map((s) => key('a', s)),
  )
  const bytes = (text: string) => Buffer.from(text)
  const ordered = values.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)))
  const tests = {
    '=': (s: string, v: string) => s === v,
    '<': (s: string, v: string) => Buffer.compare(bytes(s), bytes(v)) < 0,
    '<=': (s: string, v: string) => Buffer.compare(bytes(s), bytes(v)) <= 0,
    '>': (s: string, v: string) => Buffer.compare(bytes(s), bytes(v)) > 0,
    '>=': (s: string, v: string) => Buffer.compare(bytes(s), bytes(v)) >= 0,
    begins_with: (s: string, v: string) => s.startsWith(v),
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(tests) as (keyof typeof tests)[])),
      fc.constantFrom(...values),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      async (operator, value, forward, pageSize) => {
        const condition = operator === 'begins_with' ? 'begins_with(s, :v)' : `s ${operator} :v`
        const found = await sorts(
          db,
          {
            KeyConditionExpression: `p = :p AND ${condition}`,
            ExpressionAttributeValues: { ':p': { S: 'a' }, ':v': { S: value } },
            ScanIndexForward: forward,
          },
          pageSize,
        )
        const expected = ordered.filter((s) => tests[operator](s, value))
        assert.deepEqual(found, forward ? expected : expected.toReversed())
      },
    ),
    { numRuns: 60 },
  )
  const between = await sorts(db, {
    KeyConditionExpression: 'p = :p AND s BETWEEN :v AND :w',
    ExpressionAttributeValues: { ':p': { S: 'a' }, ':v': { S: 'aa' }, ':w': { S: 'b' } },
  })
  assert.deepEqual(between, ['aa', 'ab', 'abc', 'b'])
})

test('number sort keys are in the order of their values', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', {
    AttributeDefinitions: [
      { AttributeName: 'p', AttributeType: 'S' },
      { AttributeName: 's', AttributeType: 'N' },
    ],
  })
  const numbers = ['-1e30', '-20', '-3', '-0.5', '0', '0.001', '1', '9', '10', '1e20']
  await fill(
    db,
    numbers.toReversed().map((N) => ({ p: { S: 'a' }, s: { N } })),
  )
  assert.deepEqual((await sorts(db, ofA, 3)).map(Number), numbers.map(Number))
})

test('a page ends with the item that brings it to 1 MB, filtered out or not', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  const d = { S: 'x'.repeat(300_000) }
  for (let i = 0; i < 6; i++) await put(db, { ...key('a', `${i}`), d })
  const page = await db.ok('Query', { TableName: 'things', ...ofA, ReturnConsumedCapacity: 'TOTAL' })
  assert.deepEqual([page['Count'], page['LastEvaluatedKey']], [4, key('a', '3')])
  assert.equal((page['ConsumedCapacity'] as { CapacityUnits: number }).CapacityUnits, 146.5)
  const none = await db.ok('Query', {
    TableName: 'things',
    ...ofA,
    FilterExpression: 'attribute_not_exists(d)',
  })
  assert.deepEqual([none['Count'], none['ScannedCount'], none['LastEvaluatedKey']], [0, 4, key('a', '3')])
})

test('a limit counts what is read, not what the filter lets through', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await fill(
    db,
    Array.from({ length: 10 }, (_, i) => ({ ...key('a', `${i}`), odd: { BOOL: i % 2 === 1 } })),
  )
  const query = {
    TableName: 'things',
    KeyConditionExpression: 'p = :p',
    FilterExpression: 'odd = :t',
    ExpressionAttributeValues: { ':p': { S: 'a' }, ':t': { BOOL: true } },
  }
  const page = await db.ok('Query', { ...query, Limit: 4, ProjectionExpression: 's' })
  assert.deepEqual(page, {
    Items: [{ s: { S: '1' } }, { s: { S: '3' } }],
    Count: 2,
    ScannedCount: 4,
    LastEvaluatedKey: key('a', '3'),
  })
  const count = await db.ok('Query', { ...query, Select: 'COUNT' })
  assert.deepEqual(count, { Count: 5, ScannedCount: 10 })
})

test('an index shows what it projects; a local one fetches the rest and says what that cost', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes('INCLUDE'))
  const item = { ...key('a', '1'), g: { S: 'x' }, r: { S: 'y' }, extra: { S: 'e' }, more: { S: 'm'.repeat(5000) } }
  await put(db, item)
  await put(db, { ...key('a', '2'), g: { S: 'x' } })
  const { more: _, ...projected } = item
  const { g: __, ...projectedByR } = projected
  const byG = {
    TableName: 'things',
    IndexName: 'by-g',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': { S: 'x' } },
  }
  const byR = { TableName: 'things', IndexName: 'by-r', ...ofA }
  assert.deepEqual(await db.ok('Query', byG), { Items: [projected], Count: 1, ScannedCount: 1 })
  assert.deepEqual((await db.ok('Query', byR))['Items'], [projectedByR])
  const whole = await db.ok('Query', { ...byR, Select: 'ALL_ATTRIBUTES', ReturnConsumedCapacity: 'INDEXES' })
  assert.deepEqual(whole['Items'], [item])
  assert.deepEqual(whole['ConsumedCapacity'], {
    TableName: 'things',
    CapacityUnits: 1.5,
    Table: { CapacityUnits: 1 },
    LocalSecondaryIndexes: { 'by-r': { CapacityUnits: 0.5 } },
  })
  assert.deepEqual((await db.ok('Query', { ...byR, ProjectionExpression: 'more' }))['Items'], [{ more: item.more }])
  await db.refused(
    'Query',
    { ...byG, ProjectionExpression: 'more' },
    'ValidationException',
    'One or more parameter values were invalid: Global secondary index by-g does not project [more]',
  )
  await db.refused(
    'Query',
    { ...byG, Select: 'ALL_ATTRIBUTES' },
    'ValidationException',
    'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary ' +
      'index by-g because its projection type is not ALL',
  )
  await db.refused(
    'Query',
    { ...byG, ConsistentRead: true },
    'ValidationException',
    'Consistent reads are not supported on global secondary indexes',
  )
})

test('what a query asks wrongly is refused in AWS’s words', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes())
  const invalid = 'The provided starting key is invalid'
  const refusals: [object, string][] = [
    [{}, 'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.'],
    [
      { ...ofA, Limit: 0 },
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: " +
        'Member must have value greater than or equal to 1',
    ],
    [{ ...ofA, IndexName: 'ghost' }, 'The table does not have the specified index: ghost'],
    [
      { KeyConditionExpression: 'p = :p', ExpressionAttributeValues: { ':p': { N: '1' } } },
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    [
      { ...ofA, FilterExpression: 's = :p' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: s',
    ],
    [{ ...ofA, ExclusiveStartKey: { p: { S: 'a' } } }, invalid],
    [
      { ...ofA, ExclusiveStartKey: key('b', '1') },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      {
        KeyConditionExpression: 'p = :p AND s > :p',
        ExpressionAttributeValues: { ':p': { S: 'a' } },
        ExclusiveStartKey: key('a', 'A'),
      },
      'The provided starting key does not match the range key predicate',
    ],
    [
      { ...ofA, Select: 'SPECIFIC_ATTRIBUTES' },
      '1 validation error detected: ' +
        'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    ],
    [
      { ...ofA, Select: 'COUNT', ProjectionExpression: 's' },
      '1 validation error detected: Cannot specify the ProjectionExpression when choosing to get only the Count',
    ],
    [
      { ...ofA, ProjectionExpression: 'p.x' },
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: p",
    ],
  ]
  for (const [input, message] of refusals) {
    await db.refused('Query', { TableName: 'things', ...input }, 'ValidationException', message)
  }
})

test('key conditions from before expressions still work', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await fill(
    db,
    ['1', '2', '3'].map((s) => ({ ...key('a', s), n: { N: s } })),
  )
  const answer = await db.ok('Query', {
    TableName: 'things',
    KeyConditions: {
      p: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] },
      s: { ComparisonOperator: 'GE', AttributeValueList: [{ S: '2' }] },
    },
    QueryFilter: { n: { ComparisonOperator: 'NE', AttributeValueList: [{ N: '3' }] } },
    AttributesToGet: ['s'],
  })
  assert.deepEqual(answer, { Items: [{ s: { S: '2' } }], Count: 1, ScannedCount: 2 })
})
