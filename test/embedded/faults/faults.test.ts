import assert from 'node:assert/strict'
import { request } from 'node:http'
import test, { type TestContext } from 'node:test'
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
  type SQSClient,
  type SQSServiceException,
} from '@aws-sdk/client-sqs'
import type { EmbeddedAws, EmbeddedOptions, Fault } from '../../../src/embedded/index.ts'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import { dynamoDbClient, eventually, secretsClient, sqsClient, start } from '../start.ts'

interface Setting {
  readonly aws: EmbeddedAws
  readonly sqs: SQSClient
  readonly clock: ManualClock
  readonly QueueUrl: string
}

/** A server with a queue, which then has the fault. */
async function withFault(t: TestContext, fault: Fault, options: EmbeddedOptions = {}): Promise<Setting> {
  const clock = createManualClock()
  const aws = await start(t, { inMemory: true, clock, ...options })
  const sqs = sqsClient(t, aws.endpoint)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }))
  aws.putFaults({ faults: [fault] })
  return { aws, sqs, clock, QueueUrl: QueueUrl! }
}

async function depth({ sqs, aws, QueueUrl }: Setting): Promise<number> {
  aws.putFaults(undefined)
  const AttributeNames = ['ApproximateNumberOfMessages' as const]
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))
  return Number(Attributes?.ApproximateNumberOfMessages)
}

function sendTo({ sqs, QueueUrl }: Setting): Promise<unknown> {
  return sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))
}

interface Counted {
  readonly plan: { readonly faults: readonly { readonly matched: number; readonly injected: number }[] }
}

async function counted({ aws: { endpoint } }: Setting): Promise<Counted['plan']['faults'][0]> {
  const { plan } = (await (await fetch(`${endpoint}/_turnaround/faults`)).json()) as Counted
  return plan.faults[0]
}

test('a throttle and an error are the service’s own, and nothing happens', async (t) => {
  const throttled = await withFault(t, { fault: 'throttle' })
  await assert.rejects(sendTo(throttled), { name: 'RequestThrottled', message: 'Rate exceeded' })
  assert.equal(await depth(throttled), 0)
  const broken = await withFault(t, { fault: 'error', status: 503 })
  await assert.rejects(sendTo(broken), (error) => {
    const { $fault, $metadata } = error as SQSServiceException
    return $fault === 'server' && $metadata.httpStatusCode === 503
  })
  assert.equal(await depth(broken), 0)
})

test('an SDK client that retries gets over a throttle that ends', async (t) => {
  const { aws, QueueUrl } = await withFault(t, { fault: 'throttle', limit: 1 })
  const { SQSClient: Client } = await import('@aws-sdk/client-sqs')
  const patient = new Client({ ...aws.clientConfig(), maxAttempts: 4 })
  t.after(() => patient.destroy())
  const { $metadata } = await patient.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))
  assert.equal($metadata.attempts, 2)
})

test('a late call waits on the clock, then works', async (t) => {
  const setting = await withFault(t, { fault: 'latency', delay_ms: 60_000, jitter_ms: 10_000 })
  let answered = false
  const sending = sendTo(setting).then(() => (answered = true))
  await eventually(async () => (await counted(setting)).injected === 1, 'the call waits')
  setting.clock.advance(59_999)
  assert.equal((await fetch(`${setting.aws.endpoint}/_turnaround/health`)).status, 200)
  assert.ok(!answered)
  setting.clock.advance(10_001)
  await sending
  assert.equal(await depth(setting), 1)
})

test('a call that times out does nothing and is closed after 15 minutes', async (t) => {
  const setting = await withFault(t, { fault: 'timeout' })
  const sending = assert.rejects(sendTo(setting), { code: 'ECONNRESET' })
  await eventually(async () => (await counted(setting)).injected === 1, 'the call waits')
  setting.clock.advance(15 * 60_000)
  await sending
  assert.equal(await depth(setting), 0)
})

test('a reset connection is one, before anything happened', async (t) => {
  const setting = await withFault(t, { fault: 'reset-connection' })
  await assert.rejects(sendTo(setting), { code: 'ECONNRESET' })
  assert.equal(await depth(setting), 0)
})

test('where the response is lost, what was asked has happened', async (t) => {
  const setting = await withFault(t, { fault: 'lost-response' })
  await assert.rejects(sendTo(setting), { code: 'ECONNRESET' })
  assert.equal(await depth(setting), 1)
})

test('a duplicate happens twice and is answered once', async (t) => {
  const setting = await withFault(t, { fault: 'duplicate', service: 'sqs', operation: 'SendMessage' })
  await sendTo(setting)
  assert.equal(await depth(setting), 2)
})

test('a slow body comes at its pace, however large', async (t) => {
  const setting = await withFault(t, { fault: 'slow-body', operation: 'ReceiveMessage', bytes_per_second: 1000 })
  const { sqs, clock, QueueUrl } = setting
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(9000) }))
  let answered = false
  const receiving = sqs.send(new ReceiveMessageCommand({ QueueUrl })).finally(() => (answered = true))
  await eventually(async () => (await counted(setting)).injected === 1, 'the answer begins')
  for (let ms = 0; ms < 9000; ms += 100) {
    clock.advance(100)
    await new Promise(setImmediate)
  }
  assert.ok(!answered, 'more than 9,000 bytes have not come in 9 s')
  const pushing = setInterval(() => clock.advance(100), 1)
  t.after(() => clearInterval(pushing))
  const { Messages } = await receiving
  assert.equal(Messages?.[0].Body?.length, 9000)
})

test('S3 answers slowly, loses its answers, and cuts connections too', async (t) => {
  const { aws, clock } = await withFault(t, { fault: 'error', share: 0 })
  const url = `${aws.endpoint}/data/a.bin`
  const body = Buffer.alloc(300_000, 7)
  await fetch(`${aws.endpoint}/data`, { method: 'PUT' })
  aws.putFaults({ faults: [{ fault: 'lost-response', service: 's3', operation: 'PutObject', resource: 'data/*' }] })
  await assert.rejects(fetch(url, { method: 'PUT', body }))
  aws.putFaults({ faults: [{ fault: 'lost-response', service: 's3', limit: 1 }] })
  await assert.rejects(fetch(url))
  aws.putFaults({ faults: [{ fault: 'slow-body', service: 's3', bytes_per_second: 1_000_000 }] })
  const pushing = setInterval(() => clock.advance(100), 1)
  t.after(() => clearInterval(pushing))
  assert.ok(body.equals(await (await fetch(url)).bytes()), 'the lost PutObject has happened, and comes whole')
  aws.putFaults({ faults: [{ fault: 'error', service: 's3', operation: 'GetObject', status: 500 }] })
  assert.match(await (await fetch(url)).text(), /<Code>InternalError<\/Code>/)
})

test('a fault of one table befalls batches and transactions that name it first, by whatever name', async (t) => {
  const { aws } = await withFault(t, { fault: 'throttle', resource: 'orders' })
  const dynamodb = dynamoDbClient(t, aws.endpoint)
  const key = { id: { S: '1' } }
  const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders'
  const calls = (table: string): Promise<unknown>[] => [
    dynamodb.send(new GetItemCommand({ TableName: table, Key: key })),
    dynamodb.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [key] } } })),
    dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: [{ PutRequest: { Item: key } }] } })),
    dynamodb.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: table, Key: key } }] })),
    dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: table, Item: key } }] })),
  ]
  for (const table of ['orders', arn]) {
    for (const call of calls(table)) await assert.rejects(call, { name: 'ProvisionedThroughputExceededException' })
  }
  for (const call of calls('others')) await assert.rejects(call, { name: 'ResourceNotFoundException' })
})

test('a fault of one queue befalls its move tasks, one of a secret calls by its ARN', async (t) => {
  const { aws, sqs } = await withFault(t, { fault: 'throttle', resource: 'orders' })
  const startMove = (queue: string): Promise<unknown> =>
    sqs.send(new StartMessageMoveTaskCommand({ SourceArn: `arn:aws:sqs:us-east-1:000000000000:${queue}` }))
  await assert.rejects(startMove('orders'), { name: 'RequestThrottled' })
  await assert.rejects(startMove('others'), { name: 'ResourceNotFoundException' })

  const secrets = secretsClient(t, aws.endpoint)
  const get = (secret: string): Promise<unknown> => secrets.send(new GetSecretValueCommand({ SecretId: secret }))
  await assert.rejects(get('arn:aws:secretsmanager:us-east-1:000000000000:secret:orders-AbCdEf'), {
    name: 'ThrottlingException',
  })
  await assert.rejects(get('others'), { name: 'ResourceNotFoundException' })
})

test('a client that leaves a slow body or a silent call is let go', async (t) => {
  for (const fault of [{ fault: 'slow-body', bytes_per_second: 1 }, { fault: 'timeout' }] as const) {
    const setting = await withFault(t, fault)
    const { aws, QueueUrl } = setting
    const leaving = request(aws.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' },
    }).end(JSON.stringify({ QueueNamePrefix: QueueUrl.slice(-6) }))
    leaving.on('error', () => {})
    const closed = new Promise((resolve) => leaving.once('close', resolve))
    await eventually(async () => (await counted(setting)).injected === 1, 'the call is held')
    leaving.destroy()
    await closed
    await aws.reset()
    assert.equal(await (await fetch(`${aws.endpoint}/_turnaround/faults`)).text(), '{"plan":null}\n')
  }
})

test('a stop ends every wait at once', async (t) => {
  const late = await withFault(t, { fault: 'latency', delay_ms: 900_000 })
  const silent = await withFault(t, { fault: 'timeout' })
  const calls = [sendTo(late), assert.rejects(sendTo(silent))]
  for (const setting of [late, silent]) {
    await eventually(async () => (await counted(setting)).injected === 1, 'the call is held')
  }
  await Promise.all([late.aws.stop(), silent.aws.stop()])
  await Promise.all(calls)
})

test('a plan is put, seen with its counters, and taken away over HTTP', async (t) => {
  const aws = await start(t, { inMemory: true })
  const url = `${aws.endpoint}/_turnaround/faults`
  const put = (body: unknown): Promise<Response> => fetch(url, { method: 'PUT', body: JSON.stringify(body) })
  const fault = { fault: 'throttle', service: 'sqs', operation: 'ListQueues', share: 1 }
  const answer = await put({ seed: 3, faults: [fault] })
  assert.equal(answer.status, 200)
  const { plan } = (await answer.json()) as { plan: { elapsed_seconds: number } }
  assert.partialDeepStrictEqual(plan, { seed: 3, faults: [{ ...fault, matched: 0, injected: 0 }] })
  assert.equal((await put({ faults: [] })).status, 200)
  assert.deepEqual(await (await fetch(url, { method: 'DELETE' })).json(), { plan: null })

  const refused = await put({ faults: [{ fault: 'latency' }, { fault: 'duplicate', service: 's3' }] })
  assert.equal(refused.status, 400)
  const { error, faults } = (await refused.json()) as { error: string; faults: { path: string }[] }
  assert.match(error, /^The fault plan cannot be meant:\n {2}faults\[0\]\.delay_ms: is missing/)
  assert.deepEqual(
    faults.map(({ path }) => path),
    ['faults[0].delay_ms', 'faults[1].service'],
  )
  assert.equal((await fetch(url, { method: 'PUT', body: '{' })).status, 400)
  assert.equal((await fetch(url, { method: 'PUT' })).status, 400)
  assert.deepEqual(await (await fetch(url)).json(), { plan: null }, 'a refused plan changes nothing')
})

test('a plan given at the start holds from the first call, and one that cannot be meant keeps the server from starting', async (t) => {
  const aws = await start(t, { inMemory: true, faults: { faults: [{ fault: 'throttle' }] } })
  await assert.rejects(sqsClient(t, aws.endpoint).send(new CreateQueueCommand({ QueueName: 'a' })), {
    name: 'RequestThrottled',
  })
  const { startEmbeddedAws } = await import('../../../src/embedded/index.ts')
  await assert.rejects(startEmbeddedAws({ faults: { faults: [{ fault: 'latency' }] } }), { name: 'FaultPlanError' })
})
