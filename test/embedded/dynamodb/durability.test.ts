import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import test, { type TestContext } from 'node:test'
import {
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { dynamoDbClient, start, temporaryFolder } from '../start.ts'
import { dynamo, indexes, key, makeTable, put } from './dynamo.ts'

const serve = fileURLToPath(new URL('../serve.ts', import.meta.url))

async function serverProcess(t: TestContext, dataFolder: string) {
  const child = fork(serve, [dataFolder], { execArgv: ['--disable-warning=ExperimentalWarning'] })
  t.after(() => child.kill('SIGKILL'))
  const [endpoint] = (await once(child, 'message', { signal: AbortSignal.timeout(20_000) })) as [string]
  return { child, endpoint }
}

test('what was answered is there after kill -9: tables, items, index entries, counts, tokens', async (t) => {
  const dataFolder = temporaryFolder(t)
  const { child, endpoint } = await serverProcess(t, dataFolder)
  const client = dynamoDbClient(t, endpoint)
  await makeTable({ client }, 'things', indexes('ALL'))
  let answered = 0
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; answered < 200; i++) {
      const Item = { ...key(`w${writer}`, `${i}`), g: { S: 'g' }, r: { S: 'r' } }
      await client.send(new PutItemCommand({ TableName: 'things', Item }))
      answered += 1
    }
  })
  await Promise.all(writers)
  const transaction = new TransactWriteItemsCommand({
    TransactItems: [
      {
        Update: {
          TableName: 'things',
          Key: key('sum', '1'),
          UpdateExpression: 'ADD n :n',
          ExpressionAttributeValues: { ':n': { N: '1' } },
        },
      },
    ],
    ClientRequestToken: 'once',
  })
  await client.send(transaction)
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited

  const next = await start(t, { dataFolder })
  const later = dynamoDbClient(t, next.endpoint)
  await later.send(transaction)
  const { Item } = await later.send(new GetItemCommand({ TableName: 'things', Key: key('sum', '1') }))
  assert.equal(Item!['n'].N, '1', 'the repeated transaction was known')
  const { Table } = await later.send(new DescribeTableCommand({ TableName: 'things' }))
  assert.equal(Table!.ItemCount, answered + 1)
  assert.equal(Table!.GlobalSecondaryIndexes![0].ItemCount, answered)
})

test('what a dropped table held is removed later, by the next server if need be', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await dynamo(t, { dataFolder })
  await makeTable(first, 'things', indexes('ALL'))
  await put(first, { ...key('a', '1'), g: { S: 'g' }, r: { S: 'r' } })
  await makeTable(first, 'kept')
  await first.client.send(new PutItemCommand({ TableName: 'kept', Item: key('a', '1') }))
  await first.ok('DeleteTable', { TableName: 'things' })
  await first.stop()
  assert.deepEqual(rowsOf(dataFolder), [2, 2])

  const second = await dynamo(t, { dataFolder })
  second.clock.advance(1000)
  assert.equal((await second.ok('Scan', { TableName: 'kept' }))['Count'], 1)
  await second.stop()
  assert.deepEqual(rowsOf(dataFolder), [1, 0])
})

/** Items and index entries in a stopped server's database. */
function rowsOf(dataFolder: string): unknown[] {
  const database = new DatabaseSync(join(dataFolder, 'turnaround.sqlite'), { readOnly: true })
  try {
    return ['dynamodb_items', 'dynamodb_entries'].map(
      (table) => database.prepare(`select count(*) as count from ${table}`).get()!['count'],
    )
  } finally {
    database.close()
  }
}
