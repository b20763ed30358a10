import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  CreateBucketCommand,
  type NotificationConfiguration,
  type QueueConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import { eventually } from '../eventually.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { serveBucket, serveS3 } from './serve-s3.ts'
import { startS3Process } from './start-s3-process.ts'

const Bucket = 'bucket'
const queueArn = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`
const Key = 'folder/red flower+.jpg'

interface Record {
  readonly eventVersion: string
  readonly eventName: string
  readonly awsRegion: string
  readonly eventTime: string
  readonly userIdentity: { readonly principalId: string }
  readonly responseElements: { readonly 'x-amz-request-id': string }
  readonly s3: {
    readonly configurationId: string
    readonly bucket: { readonly name: string; readonly arn: string }
    readonly object: {
      readonly key: string
      readonly size?: number
      readonly eTag?: string
      readonly versionId?: string
      readonly sequencer?: string
    }
  }
}

/** Queues as S3 sees them: what was delivered, by ARN. Those not in `names` do not exist. */
function createQueues(...names: string[]) {
  const bodies = new Map(names.map((name) => [queueArn(name), [] as string[]]))
  return {
    deliver(arn: string, body: string): boolean {
      bodies.get(arn)?.push(body)
      return bodies.has(arn)
    },
    bodies: (name: string): string[] => bodies.get(queueArn(name))!,
    events: (name: string): Record[] =>
      bodies
        .get(queueArn(name))!
        .map((body) => JSON.parse(body) as { Records?: Record[] })
        .flatMap(({ Records = [] }) => Records),
  }
}

function configure(sdk: S3Client, ...QueueConfigurations: QueueConfiguration[]): Promise<unknown> {
  return put(sdk, { QueueConfigurations })
}

function put(sdk: S3Client, NotificationConfiguration: NotificationConfiguration, skip = false): Promise<unknown> {
  return sdk.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration,
      SkipDestinationValidation: skip,
    }),
  )
}

function filter(Prefix: string, Suffix = ''): QueueConfiguration['Filter'] {
  const FilterRules = [
    { Name: 'prefix' as const, Value: Prefix },
    { Name: 'suffix' as const, Value: Suffix },
  ].filter(({ Value }) => Value !== '')
  return { Key: { FilterRules } }
}

async function serveQueues(t: TestContext, ...names: string[]) {
  const queues = createQueues(...names)
  const clock: ManualClock = createManualClock()
  return { ...(await serveBucket(t, { clock, deliver: queues.deliver })), queues, clock }
}

test('a configuration comes back, and its queue is told that it was named', async (t) => {
  const { sdk, queues } = await serveQueues(t, 'q')
  const configuration: QueueConfiguration = {
    Id: 'all',
    QueueArn: queueArn('q'),
    Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
    Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'folder/' } as never] } },
  }
  await put(sdk, { QueueConfigurations: [configuration], EventBridgeConfiguration: {} })
  const got = await sdk.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  assert.deepEqual([got.QueueConfigurations, got.EventBridgeConfiguration], [[configuration], {}])
  const [body] = queues.bodies('q')
  const { RequestId, HostId, ...told } = JSON.parse(body) as { RequestId: string; HostId: string }
  assert.ok(RequestId.length > 0 && HostId.length > 0)
  assert.deepEqual(told, { Service: 'Amazon S3', Event: 's3:TestEvent', Time: '2026-01-01T00:00:00.000Z', Bucket })
  await put(sdk, {})
  const emptied = await sdk.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  assert.deepEqual([emptied.QueueConfigurations, emptied.EventBridgeConfiguration], [undefined, undefined])
})

test('a put is told in the record that S3 sends', async (t) => {
  const { sdk, queues } = await serveQueues(t, 'q')
  await configure(sdk, { Id: 'mine', QueueArn: queueArn('q'), Events: ['s3:ObjectCreated:*'] })
  const { $metadata } = await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }))
  await eventually(async () => queues.events('q').length === 1, 'the event arrives')
  const [{ s3, responseElements, ...record }] = queues.events('q')
  assert.deepEqual(record, {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: '2026-01-01T00:00:00.000Z',
    eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: 'AWS:test' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
  })
  assert.equal(responseElements['x-amz-request-id'], $metadata.requestId)
  assert.equal(s3.configurationId, 'mine')
  assert.deepEqual([s3.bucket.name, s3.bucket.arn], [Bucket, `arn:aws:s3:::${Bucket}`])
  const { sequencer, ...object } = s3.object
  const eTag = createHash('md5').update('hello').digest('hex')
  assert.deepEqual(object, { key: 'folder/red+flower%2B.jpg', size: 5, eTag })
  assert.match(sequencer ?? '', /^[0-9A-F]{18}$/)
})

test('copies, completed uploads, deletes, delete markers and tags have their own events, in order', async (t) => {
  const { sdk, queues } = await serveQueues(t, 'q')
  const Events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*'] as const
  await configure(sdk, { QueueArn: queueArn('q'), Events: [...Events] })
  await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  await sdk.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: encodeURIComponent(`${Bucket}/${Key}`) }))
  const { UploadId } = await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }))
  const part = await sdk.send(new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'xyz' }))
  const MultipartUpload = { Parts: [{ ETag: part.ETag, PartNumber: 1 }] }
  await sdk.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload }))
  await sdk.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }))
  await sdk.send(new DeleteObjectTaggingCommand({ Bucket, Key }))
  await sdk.send(new DeleteObjectCommand({ Bucket, Key }))
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'was never there' }))
  await sdk.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'copy' }, { Key: 'absent' }] } }))
  await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const { VersionId } = await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  const marker = await sdk.send(new DeleteObjectCommand({ Bucket, Key }))
  await sdk.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))

  await eventually(async () => queues.events('q').length === 10, 'all events arrive')
  const events = queues.events('q')
  assert.deepEqual(
    events.map(({ eventName, s3: { object } }) => [eventName, decodeURIComponent(object.key).replaceAll('+', ' ')]),
    [
      ['ObjectCreated:Put', 'folder/red flower .jpg'],
      ['ObjectCreated:Copy', 'copy'],
      ['ObjectCreated:CompleteMultipartUpload', 'parts'],
      ['ObjectTagging:Put', 'folder/red flower .jpg'],
      ['ObjectTagging:Delete', 'folder/red flower .jpg'],
      ['ObjectRemoved:Delete', 'folder/red flower .jpg'],
      ['ObjectRemoved:Delete', 'copy'],
      ['ObjectCreated:Put', 'folder/red flower .jpg'],
      ['ObjectRemoved:DeleteMarkerCreated', 'folder/red flower .jpg'],
      ['ObjectRemoved:Delete', 'folder/red flower .jpg'],
    ],
  )
  const versions = events.slice(7).map(({ s3 }) => s3.object.versionId)
  assert.deepEqual(versions, [VersionId, marker.VersionId, VersionId])
  assert.equal(events[2].s3.object.size, 3)
  assert.equal(events[3].eventVersion, '2.3')
  const sequencers = events.map(({ s3 }) => s3.object.sequencer).filter((sequencer) => sequencer !== undefined)
  assert.deepEqual(sequencers, [...new Set(sequencers)].sort())
})

test('only events and keys that a configuration names go to its queue', async (t) => {
  const { sdk, queues } = await serveQueues(t, 'images', 'logs')
  await configure(
    sdk,
    { QueueArn: queueArn('images'), Events: ['s3:ObjectCreated:Put'], Filter: filter('images/', '.jpg') },
    { QueueArn: queueArn('logs'), Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:Delete'], Filter: filter('logs/') },
  )
  for (const key of ['images/a.jpg', 'images/a.png', 'a.jpg', 'logs/1', 'logs/a.jpg']) {
    await sdk.send(new PutObjectCommand({ Bucket, Key: key, Body: 'x' }))
  }
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'images/a.jpg' }))
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'logs/1' }))
  await eventually(async () => queues.events('logs').length === 3, 'the last event arrives')
  const told = (name: string): string[] => queues.events(name).map(({ s3 }) => s3.object.key)
  assert.deepEqual(told('images'), ['images/a.jpg'])
  assert.deepEqual(told('logs'), ['logs/1', 'logs/a.jpg', 'logs/1'])
})

test("a configuration that breaks a rule is refused in AWS's words, and nothing changes", async (t) => {
  const { sdk, queues } = await serveQueues(t, 'q')
  const created = (changes: Partial<QueueConfiguration> = {}): QueueConfiguration => ({
    QueueArn: queueArn('q'),
    Events: ['s3:ObjectCreated:*'],
    ...changes,
  })
  const ambiguous = /^Configuration is ambiguously defined\. Cannot have overlapping suffixes in two rules if the /
  const refused: [NotificationConfiguration, string, RegExp][] = [
    [{ QueueConfigurations: [created({ QueueArn: 'q' })] }, 'InvalidArgument', /^The ARN could not be parsed$/],
    [
      { QueueConfigurations: [created({ QueueArn: queueArn('absent') })] },
      'InvalidArgument',
      /^Unable to validate the following destination configurations$/,
    ],
    [
      { QueueConfigurations: [created({ QueueArn: 'arn:aws:sqs:eu-west-1:000000000000:q' })] },
      'InvalidArgument',
      /^The notification destination service region is not valid for the bucket location constraint$/,
    ],
    [
      { QueueConfigurations: [created({ Events: ['s3:ObjectEaten:*' as never] })] },
      'InvalidArgument',
      /^The event is not supported for notifications$/,
    ],
    [
      { QueueConfigurations: [created(), created({ Events: ['s3:ObjectCreated:Put'] })] },
      'InvalidArgument',
      /^Configurations overlap\. Configurations on the same bucket cannot share a common event type\.$/,
    ],
    [
      { QueueConfigurations: [created({ Filter: filter('a') }), created({ Filter: filter('ab') })] },
      'InvalidArgument',
      ambiguous,
    ],
    [
      { QueueConfigurations: [created({ Filter: filter('', '.jpg') }), created({ Filter: filter('', 'pg') })] },
      'InvalidArgument',
      ambiguous,
    ],
    [
      {
        QueueConfigurations: [created({ Filter: { Key: { FilterRules: [{ Name: 'middle' as never, Value: 'a' }] } } })],
      },
      'InvalidArgument',
      /^filter rule name must be either prefix or suffix$/,
    ],
    [
      { QueueConfigurations: [created({ Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: '' }] } } })] },
      'InvalidArgument',
      /^filter value cannot be empty$/,
    ],
    [
      { TopicConfigurations: [{ TopicArn: 'arn:aws:sns:us-east-1:000000000000:t', Events: ['s3:ObjectCreated:*'] }] },
      'NotImplemented',
      /SNS topics are not offered/,
    ],
  ]
  for (const [configuration, name, message] of refused) await assert.rejects(put(sdk, configuration), { name, message })
  const got = await sdk.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  assert.equal(got.QueueConfigurations, undefined)
  assert.deepEqual(queues.bodies('q'), [])
  await configure(sdk, created({ Filter: filter('a', '.jpg') }), created({ Filter: filter('a', '.png') }))
})

test('an event that cannot be delivered is tried again until it can, in order', async (t) => {
  let isDown = true
  const queues = createQueues('q')
  const clock = createManualClock()
  let attempts = 0
  const deliver = (arn: string, body: string): boolean => {
    attempts++
    if (isDown) throw new Error('the disk is full')
    return queues.deliver(arn, body)
  }
  const { sdk } = await serveBucket(t, { clock, deliver })
  const QueueConfigurations = [{ QueueArn: queueArn('q'), Events: ['s3:ObjectCreated:*' as const] }]
  await put(sdk, { QueueConfigurations }, true)
  for (const key of ['a', 'b', 'c']) await sdk.send(new PutObjectCommand({ Bucket, Key: key, Body: 'x' }))
  await eventually(async () => attempts > 0, 'a first attempt')
  isDown = false
  clock.advance(60_000)
  await eventually(async () => queues.events('q').length === 3, 'the events arrive')
  assert.deepEqual(
    queues.events('q').map(({ s3 }) => s3.object.key),
    ['a', 'b', 'c'],
  )
})

test('what was stored is told by the next server where the process was killed before it could', async (t) => {
  const dataFolder = temporaryFolder(t)
  // Its queues never answer.
  const killed = await startS3Process(t, dataFolder)
  await killed.sdk.send(new CreateBucketCommand({ Bucket }))
  const QueueConfigurations = [{ QueueArn: queueArn('q'), Events: ['s3:ObjectCreated:*' as const] }]
  await put(killed.sdk, { QueueConfigurations }, true)
  for (const key of ['a', 'b']) await killed.sdk.send(new PutObjectCommand({ Bucket, Key: key, Body: 'x' }))
  await killed.kill()

  const queues = createQueues('q')
  const served = await serveS3(t, { dataFolder, deliver: queues.deliver })
  await eventually(async () => queues.events('q').length === 2, 'the events arrive')
  const keys = queues.events('q').map(({ s3 }) => s3.object.key)
  assert.deepEqual(keys, ['a', 'b'])
  await served.stop()
  const again = createQueues('q')
  const third = await serveS3(t, { dataFolder, deliver: again.deliver })
  await third.client().send(new PutObjectCommand({ Bucket, Key: 'c', Body: 'x' }))
  await eventually(async () => again.events('q').length > 0, 'the new event arrives')
  assert.deepEqual(
    again.events('q').map(({ s3 }) => s3.object.key),
    ['c'],
  )
  assert.ok(again.events('q')[0].s3.object.sequencer! > queues.events('q')[1].s3.object.sequencer!)
})
