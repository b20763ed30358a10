import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { CreateTableCommand, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { CreateSecretCommand, GetSecretValueCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager'
import { CreateQueueCommand, ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { key } from './sign.ts'
import { type Clients, startVerifying, type VerifyingAws } from './start-verifying.ts'

/** The simplest call of each service. */
const calls: Readonly<Record<keyof Clients, (clients: Clients) => Promise<unknown>>> = {
  sqs: ({ sqs }) => sqs.send(new ListQueuesCommand()),
  s3: ({ s3 }) => s3.send(new ListBucketsCommand()),
  dynamodb: ({ dynamodb }) => dynamodb.send(new ListTablesCommand()),
  secrets: ({ secrets }) => secrets.send(new ListSecretsCommand()),
  sts: ({ sts }) => sts.send(new GetCallerIdentityCommand()),
}
type Service = keyof typeof calls
const services = Object.keys(calls) as Service[]

interface Refused {
  readonly name: string
  readonly message: string
  readonly Code?: string
  readonly $metadata: { readonly httpStatusCode: number }
}

async function refusal(clients: Clients, service: Service): Promise<Refused> {
  const error: unknown = await calls[service](clients).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof Error, `${service} was answered`)
  return error as unknown as Refused
}

async function refusals(clients: Clients): Promise<Record<string, [status: number, name: string, message: string]>> {
  const all = services.map(async (service) => {
    const { $metadata, name, message } = await refusal(clients, service)
    return [service, [$metadata.httpStatusCode, name, message.split('\n')[0]]] as const
  })
  return Object.fromEntries(await Promise.all(all)) as never
}

test('with the right key all services work, in the account of the key', async (t) => {
  const { sqs, s3, dynamodb, secrets, sts } = (await startVerifying(t)).clients()
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  assert.match(QueueUrl!, /\/111122223333\/q$/)
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hé\r\n' }))
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
  assert.equal(Messages?.[0].Body, 'hé\r\n')

  const TableName = 'table'
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
    }),
  )
  await dynamodb.send(new PutItemCommand({ TableName, Item: { k: { S: 'é' } } }))
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { k: { S: 'é' } } }))
  assert.deepEqual(Item, { k: { S: 'é' } })

  await secrets.send(new CreateSecretCommand({ Name: 's', SecretString: 'kept' }))
  assert.equal((await secrets.send(new GetSecretValueCommand({ SecretId: 's' }))).SecretString, 'kept')
  assert.equal((await sts.send(new GetCallerIdentityCommand())).Account, '111122223333')

  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  assert.equal((await s3.send(new ListBucketsCommand())).Buckets?.length, 1)
})

test("S3 takes the SDK's bodies: whole, streamed with a checksum behind, documents, parts, and keys of all kinds", async (t) => {
  const { s3 } = (await startVerifying(t)).clients()
  const Bucket = 'bucket'
  await s3.send(new CreateBucketCommand({ Bucket }))
  const keys = ['plain', 'with space/and+plus', '../dots/./..', 'a//b', "ä日本😀!'()*~", 'per%cent%2F', 'q?a=b&c#d']
  for (const Key of keys) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, Metadata: { a: 'some  spaces  ' }, Tagging: 'a=b c' }))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    assert.equal(await Body?.transformToString(), Key)
  }
  const stream = Readable.from([Buffer.alloc(100_000, 'a'), Buffer.from('end')])
  await s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body: stream, ContentLength: 100_003 }))
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }))
  const part = { Bucket, Key: 'parts', UploadId }
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'a part' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await s3.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload }))
  const Delete = { Objects: keys.map((Key) => ({ Key })) }
  assert.equal((await s3.send(new DeleteObjectsCommand({ Bucket, Delete }))).Deleted?.length, keys.length)
})

const wrongSignature =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

test("a wrong secret is refused in each service's own words", async (t) => {
  const aws = await startVerifying(t)
  assert.deepEqual(await refusals(aws.clients({ ...key, secretAccessKey: 'a wrong secret' })), {
    sqs: [403, 'SignatureDoesNotMatch', wrongSignature],
    s3: [
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ],
    dynamodb: [400, 'InvalidSignatureException', wrongSignature],
    secrets: [400, 'InvalidSignatureException', wrongSignature],
    sts: [403, 'SignatureDoesNotMatch', wrongSignature],
  })
})

test('so is an unknown key, and so is a token where there should be none', async (t) => {
  const aws = await startVerifying(t)
  const invalid = 'The security token included in the request is invalid.'
  const others = {
    sqs: [403, 'InvalidClientTokenId', invalid],
    dynamodb: [400, 'UnrecognizedClientException', invalid],
    secrets: [400, 'UnrecognizedClientException', invalid],
    sts: [403, 'InvalidClientTokenId', invalid],
  }
  assert.deepEqual(await refusals(aws.clients({ ...key, accessKeyId: 'AKIDUNKNOWN' })), {
    ...others,
    s3: [403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  })
  assert.deepEqual(await refusals(aws.clients({ ...key, sessionToken: 'stray' })), {
    ...others,
    s3: [400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.'],
  })
})

test('temporary credentials need their token', async (t) => {
  const temporary = { ...key, sessionToken: 'token/with+signs==' }
  const aws = await startVerifying(t, { credentials: [temporary] })
  for (const call of Object.values(calls)) await call(aws.clients(temporary))
  for (const sessionToken of [undefined, 'token/with+signs=!']) {
    for (const service of services) {
      const { name } = await refusal(aws.clients({ ...key, ...(sessionToken && { sessionToken }) }), service)
      assert.match(name, /^(InvalidClientTokenId|UnrecognizedClientException|InvalidToken)$/)
    }
  }
})

test("when the server's clock has gone on, requests are late, and the SDK learns its time from the answer", async (t) => {
  const aws = await startVerifying(t)
  aws.advance(16 * 60)
  const once = await refusals(aws.clients())
  const expired = (minutes: number): RegExp =>
    new RegExp(
      `^Signature expired: \\d{8}T\\d{6}Z is now earlier than \\d{8}T\\d{6}Z \\(\\d{8}T\\d{6}Z - ${minutes} min\\.\\)$`,
    )
  const expected: Record<Service, [status: number, name: string, message: RegExp]> = {
    sqs: [403, 'SignatureDoesNotMatch', expired(15)],
    s3: [403, 'RequestTimeTooSkewed', /^The difference between the request time and the current time is too large\.$/],
    dynamodb: [400, 'InvalidSignatureException', expired(5)],
    secrets: [400, 'InvalidSignatureException', expired(5)],
    sts: [403, 'SignatureDoesNotMatch', expired(15)],
  }
  for (const service of services) {
    const [status, name, message] = expected[service]
    assert.deepEqual(once[service].slice(0, 2), [status, name])
    assert.match(once[service][2], message)
  }
  const patient = aws.clients(key, 3)
  for (const call of Object.values(calls)) await call(patient)
})

test('a request of a client whose clock is ahead is not yet current', async (t) => {
  const aws = await startVerifying(t)
  const ahead = aws.clients()
  for (const client of Object.values(ahead) as Clients[Service][]) client.config.systemClockOffset = 16 * 60_000
  const answers = await refusals(ahead)
  const early =
    /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ (5|15) min\.\)$/
  for (const service of services) {
    if (service === 's3') assert.equal(answers[service][1], 'RequestTimeTooSkewed')
    else assert.match(answers[service][2], early)
  }
})

test('up to the limit clocks may differ', async (t) => {
  const aws: VerifyingAws = await startVerifying(t)
  aws.advance(4 * 60)
  for (const call of Object.values(calls)) await call(aws.clients())
  aws.advance(10 * 60)
  for (const service of ['sqs', 's3', 'sts'] as const) await calls[service](aws.clients())
})

test("keys of different accounts see different worlds, and a bucket of another's is refused", async (t) => {
  const other = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'another secret' }
  const aws = await startVerifying(t, { credentials: [key, other] })
  const [mine, theirs] = [aws.clients(key), aws.clients(other)]
  await mine.sqs.send(new CreateQueueCommand({ QueueName: 'q' }))
  assert.equal((await theirs.sqs.send(new ListQueuesCommand())).QueueUrls, undefined)
  assert.equal((await theirs.sts.send(new GetCallerIdentityCommand())).Account, '000000000000')
  await mine.s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  await assert.rejects(theirs.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' })), {
    name: 'AccessDenied',
  })
})
