import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import test from 'node:test'
import { CreateTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { CreateSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager'
import { CreateQueueCommand, ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { EmbeddedAws } from '../../src/embedded/index.ts'
import { dynamoDbClient, eventually, secretsClient, sqsClient, start, temporaryFolder } from './start.ts'

function resetOverHttp({ endpoint }: EmbeddedAws, confirm?: string): Promise<Response> {
  return fetch(`${endpoint}/_turnaround/reset`, { method: 'POST', body: JSON.stringify({ confirm }) })
}

for (const [where, options] of [
  ['in memory', { inMemory: true }],
  ['in a temporary folder', {}],
] as const) {
  test(`after a reset ${where} there is nothing, on the same port, and all works`, async (t) => {
    const aws = await start(t, options)
    const { endpoint, dataFolder } = aws
    const [sqs, dynamodb, secrets] = [sqsClient(t, endpoint), dynamoDbClient(t, endpoint), secretsClient(t, endpoint)]
    const fill = async (): Promise<void> => {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))
      await secrets.send(new CreateSecretCommand({ Name: 's', SecretString: 'x' }))
      await dynamodb.send(
        new CreateTableCommand({
          TableName: 'table',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        }),
      )
      await fetch(`${endpoint}/data`, { method: 'PUT' })
      for (const body of ['body', 'body'.repeat(5000)]) {
        assert.equal((await fetch(`${endpoint}/data/${body.length}`, { method: 'PUT', body })).status, 200)
      }
    }
    for (const reset of [() => aws.reset(), async () => assert.equal((await resetOverHttp(aws)).status, 200)]) {
      await fill()
      aws.putFaults({ faults: [{ fault: 'throttle' }] })
      await reset()
      assert.equal((await sqs.send(new ListQueuesCommand())).QueueUrls, undefined)
      assert.deepEqual((await dynamodb.send(new ListTablesCommand())).TableNames, [])
      assert.deepEqual((await secrets.send(new ListSecretsCommand())).SecretList, [])
      await fetch(`${endpoint}/data`, { method: 'PUT' })
      for (const key of ['4', '20000']) assert.equal((await fetch(`${endpoint}/data/${key}`)).status, 404)
      const bodies = join(dataFolder, 'bodies')
      assert.deepEqual(existsSync(bodies) ? readdirSync(bodies) : [], [])
    }
    await fill()
  })
}

test('a kept folder is reset only where it is named', async (t) => {
  const dataFolder = temporaryFolder(t)
  const aws = await start(t, { dataFolder })
  const sqs = sqsClient(t, aws.endpoint)
  await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  for (const wrong of [undefined, 'yes', join(dataFolder, '..')]) {
    const refused = await resetOverHttp(aws, wrong)
    assert.equal(refused.status, 409)
    assert.match(await refused.text(), /which is kept; confirm with/)
  }
  assert.equal((await sqs.send(new ListQueuesCommand())).QueueUrls?.length, 1)
  assert.equal((await resetOverHttp(aws, dataFolder)).status, 200)
  assert.equal((await sqs.send(new ListQueuesCommand())).QueueUrls, undefined)
  await aws.stop()
  const next = await start(t, { dataFolder })
  assert.equal((await sqsClient(t, next.endpoint).send(new ListQueuesCommand())).QueueUrls, undefined)
})

test('requests under way are answered or cut, those that come meanwhile wait, and two resets follow each other', async (t) => {
  const aws = await start(t, { inMemory: true, faults: { faults: [{ fault: 'timeout', operation: 'ListQueues' }] } })
  const sqs = sqsClient(t, aws.endpoint)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  const polling = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
  const silent = assert.rejects(sqs.send(new ListQueuesCommand()))
  const upload = request(`${aws.endpoint}/data/a`, { method: 'PUT', headers: { 'content-length': 1000 } })
  const dribbling = new Promise((resolve) => upload.once('error', resolve).once('response', resolve))
  upload.write('begun')
  await eventually(async () => {
    const state = (await (await fetch(`${aws.endpoint}/_turnaround/state`)).json()) as {
      queues: { waiting: number }[]
      faults: { faults: { injected: number }[] }
    }
    return state.queues[0].waiting === 1 && state.faults.faults[0].injected === 1
  }, 'both wait')
  const resets = [aws.reset(), aws.reset()]
  const meanwhile = sqs.send(new CreateQueueCommand({ QueueName: 'next' }))
  await Promise.all([...resets, meanwhile, silent, dribbling])
  upload.destroy()
  assert.equal((await polling).Messages, undefined)
  aws.putFaults(undefined)
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand())
  assert.ok(!QueueUrls.includes(QueueUrl!))
})

test('after a reset the fault plan of the start begins anew', async (t) => {
  const aws = await start(t, { inMemory: true, faults: { faults: [{ fault: 'throttle', limit: 1 }] } })
  const sqs = sqsClient(t, aws.endpoint)
  for (let round = 0; round < 2; round += 1) {
    await assert.rejects(sqs.send(new ListQueuesCommand()), { name: 'RequestThrottled' })
    await sqs.send(new ListQueuesCommand())
    await aws.reset()
  }
})
