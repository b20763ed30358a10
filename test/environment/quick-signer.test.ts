import { CreateTableCommand, DynamoDBClient, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { startEmbeddedAws } from '../../src/embedded/index.ts'
import { quickSigner } from '../../src/environment/quick-signer.ts'

const credentials = { accessKeyId: 'TURNAROUNDKEY0000001', secretAccessKey: 'a-secret-of-this-test' }

/** Clients of a server that verifies every signature against the documented algorithm. */
async function verified(t: TestContext, signing = credentials) {
  const server = await startEmbeddedAws({ inMemory: true, credentials: [credentials] })
  t.after(() => server.stop())
  const region = 'eu-west-1'
  const of = (service: string) => ({
    endpoint: server.endpoint,
    region,
    credentials,
    signer: quickSigner(signing, { region, service }),
    maxAttempts: 1,
  })
  const clients = {
    sqs: new SQSClient(of('sqs')),
    s3: new S3Client({ ...of('s3'), forcePathStyle: true }),
    dynamodb: new DynamoDBClient(of('dynamodb')),
    secrets: new SecretsManagerClient(of('secretsmanager')),
    sts: new STSClient(of('sts')),
  }
  t.after(() => Object.values(clients).forEach((client) => client.destroy()))
  return clients
}

test('what it signs is accepted by a server that verifies, for every service', async (t) => {
  const { sqs, dynamodb, secrets, sts } = await verified(t)
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }))
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'grüße 🎈' }))
  await dynamodb.send(new ListTablesCommand({}))
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'jobs',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  await dynamodb.send(new PutItemCommand({ TableName: 'jobs', Item: { id: { S: 'ø' } } }))
  await secrets.send(new ListSecretsCommand({}))
  assert.equal((await sts.send(new GetCallerIdentityCommand({}))).Account, '000000000000')
})

test('S3: odd keys, queries, metadata, streams and empty bodies', async (t) => {
  const { s3 } = await verified(t)
  const Bucket = 'objects'
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }))
  for (const Key of ['a b/ü+~(1)!.json', '..', 'x//y', "it's*"]) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, Metadata: { note: 'two  spaces' } }))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    assert.equal(await Body!.transformToString(), Key)
  }
  await s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }))
  const stream = Readable.from([Buffer.alloc(70_000)])
  await s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body: stream, ContentLength: 70_000 }))
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a b/', Delimiter: '(', StartAfter: 'a' }))
  assert.equal(listed.KeyCount, 1)
})

test('another secret is refused', async (t) => {
  const { sqs } = await verified(t, { ...credentials, secretAccessKey: 'another' })
  await assert.rejects(sqs.send(new CreateQueueCommand({ QueueName: 'work' })), { name: /Signature/ })
})
