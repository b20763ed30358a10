import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { BatchWriteItemCommand, CreateTableCommand, DescribeTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { readServerFile } from '../../src/embedded/index.ts'
import { dynamoDbClient, eventually, secretsClient, sqsClient, start, temporaryFolder } from './start.ts'

async function serve(t: TestContext, dataFolder: string): Promise<{ child: ChildProcess; endpoint: string }> {
  const child = fork(join(import.meta.dirname, 'serve.ts'), [dataFolder], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  t.after(() => child.kill('SIGKILL'))
  const [endpoint] = (await once(child, 'message')) as [string]
  return { child, endpoint }
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

test('what was acknowledged before a kill -9 is found by the next server', async (t) => {
  const dataFolder = temporaryFolder(t)
  const { child, endpoint } = await serve(t, dataFolder)
  const sqs = sqsClient(t, endpoint)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }))
  const secrets = secretsClient(t, endpoint)
  const dynamodb = dynamoDbClient(t, endpoint)
  await secrets.send(new CreateSecretCommand({ Name: 'first', SecretString: 'kept' }))
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'jobs',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  const describe = new DescribeTableCommand({ TableName: 'jobs' })
  await eventually(async () => (await dynamodb.send(describe)).Table?.TableStatus === 'ACTIVE', 'the table is active')

  // Received and deleted before the kill: must not come back.
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'deleted' }))
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
  const Entries = Messages!.map(({ ReceiptHandle }) => ({ Id: 'a', ReceiptHandle }))
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))

  // Work in several connections at once, cut short by the kill; each remembers what was acknowledged.
  const sent: string[] = []
  const items: string[] = []
  const kept: string[] = []
  const untilKilled = async (step: (i: number) => Promise<void>): Promise<void> => {
    for (let i = 0; ; i += 1) {
      try {
        await step(i)
      } catch {
        assert.ok(child.killed, 'only the kill may end it')
        return
      }
    }
  }
  const working = [
    ...[0, 1].map((worker) =>
      untilKilled(async (i) => {
        const bodies = Array.from({ length: 10 }, (_, j) => `${worker}-${i}-${j}`)
        const batch = bodies.map((MessageBody, j) => ({ Id: `${j}`, MessageBody }))
        const { Successful } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: batch }))
        assert.equal(Successful?.length, 10)
        sent.push(...bodies)
      }),
    ),
    untilKilled(async (i) => {
      const ids = Array.from({ length: 5 }, (_, j) => `${i}-${j}`)
      const jobs = ids.map((id) => ({ PutRequest: { Item: { id: { S: id } } } }))
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { jobs } }))
      items.push(...ids)
    }),
    untilKilled(async (i) => {
      await secrets.send(new CreateSecretCommand({ Name: `secret-${i}`, SecretString: `${i}` }))
      kept.push(`${i}`)
    }),
  ]
  await eventually(() => sent.length >= 300 && items.length >= 30 && kept.length >= 10, 'enough was acknowledged')
  await kill(child)
  await Promise.all(working)
  assert.equal(readServerFile(dataFolder)?.pid, child.pid, 'it had no time to tidy up')

  const next = await start(t, { dataFolder })
  const again = sqsClient(t, next.endpoint)
  const found = new Set<string>()
  for (;;) {
    const page = await again.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    if (page.Messages === undefined) break
    for (const { Body } of page.Messages) {
      assert.ok(!found.has(Body!), `${Body} came twice`)
      found.add(Body!)
    }
  }
  assert.deepEqual(
    sent.filter((body) => !found.has(body)),
    [],
  )
  assert.ok(!found.has('deleted'))
  const scanned = await dynamoDbClient(t, next.endpoint).send(new ScanCommand({ TableName: 'jobs' }))
  const ids = new Set(scanned.Items!.map(({ id }) => id.S))
  assert.deepEqual(
    items.filter((id) => !ids.has(id)),
    [],
  )
  const reader = secretsClient(t, next.endpoint)
  for (const value of kept) {
    const { SecretString } = await reader.send(new GetSecretValueCommand({ SecretId: `secret-${value}` }))
    assert.equal(SecretString, value)
  }
})

test('a killed server lets go of its folder, whose old server file misleads nobody', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await serve(t, dataFolder)
  const { startEmbeddedAws } = await import('../../src/embedded/index.ts')
  await assert.rejects(startEmbeddedAws({ dataFolder }), {
    code: 'DATA_FOLDER_LOCKED',
    message: new RegExp(`pid ${first.child.pid} `),
  })
  await kill(first.child)
  const second = await start(t, { dataFolder })
  assert.partialDeepStrictEqual(readServerFile(dataFolder), { pid: process.pid, port: second.port })
})
