import assert from 'node:assert/strict'
import test from 'node:test'
import {
  type AttributeValue,
  CreateTableCommand,
  type DynamoDBClient,
  ScanCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { killMoment, startKillable } from './killable-server.ts'
import { dynamoDbClient, start, temporaryFolder } from './start.ts'

const TableName = 'bank'

async function makeBank(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
}

async function itemsById(client: DynamoDBClient): Promise<Map<string, Record<string, AttributeValue>>> {
  const { Items, LastEvaluatedKey } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }))
  assert.equal(LastEvaluatedKey, undefined)
  return new Map(Items!.map((item) => [item['id'].S!, item]))
}

function add(id: string, n: number) {
  const ExpressionAttributeValues = { ':n': { N: `${n}` } }
  return { Update: { TableName, Key: { id: { S: id } }, UpdateExpression: 'ADD n :n', ExpressionAttributeValues } }
}

test('a transaction is there as a whole or not at all after kill -9, and there if it was acknowledged', async (t) => {
  const dataFolder = temporaryFolder(t)
  const server = await startKillable(t, dataFolder)
  const client = dynamoDbClient(t, server.endpoint)
  await makeBank(client)
  const accounts = 5
  const acknowledged: string[] = []
  await server.killDuring(killMoment(t, 30, 250), 8, async (worker, round) => {
    const id = `entry-${worker}-${round}`
    const [from, to] = [(worker + round) % accounts, (worker + 2 * round + 1) % accounts]
    if (from === to) return
    const Item = { id: { S: id }, from: { N: `${from}` }, to: { N: `${to}` } }
    const TransactItems = [
      add(`account-${from}`, -1),
      add(`account-${to}`, 1),
      { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(id)' } },
    ]
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: id }))
      acknowledged.push(id)
    } catch (error) {
      // Another one has the account: nothing of ours may be there.
      if (!(error instanceof TransactionCanceledException)) throw error
    }
  })

  const aws = await start(t, { dataFolder })
  const items = await itemsById(dynamoDbClient(t, aws.endpoint))
  assert.ok(acknowledged.length > 0)
  assert.deepEqual(
    acknowledged.filter((id) => !items.has(id)),
    [],
  )
  const expected = Array.from({ length: accounts }, () => 0)
  for (const [id, item] of items) {
    if (!id.startsWith('entry-')) continue
    expected[Number(item['from'].N)] -= 1
    expected[Number(item['to'].N)] += 1
  }
  const found = expected.map((_, account) => Number(items.get(`account-${account}`)?.['n'].N ?? 0))
  assert.deepEqual(found, expected, 'balances are the sum of the entries')
})

test('an acknowledged conditional write is there after kill -9, and none has taken effect twice', async (t) => {
  const dataFolder = temporaryFolder(t)
  const server = await startKillable(t, dataFolder)
  const client = dynamoDbClient(t, server.endpoint)
  await makeBank(client)
  const versions = new Map<string, number>()
  const raise = (endpointClient: DynamoDBClient, id: string, version: number) =>
    endpointClient.send(
      new UpdateItemCommand({
        TableName,
        Key: { id: { S: id } },
        UpdateExpression: 'SET version = :next ADD writes :one',
        ConditionExpression: version === 0 ? 'attribute_not_exists(id)' : 'version = :version',
        ExpressionAttributeValues: {
          ':next': { N: `${version + 1}` },
          ':one': { N: '1' },
          ...(version > 0 && { ':version': { N: `${version}` } }),
        },
      }),
    )
  await server.killDuring(killMoment(t, 30, 400), 8, async (worker, round) => {
    const id = `item-${worker}-${round % 3}`
    const version = versions.get(id) ?? 0
    await raise(client, id, version)
    versions.set(id, version + 1)
  })

  const aws = await start(t, { dataFolder })
  const later = dynamoDbClient(t, aws.endpoint)
  const items = await itemsById(later)
  for (const [id, version] of versions) {
    const found = Number(items.get(id)?.['version'].N)
    // One more, that was committed and not answered, may be there.
    assert.ok(found === version || found === version + 1, `${id}: ${found}, acknowledged ${version}`)
    assert.equal(items.get(id)?.['writes'].N, `${found}`)
    await raise(later, id, found)
    await assert.rejects(raise(later, id, found), { name: 'ConditionalCheckFailedException' })
  }
})
