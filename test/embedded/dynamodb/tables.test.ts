import assert from 'node:assert/strict'
import test from 'node:test'
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ListTablesCommand,
  paginateListTables,
} from '@aws-sdk/client-dynamodb'
import { clientConfig, start } from '../start.ts'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dynamo, indexes, key, makeTable, put } from './dynamo.ts'

test('a table is described with all that was asked for, counts included', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', {
    ...indexes('INCLUDE'),
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    GlobalSecondaryIndexes: indexes('INCLUDE').GlobalSecondaryIndexes!.map((index) => ({
      ...index,
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 },
    })),
    SSESpecification: { Enabled: true },
    TableClass: 'STANDARD_INFREQUENT_ACCESS',
    DeletionProtectionEnabled: true,
    Tags: [{ Key: 'team', Value: 'ops' }],
  })
  await put(db, { ...key('a', '1'), g: { S: 'x' }, r: { S: 'y' }, extra: { S: 'z' }, more: { S: 'zzz' } })
  await put(db, key('a', '2'))

  const { Table } = await db.client.send(new DescribeTableCommand({ TableName: 'things' }))
  assert.equal(Table!.TableStatus, 'ACTIVE')
  assert.equal(Table!.TableArn, 'arn:aws:dynamodb:us-east-1:000000000000:table/things')
  assert.match(Table!.TableId!, /^[0-9a-f-]{36}$/)
  assert.equal(Table!.CreationDateTime!.getTime(), db.clock.now())
  assert.deepEqual(
    { ...Table!.ProvisionedThroughput },
    { NumberOfDecreasesToday: 0, ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
  )
  assert.equal(Table!.BillingModeSummary, undefined)
  assert.deepEqual([Table!.ItemCount, Table!.TableSizeBytes], [2, 4 + 4 + 6 + 7 + 4])
  assert.equal(Table!.SSEDescription!.Status, 'ENABLED')
  assert.equal(Table!.TableClassSummary!.TableClass, 'STANDARD_INFREQUENT_ACCESS')
  assert.equal(Table!.DeletionProtectionEnabled, true)
  const [global] = Table!.GlobalSecondaryIndexes!
  assert.deepEqual(
    [global.IndexName, global.IndexStatus, global.ItemCount, global.IndexSizeBytes, global.Projection],
    ['by-g', 'ACTIVE', 1, 4 + 4 + 6, { ProjectionType: 'INCLUDE', NonKeyAttributes: ['extra'] }],
  )
  assert.equal(global.ProvisionedThroughput!.WriteCapacityUnits, 2)
  assert.equal(global.IndexArn, `${Table!.TableArn}/index/by-g`)
  const [local] = Table!.LocalSecondaryIndexes!
  assert.deepEqual([local.IndexName, local.ItemCount], ['by-r', 1])
})

test('a table is made once, and CREATING only in the answer that made it', async (t) => {
  const db = await dynamo(t)
  const create = new CreateTableCommand({
    TableName: 'things',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'p', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
  })
  const { TableDescription } = await db.client.send(create)
  assert.equal(TableDescription!.TableStatus, 'CREATING')
  assert.equal(TableDescription!.BillingModeSummary!.BillingMode, 'PAY_PER_REQUEST')
  await assert.rejects(db.client.send(create), {
    name: 'ResourceInUseException',
    message: 'Table already exists: things',
  })
  const { Table } = await db.client.send(new DescribeTableCommand({ TableName: TableDescription!.TableArn }))
  assert.equal(Table!.TableStatus, 'ACTIVE')
})

test('what is wrong with a new table is said in AWS’s words, the members’ rules first', async (t) => {
  const db = await dynamo(t)
  const table = {
    TableName: 'things',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'p', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
  }
  const refusals: [object, string][] = [
    [{ ...table, TableName: undefined }, "The parameter 'TableName' is required but was not present in the request"],
    [{ ...table, TableName: 'ab' }, 'TableName must be at least 3 characters long and at most 255 characters long'],
    [
      { ...table, TableName: 'a b c', KeySchema: [] },
      "2 validation errors detected: Value 'a b c' at 'tableName' failed to satisfy constraint: " +
        'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; ' +
        "Value '[]' at 'keySchema' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      { ...table, KeySchema: [{ AttributeName: 'p', KeyType: 'SIDE' }] },
      "1 validation error detected: Value 'SIDE' at 'keySchema.1.member.keyType' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [HASH, RANGE]',
    ],
    [
      { ...table, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      'One or more parameter values were invalid: ' +
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    ],
    [
      { ...table, BillingMode: undefined },
      'One or more parameter values were invalid: ' +
        'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    ],
    [
      { ...table, KeySchema: [{ AttributeName: 'q', KeyType: 'HASH' }] },
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. ' +
        'Keys: [q], AttributeDefinitions: [p]',
    ],
    [
      { ...table, KeySchema: [{ AttributeName: 'p', KeyType: 'RANGE' }] },
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    ],
    [
      { ...table, AttributeDefinitions: [...table.AttributeDefinitions, { AttributeName: 'q', AttributeType: 'S' }] },
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match ' +
        'number of attributes defined in AttributeDefinitions',
    ],
    [
      { ...table, LocalSecondaryIndexes: [] },
      'One or more parameter values were invalid: List of LocalSecondaryIndexes is empty',
    ],
    [
      {
        ...table,
        GlobalSecondaryIndexes: [
          { IndexName: 'by-p', KeySchema: table.KeySchema, Projection: { ProjectionType: 'INCLUDE' } },
        ],
      },
      'One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified',
    ],
    [
      { ...table, StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } },
      'One or more parameter values were invalid: ' +
        'StreamSpecification: DynamoDB Streams is not offered by the embedded DynamoDB',
    ],
  ]
  for (const [input, message] of refusals) await db.refused('CreateTable', input, 'ValidationException', message)
  await db.ok('CreateTable', { ...table, StreamSpecification: { StreamEnabled: false } })
})

test('tables are listed by name, page by page', async (t) => {
  const db = await dynamo(t)
  const names = ['ccc', 'aaa', 'eee', 'bbb', 'ddd']
  for (const name of names) await makeTable(db, name)
  const pages: string[][] = []
  for await (const { TableNames } of paginateListTables({ client: db.client, pageSize: 2 }, {})) pages.push(TableNames!)
  assert.deepEqual(pages, [['aaa', 'bbb'], ['ccc', 'ddd'], ['eee']])
  await db.refused(
    'ListTables',
    { Limit: 101 },
    'ValidationException',
    "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: " +
      'Member must have value less than or equal to 100',
  )
})

test('a deleted table is gone at once, its items with it, and its name is free', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', indexes('ALL'))
  for (let i = 0; i < 30; i++) await put(db, { ...key('a', `${i}`), g: { S: 'x' }, r: { S: 'y' } })
  const { TableDescription } = await db.client.send(new DeleteTableCommand({ TableName: 'things' }))
  assert.deepEqual([TableDescription!.TableStatus, TableDescription!.ItemCount], ['DELETING', 30])
  await db.refused(
    'DescribeTable',
    { TableName: 'things' },
    'ResourceNotFoundException',
    'Requested resource not found: Table: things not found',
  )
  await db.refused(
    'GetItem',
    { TableName: 'things', Key: key('a', '1') },
    'ResourceNotFoundException',
    'Requested resource not found',
  )
  await makeTable(db, 'things', indexes('ALL'))
  db.clock.advance(1000)
  assert.equal((await db.ok('Scan', { TableName: 'things' }))['Count'], 0)
  assert.equal((await db.ok('Scan', { TableName: 'things', IndexName: 'by-g' }))['Count'], 0)
})

test('a protected table is deleted only when it no longer is', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', { DeletionProtectionEnabled: true })
  await db.refused(
    'DeleteTable',
    { TableName: 'things' },
    'ValidationException',
    'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
  )
  await db.ok('UpdateTable', { TableName: 'things', DeletionProtectionEnabled: false })
  await db.ok('DeleteTable', { TableName: 'things' })
})

test('every account and every region has tables of its own', async (t) => {
  const { endpoint } = await start(t, { inMemory: true })
  const clients = [
    new DynamoDBClient(clientConfig(endpoint)),
    new DynamoDBClient({ ...clientConfig(endpoint), region: 'eu-west-1' }),
    new DynamoDBClient({
      ...clientConfig(endpoint),
      credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' },
    }),
  ]
  t.after(() => clients.forEach((client) => client.destroy()))
  const arns: string[] = []
  for (const [at, client] of clients.entries()) {
    assert.deepEqual((await client.send(new ListTablesCommand({}))).TableNames, [])
    await makeTable({ client })
    await put({ client }, { ...key('a', '1'), at: { N: `${at}` } })
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'things' }))
    arns.push(Table!.TableArn!)
    assert.equal(Table!.ItemCount, 1)
  }
  assert.deepEqual(arns, [
    'arn:aws:dynamodb:us-east-1:000000000000:table/things',
    'arn:aws:dynamodb:eu-west-1:000000000000:table/things',
    'arn:aws:dynamodb:us-east-1:111122223333:table/things',
  ])
})

test('tags are added, replaced, listed and taken away', async (t) => {
  const db = await dynamo(t)
  await makeTable(db, 'things', { Tags: [{ Key: 'team', Value: 'ops' }] })
  const ResourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/things'
  await db.ok('TagResource', {
    ResourceArn,
    Tags: [
      { Key: 'team', Value: 'dev' },
      { Key: 'stage', Value: '' },
    ],
  })
  assert.deepEqual(await db.ok('ListTagsOfResource', { ResourceArn }), {
    Tags: [
      { Key: 'team', Value: 'dev' },
      { Key: 'stage', Value: '' },
    ],
  })
  await db.ok('UntagResource', { ResourceArn, TagKeys: ['team', 'none'] })
  assert.deepEqual(await db.ok('ListTagsOfResource', { ResourceArn }), { Tags: [{ Key: 'stage', Value: '' }] })
  await db.refused(
    'TagResource',
    { ResourceArn, Tags: [] },
    'ValidationException',
    'Atleast one Tag needs to be provided as Input.',
  )
  await db.refused(
    'ListTagsOfResource',
    { ResourceArn: `${ResourceArn}x` },
    'ResourceNotFoundException',
    `Requested resource not found: ResourcArn: ${ResourceArn}x not found`,
  )
})

test('limits, endpoints and backups are answered to who asks first', async (t) => {
  const db = await dynamo(t)
  await makeTable(db)
  assert.equal((await db.ok('DescribeLimits', {}))['TableMaxReadCapacityUnits'], 40_000)
  assert.deepEqual(await db.ok('DescribeEndpoints', {}), {
    Endpoints: [{ Address: new URL(db.endpoint).host, CachePeriodInMinutes: 1440 }],
  })
  assert.deepEqual(await db.ok('DescribeContinuousBackups', { TableName: 'things' }), {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'DISABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  })
})
