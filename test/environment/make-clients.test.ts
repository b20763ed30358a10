import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { startEmbeddedAws } from '../../src/embedded/index.ts'
import { makeClients, type Clients } from '../../src/environment/make-clients.ts'
import { quickSigner } from '../../src/environment/quick-signer.ts'
import { rawServer } from './raw-server.ts'

const credentials = { accessKeyId: 'TURNAROUNDKEY0000001', secretAccessKey: 'a-secret-of-this-test' }
const region = 'eu-west-1'

async function clientsOf(t: TestContext, endpoint: string, isLocal: boolean, connections = 64): Promise<Clients> {
  const clients = await makeClients({
    configuration: (service) => ({
      endpoint,
      region,
      credentials,
      ...(isLocal && { signer: quickSigner(credentials, { region, service: service.replace('_', '') }) }),
    }),
    isPathStyle: true,
    connections,
    isLocal,
  })
  t.after(() => Object.values(clients).forEach((client: { destroy(): void }) => client.destroy()))
  return clients
}

/** Clients of a server that verifies every signature. */
async function verified(t: TestContext, isLocal = true): Promise<Clients> {
  const server = await startEmbeddedAws({ credentials: [credentials] })
  t.after(() => server.stop())
  return clientsOf(t, server.endpoint, isLocal)
}

async function bucket({ s3 }: Clients, Bucket: string): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }))
  return Bucket
}

function* blocks(count: number): Generator<Buffer> {
  for (let block = 0; block < count; block += 1) yield Buffer.alloc(1_000_000, block)
}

for (const [whose, isLocal] of [
  ["the quick signer's", true],
  ["the SDK's, as for AWS", false],
] as const) {
  test(`every service takes its requests where signatures are verified: ${whose}`, async (t) => {
    const clients = await verified(t, isLocal)
    const { sqs, dynamodb, secrets, s3 } = clients
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }))
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'grüße 🎈' }))
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    assert.equal(Messages[0].Body, 'grüße 🎈')
    await dynamodb.send(
      new CreateTableCommand({
        TableName: 'jobs',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    )
    const Item = { id: { S: 'ø' }, bytes: { B: new Uint8Array([1, 2]) } }
    const condition = { ConditionExpression: 'attribute_not_exists(id)' }
    await dynamodb.send(new PutItemCommand({ TableName: 'jobs', Item, ...condition }))
    const got = await dynamodb.send(new GetItemCommand({ TableName: 'jobs', Key: { id: Item.id } }))
    assert.deepEqual([...got.Item!.bytes.B!], [1, 2])
    assert.equal(got.$metadata.httpStatusCode, 200)
    assert.match(got.$metadata.requestId!, /./)
    const refused = await dynamodb
      .send(new PutItemCommand({ TableName: 'jobs', Item, ...condition }))
      .catch((error: unknown) => error)
    assert.ok(refused instanceof ConditionalCheckFailedException)
    assert.equal(refused.$metadata.httpStatusCode, 400)
    await secrets.send(new CreateSecretCommand({ Name: 'relay', SecretString: 'x' }))
    assert.equal((await secrets.send(new GetSecretValueCommand({ SecretId: 'relay' }))).SecretString, 'x')

    const Bucket = await bucket(clients, 'objects')
    const key = { Bucket, Key: 'a b/ü+~(1)!.json' }
    await s3.send(new PutObjectCommand({ ...key, Body: 'text', Metadata: { note: 'two  spaces' } }))
    const { Body, Metadata } = await s3.send(new GetObjectCommand(key))
    assert.equal(await Body!.transformToString(), 'text')
    assert.deepEqual(Metadata, { note: 'two  spaces' })
    const missing = { Bucket, Key: 'missing' }
    await assert.rejects(s3.send(new GetObjectCommand(missing)), NoSuchKey)
    await assert.rejects(s3.send(new HeadObjectCommand(missing)), { name: 'NotFound' })
  })
}

test('large bodies stream up and down', async (t) => {
  const clients = await verified(t)
  const Bucket = await bucket(clients, 'large')
  const hash = (chunks: Iterable<Buffer>) => [...chunks].reduce((sum, chunk) => sum.update(chunk), createHash('md5'))
  const object = { Bucket, Key: 'blocks' }
  await clients.s3.send(new PutObjectCommand({ ...object, Body: Readable.from(blocks(20)), ContentLength: 20_000_000 }))
  const { Body } = await clients.s3.send(new GetObjectCommand(object))
  const chunks: Buffer[] = []
  for await (const chunk of Body as Readable) chunks.push(chunk as Buffer)
  assert.equal(hash(chunks).digest('hex'), hash(blocks(20)).digest('hex'))
})

test('a stream whose length nobody says is refused by S3, in its words', async (t) => {
  const clients = await verified(t)
  const Bucket = await bucket(clients, 'large')
  const put = new PutObjectCommand({ Bucket, Key: 'blocks', Body: Readable.from(blocks(1)) })
  await assert.rejects(clients.s3.send(put), { name: 'MissingContentLength' })
})

test('a large upload waits until it is asked for its body', async (t) => {
  const { endpoint, counted } = await rawServer(t, (incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.end())
  })
  const { s3 } = await clientsOf(t, endpoint, true)
  const Body = Readable.from(blocks(3))
  await s3.send(new PutObjectCommand({ Bucket: 'any', Key: 'key', Body, ContentLength: 3_000_000 }))
  assert.equal(counted.continues, 1)
})

test('objects put in two buckets at the same time are each in their own', async (t) => {
  const clients = await verified(t)
  const buckets = [await bucket(clients, 'first'), await bucket(clients, 'second')]
  const puts = Array.from({ length: 60 }, (_, at) =>
    clients.s3.send(new PutObjectCommand({ Bucket: buckets[at % 2], Key: `${buckets[at % 2]}-${at}`, Body: 'x' })),
  )
  await Promise.all(puts)
  for (const Bucket of buckets) {
    const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket }))
    assert.equal(Contents.length, 30)
    assert.ok(Contents.every(({ Key }) => Key!.startsWith(Bucket)))
  }
})

test('fifty long polls leave room for other calls, and end when they are aborted', async (t) => {
  const { sqs } = await verified(t)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'quiet' }))
  const other = await sqs.send(new CreateQueueCommand({ QueueName: 'busy' }))
  const leave = new AbortController()
  const polls = Array.from({ length: 50 }, () =>
    sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: leave.signal }),
  )
  const settled = Promise.allSettled(polls)
  const sends = Array.from({ length: 200 }, () =>
    sqs.send(new SendMessageCommand({ QueueUrl: other.QueueUrl, MessageBody: 'x' })),
  )
  await Promise.all(sends)
  assert.equal(await Promise.race([...polls, Promise.resolve('still polling')]), 'still polling')
  leave.abort()
  for (const poll of await settled) {
    assert.ok(poll.status === 'rejected')
    assert.equal((poll.reason as Error).name, 'AbortError')
  }
})

test('a call is made again where the connection is reset, or an answer breaks off', async (t) => {
  const { endpoint } = await rawServer(t, (incoming, outgoing, number) => {
    if (number === 1) {
      incoming.socket.destroy()
      return
    }
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': 17 })
    if (number === 2) outgoing.write('{"Queue', () => incoming.socket.destroy())
    else outgoing.end('{"QueueUrl":"ok"}')
  })
  const { sqs } = await clientsOf(t, endpoint, true)
  const { QueueUrl, $metadata } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }))
  assert.equal(QueueUrl, 'ok')
  assert.equal($metadata.attempts, 3)
})

test('AWS is told who calls; a server on this machine is not', async (t) => {
  const told: Record<string, unknown>[] = []
  const { endpoint } = await rawServer(t, (incoming, outgoing) => {
    told.push(incoming.headers)
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}')
  })
  for (const isLocal of [false, true]) {
    const { sqs } = await clientsOf(t, endpoint, isLocal)
    const { $metadata } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }))
    assert.equal($metadata.attempts, 1)
    assert.equal($metadata.totalRetryDelay, 0)
  }
  assert.match(String(told[0]['user-agent']), /aws-sdk-js/)
  assert.match(String(told[0]['amz-sdk-request']), /attempt=1/)
  assert.equal(told[1]['user-agent'], undefined)
  assert.equal(told[1]['amz-sdk-request'], undefined)
})
