import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { killMoment, startKillable } from './killable-server.ts'
import { clientConfig, eventually, sqsClient, start, temporaryFolder } from './start.ts'

const Bucket = 'bucket'

function s3Client(t: TestContext, endpoint: string): S3Client {
  const client = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true })
  t.after(() => client.destroy())
  return client
}

/** Each part is the smallest that may be followed by another; the last is short. */
const partBytes = 5 * 1024 * 1024
const bodyOf = (key: string, part: number): Buffer => Buffer.alloc(part === 1 ? partBytes : 1000, `${key}/${part} `)

test('each step of a multipart upload that was acknowledged holds after kill -9, and nothing else is left', async (t) => {
  const dataFolder = temporaryFolder(t)
  const server = await startKillable(t, dataFolder)
  const s3 = s3Client(t, server.endpoint)
  await s3.send(new CreateBucketCommand({ Bucket }))
  interface Upload {
    readonly Key: string
    readonly UploadId: string
    readonly etags: string[]
    state: 'open' | 'completing' | 'completed' | 'aborting' | 'aborted'
  }
  const uploads: Upload[] = []
  await server.killDuring(killMoment(t, 4, 24), 4, async (worker, round) => {
    const Key = `${worker}-${round}`
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const upload: Upload = { Key, UploadId: UploadId!, etags: [], state: 'open' }
    uploads.push(upload)
    const at = { Bucket, Key, UploadId }
    for (const PartNumber of [1, 2]) {
      const { ETag } = await s3.send(new UploadPartCommand({ ...at, PartNumber, Body: bodyOf(Key, PartNumber) }))
      upload.etags.push(ETag!)
    }
    if (round % 3 === 2) {
      upload.state = 'aborting'
      await s3.send(new AbortMultipartUploadCommand(at))
      upload.state = 'aborted'
    } else {
      upload.state = 'completing'
      const Parts = upload.etags.map((ETag, i) => ({ ETag, PartNumber: i + 1 }))
      await s3.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }))
      upload.state = 'completed'
    }
  })

  const aws = await start(t, { dataFolder })
  const later = s3Client(t, aws.endpoint)
  const { Uploads = [] } = await later.send(new ListMultipartUploadsCommand({ Bucket }))
  const open = new Set(Uploads.map(({ UploadId }) => UploadId!))
  const { Contents = [] } = await later.send(new ListObjectsV2Command({ Bucket }))
  const objects = new Set(Contents.map(({ Key }) => Key!))
  for (const { Key, UploadId, etags, state } of uploads) {
    const [isOpen, isObject] = [open.has(UploadId), objects.has(Key)]
    if (state === 'completing') assert.ok(isOpen !== isObject, `${Key} is an upload or an object`)
    else if (state !== 'aborting') assert.deepEqual([isOpen, isObject], [state === 'open', state === 'completed'], Key)
    if (isOpen) {
      const { Parts = [] } = await later.send(new ListPartsCommand({ Bucket, Key, UploadId }))
      // One more, stored and not answered, may be there.
      assert.deepEqual(Parts.map(({ ETag }) => ETag).slice(0, etags.length), etags)
    }
    if (isObject) {
      const { Body } = await later.send(new GetObjectCommand({ Bucket, Key }))
      const whole = Buffer.concat([bodyOf(Key, 1), bodyOf(Key, 2)])
      assert.equal(hash('md5', await Body!.transformToByteArray()), hash('md5', whole), Key)
    }
  }
  for (const UploadId of open) {
    const { Key } = Uploads.find((upload) => upload.UploadId === UploadId)!
    await later.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
  }
  await eventually(() => bodyFiles(dataFolder) <= 2 * objects.size, 'the bodies of broken uploads are gone')
})

function bodyFiles(dataFolder: string): number {
  const folder = join(dataFolder, 'bodies')
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
}

test('of each object that was acknowledged its queue is told, though the server is killed before it has', async (t) => {
  const dataFolder = temporaryFolder(t)
  const server = await startKillable(t, dataFolder)
  const [s3, sqs] = [s3Client(t, server.endpoint), sqsClient(t, server.endpoint)]
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'events' }))
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
  await s3.send(new CreateBucketCommand({ Bucket }))
  const QueueConfigurations = [{ QueueArn: Attributes!['QueueArn'], Events: ['s3:ObjectCreated:*' as const] }]
  await s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations } }),
  )
  const acknowledged: string[] = []
  await server.killDuring(killMoment(t, 20, 200), 8, async (worker, round) => {
    const Key = `${worker}-${round}`
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    acknowledged.push(Key)
  })

  const aws = await start(t, { dataFolder })
  const later = sqsClient(t, aws.endpoint)
  const told = new Set<string>()
  await eventually(async () => {
    for (const key of await receiveKeys(later, QueueUrl!)) told.add(key)
    return acknowledged.every((key) => told.has(key))
  }, 'every acknowledged object is told of')
  const { Contents = [] } = await s3Client(t, aws.endpoint).send(new ListObjectsV2Command({ Bucket }))
  const objects = new Set(Contents.map(({ Key }) => Key))
  assert.deepEqual(
    [...told].filter((key) => !objects.has(key)),
    [],
    'told of what is there alone',
  )
})

async function receiveKeys(sqs: SQSClient, QueueUrl: string): Promise<string[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
  if (Messages.length === 0) return []
  const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle }))
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  return Messages.flatMap(({ Body }) => {
    const { Records = [] } = JSON.parse(Body!) as { Records?: { s3: { object: { key: string } } }[] }
    return Records.map(({ s3 }) => s3.object.key)
  })
}
