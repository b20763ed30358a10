import assert from 'node:assert/strict'
import test from 'node:test'
import {
  DescribeTableCommand,
  QueryCommand,
  type TableDescription,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb'
import { type Dynamo, dynamo, indexes, key, makeTable, put } from './dynamo.ts'

const update = (db: Dynamo, input: Partial<UpdateTableCommandInput>) =>
  db.client.send(new UpdateTableCommand({ TableName: 'things', ...input }))

async function described(db: Dynamo) {
  return (await db.client.send(new DescribeTableCommand({ TableName: 'things' }))).Table!
}

const namesOf = ({ AttributeDefinitions }: TableDescription): string[] =>
  AttributeDefinitions!.map(({ AttributeName }) => AttributeName!).sort()

test('a global index made later is filled with the items there are, and kept up from then on', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  for (let i = 0; i < 30; i++) await put(db, { ...key('a', `${i}`), g: { S: 'x' }, n: { S: `${i}` } })
  await put(db, { ...key('b', 'of another type'), g: { N: '1' } })
  await put(db, key('b', 'without'))
  const { TableDescription } = await update(db, {
    AttributeDefinitions: [{ AttributeName: 'g', AttributeType: 'S' }],
    GlobalSecondaryIndexUpdates: [
      {
        Create: {
          IndexName: 'by-g',
          KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      },
    ],
  })
  assert.equal(TableDescription!.TableStatus, 'UPDATING')
  assert.equal(TableDescription!.GlobalSecondaryIndexes![0].IndexStatus, 'CREATING')
  const table = await described(db)
  assert.equal(table.TableStatus, 'ACTIVE')
  assert.equal(table.GlobalSecondaryIndexes![0].IndexStatus, 'ACTIVE')
  assert.equal(table.GlobalSecondaryIndexes![0].ItemCount, 30)
  assert.deepEqual(namesOf(table), ['g', 'p', 's'])
  await put(db, { ...key('c', 'new'), g: { S: 'x' } })
  const query = new QueryCommand({
    TableName: 'things',
    IndexName: 'by-g',
    KeyConditionExpression: 'g = :g',
    ExpressionAttributeValues: { ':g': { S: 'x' } },
  })
  assert.equal((await db.client.send(query)).Count, 31)

  await update(db, { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-g' } }] })
  const after = await described(db)
  assert.equal(after.GlobalSecondaryIndexes, undefined)
  assert.deepEqual(namesOf(after), ['p', 's'])
  await assert.rejects(db.client.send(query), {
    name: 'ValidationException',
    message: 'The table does not have the specified index: by-g',
  })
})

test('throughput and billing mode change, and what would not change is refused', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  await update(db, {
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 20 },
  })
  db.clock.advance(1000)
  await update(db, { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 30 } })
  const table = await described(db)
  assert.equal(table.BillingModeSummary!.BillingMode, 'PROVISIONED')
  const { ReadCapacityUnits, WriteCapacityUnits, NumberOfDecreasesToday, LastDecreaseDateTime } =
    table.ProvisionedThroughput!
  assert.deepEqual([ReadCapacityUnits, WriteCapacityUnits, NumberOfDecreasesToday], [5, 30, 1])
  assert.equal(LastDecreaseDateTime!.getTime(), db.clock.now())
  await assert.rejects(update(db, { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 30 } }), {
    name: 'ValidationException',
    message: /^The provisioned throughput for the table will not change\. The requested value equals the current value/,
  })
  await update(db, { BillingMode: 'PAY_PER_REQUEST' })
  assert.equal((await described(db)).ProvisionedThroughput!.ReadCapacityUnits, 0)
})

test('what cannot be updated is refused in AWS’s words', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes())
  const refusals: [object, string, string][] = [
    [
      {},
      'ValidationException',
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or ' +
        'SSESpecification or ReplicaUpdates is required',
    ],
    [
      { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'ghost' } }] },
      'ResourceNotFoundException',
      'Requested resource not found: Index ghost for table things',
    ],
    [
      { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-r' } }] },
      'ValidationException',
      'Cannot delete an index that is not a GlobalSecondaryIndex: by-r',
    ],
    [
      {
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: 'by-g',
              KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          },
        ],
      },
      'ValidationException',
      'Attempting to create an index which already exists',
    ],
    [
      { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'abc' } }, { Delete: { IndexName: 'abd' } }] },
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    ],
    [
      { BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      'ValidationException',
      'One or more parameter values were invalid: ProvisionedThroughput must be specified for index: by-g',
    ],
  ]
  for (const [input, error, message] of refusals) {
    await db.refused('UpdateTable', { TableName: 'things', ...input }, error, message)
  }
  await db.refused(
    'UpdateTable',
    { TableName: 'none', BillingMode: 'PAY_PER_REQUEST' },
    'ResourceNotFoundException',
    'Requested resource not found: Table: none not found',
  )
})
