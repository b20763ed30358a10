import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { createDynalite } from '../../../src/embedded/dynamodb/dynalite.ts'
import { dynamoDbClient, start, temporaryFolder } from '../start.ts'

async function jobsTable(t: TestContext, endpoint: string): Promise<DynamoDBClient> {
  const client = dynamoDbClient(t, endpoint)
  await client.send(
    new CreateTableCommand({
      TableName: 'jobs',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'part', AttributeType: 'S' },
        { AttributeName: 'job_id', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'part', KeyType: 'HASH' },
        { AttributeName: 'job_id', KeyType: 'RANGE' },
      ],
    }),
  )
  await waitUntilTableExists(
    { client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.05 },
    {
      TableName: 'jobs',
    },
  )
  return client
}

const key = (jobId: string) => ({ part: { S: 'run#0' }, job_id: { S: jobId } })

test('a conditional update happens once, through the same port as everything else', async (t) => {
  const { endpoint } = await start(t)
  const client = await jobsTable(t, endpoint)
  const finish = (attempt: number): Promise<unknown> =>
    client.send(
      new UpdateItemCommand({
        TableName: 'jobs',
        Key: key('a'),
        UpdateExpression: 'SET #state = :done, attempt = :attempt',
        ConditionExpression: 'attribute_not_exists(#state) OR #state <> :done',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':done': { S: 'done' }, ':attempt': { N: String(attempt) } },
      }),
    )
  const outcomes = await Promise.allSettled([1, 2, 3].map(finish))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') assert.equal(outcome.reason.name, 'ConditionalCheckFailedException')
  }
  const { Item } = await client.send(new GetItemCommand({ TableName: 'jobs', Key: key('a'), ConsistentRead: true }))
  assert.equal(Item?.['state']?.S, 'done')
})

test('a query pages through a partition in order of its sort key', async (t) => {
  const { endpoint } = await start(t)
  const client = await jobsTable(t, endpoint)
  const ids = Array.from({ length: 25 }, (_, i) => `job-${String(i).padStart(2, '0')}`)
  await client.send(
    new BatchWriteItemCommand({
      RequestItems: { jobs: ids.toReversed().map((id) => ({ PutRequest: { Item: key(id) } })) },
    }),
  )
  const found: string[] = []
  let from: Record<string, never> | undefined
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: 'jobs',
        KeyConditionExpression: 'part = :part',
        ExpressionAttributeValues: { ':part': { S: 'run#0' } },
        Limit: 10,
        ExclusiveStartKey: from,
      }),
    )
    found.push(...page.Items!.map((item) => item['job_id'].S!))
    from = page.LastEvaluatedKey as never
  } while (from !== undefined)
  assert.deepEqual(found, ids)
})

test('items are found by the next server on the folder', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await start(t, { dataFolder })
  const client = await jobsTable(t, first.endpoint)
  await client.send(new PutItemCommand({ TableName: 'jobs', Item: key('a') }))
  await first.stop()
  const second = await start(t, { dataFolder })
  const { Item } = await dynamoDbClient(t, second.endpoint).send(
    new GetItemCommand({ TableName: 'jobs', Key: key('a') }),
  )
  assert.deepEqual(Item, key('a'))
})

test('a table whose making or deleting was cut short by a kill is finished at the next start', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await start(t, { dataFolder })
  const client = await jobsTable(t, first.endpoint)
  await client.send(new PutItemCommand({ TableName: 'jobs', Item: key('a') }))
  await first.stop()

  const setStatus = async (status: string): Promise<void> => {
    const options = { path: `${dataFolder}/dynamodb`, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 }
    const { store } = createDynalite(options)
    await store.db.open()
    for await (const [tableKey, table] of store.db.iterator({ gte: 'table~', lt: 'table~\xFF' })) {
      await store.db.put(tableKey, { ...(table as object), TableStatus: status })
    }
    await store.lifecycleManager.gracefulClose()
  }
  await setStatus('CREATING')
  const second = await start(t, { dataFolder })
  const describe = new DescribeTableCommand({ TableName: 'jobs' })
  const described = await dynamoDbClient(t, second.endpoint).send(describe)
  assert.equal(described.Table?.TableStatus, 'ACTIVE')
  await second.stop()

  await setStatus('DELETING')
  const third = await start(t, { dataFolder })
  const again = await jobsTable(t, third.endpoint)
  const { Item } = await again.send(new GetItemCommand({ TableName: 'jobs', Key: key('a') }))
  assert.equal(Item, undefined)
  await again.send(new DeleteTableCommand({ TableName: 'jobs' }))
})

test('operations that dynalite lacks are AWS’s unknown operation', async (t) => {
  const { endpoint } = await start(t)
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.TransactWriteItems' },
    body: '{}',
  })
  assert.equal(response.status, 400)
  assert.match(await response.text(), /UnknownOperationException/)
})
