import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { dayMs, dueAt } from '../../../src/embedded/s3/lifecycle/expiry.ts'
import { pages } from '../../../src/embedded/s3/lifecycle/pages.ts'
import { createManualClock } from '../manual-clock.ts'
import { eventually } from '../eventually.ts'
import { serveBucket, serveS3 } from './serve-s3.ts'

async function serveRules(t: TestContext, ...rules: Partial<LifecycleRule>[]) {
  const told: string[] = []
  const deliver = (_: string, body: string): boolean => told.push(body) > 0
  const clock = createManualClock(Date.UTC(2026, 0, 1, 12))
  const served = await serveBucket(t, { clock, deliver })
  const Rules = rules.map((rule, index): LifecycleRule => ({ ID: `rule ${index}`, Status: 'Enabled', ...rule }))
  const { sdk, Bucket } = served
  await sdk.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))

  async function keys(): Promise<string[]> {
    const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket }))
    return Contents.map(({ Key }) => Key!)
  }
  async function put(...all: string[]): Promise<void> {
    for (const Key of all) await sdk.send(new PutObjectCommand({ Bucket, Key, Body: Key, Tagging: `key=${Key}` }))
  }
  return { ...served, clock, told, keys, put }
}

test('what is due falls on a midnight, on the day or the next one', () => {
  const time = fc.integer({ min: 0, max: 4e12 })
  fc.assert(
    fc.property(time, fc.integer({ min: 1, max: 3650 }), (since, days) => {
      const due = dueAt(since, days)
      assert.equal(due % dayMs, 0)
      assert.ok(due >= since + days * dayMs && due < since + (days + 1) * dayMs)
    }),
    { seed: 7 },
  )
})

test('objects expire at midnight after their days, by prefix, tag and size, and with their bodies', async (t) => {
  const { clock, keys, put, bodies } = await serveRules(
    t,
    { Filter: { Prefix: 'logs/' }, Expiration: { Days: 1 } },
    { Filter: { Tag: { Key: 'key', Value: 'tagged' } }, Expiration: { Days: 2 } },
    { Filter: { ObjectSizeGreaterThan: 10 }, Expiration: { Days: 3 } },
    { Filter: { Prefix: 'kept' }, Status: 'Disabled', Expiration: { Days: 1 } },
  )
  await put('kept', 'logs/1', 'logs/2', 'logs', 'tagged', 'a very large object')
  clock.advance(36 * 3_600_000 - 1)
  assert.equal((await keys()).length, 6)
  clock.advance(1)
  assert.deepEqual(await keys(), ['a very large object', 'kept', 'logs', 'tagged'])
  clock.advance(dayMs)
  assert.deepEqual(await keys(), ['a very large object', 'kept', 'logs'])
  clock.advance(dayMs)
  assert.deepEqual(await keys(), ['kept', 'logs'])
  await eventually(async () => (await bodies()).length === 2, 'the bodies are gone')
})

test('pages have every row once, in order, and all rows of a key together', () => {
  const letter = fc.constantFrom('a', 'b', 'c')
  const keys = fc.array(fc.string({ unit: letter, maxLength: 3 }), { maxLength: 40 })
  fc.assert(
    fc.property(
      keys,
      fc.string({ unit: letter, maxLength: 1 }),
      fc.integer({ min: 1, max: 10 }),
      (all, prefix, size) => {
        const rows = all.sort().map((key, number) => ({ key, number }))
        const read = (from: string, below?: string) =>
          rows.filter(({ key }) => key >= from && (below === undefined || key < below))
        const found = [...pages(read, prefix, size)]
        assert.deepEqual(
          found.flat(),
          rows.filter(({ key }) => key.startsWith(prefix)),
        )
        const last = found.map((page) => page[page.length - 1].key)
        assert.deepEqual(last, [...new Set(last)])
        for (const page of found.slice(0, -1)) assert.ok(page.length >= size)
      },
    ),
    { seed: 7 },
  )
})

test('an answer says when the object will expire, and by which rule', async (t) => {
  const { sdk, Bucket, put } = await serveRules(t, { Filter: { Prefix: '' }, Expiration: { Days: 10 } })
  await put('k')
  const expected = 'expiry-date="Mon, 12 Jan 2026 00:00:00 GMT", rule-id="rule%200"'
  assert.equal((await sdk.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).Expiration, expected)
  assert.equal((await sdk.send(new GetObjectCommand({ Bucket, Key: 'k' }))).Expiration, expected)
  const stored = await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  assert.equal(stored.Expiration, expected)
})

test('an expiry so far off that no date can say it is not told', async (t) => {
  const { sdk, Bucket, put } = await serveRules(t, { Filter: { Prefix: '' }, Expiration: { Days: 2 ** 31 - 1 } })
  await put('k')
  const { $metadata, Expiration } = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  assert.deepEqual([$metadata.httpStatusCode, Expiration], [200, undefined])
})

test('in a versioned bucket expiry leaves a delete marker; old versions and then the marker go by their own days', async (t) => {
  const { sdk, Bucket, clock, put } = await serveRules(t, {
    Filter: { Prefix: '' },
    Expiration: { Days: 2 },
    NoncurrentVersionExpiration: { NoncurrentDays: 5, NewerNoncurrentVersions: 1 },
  })
  await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  await put('k', 'k', 'k')
  const list = async (): Promise<[number, number]> => {
    const { Versions = [], DeleteMarkers = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket }))
    return [Versions.length, DeleteMarkers.length]
  }
  clock.advance(3 * dayMs)
  assert.deepEqual(await list(), [3, 1])
  clock.advance(20 * dayMs)
  // The newest of the old ones is kept as the rule says.
  assert.deepEqual(await list(), [1, 1])
})

test('a delete marker with nothing beneath it goes', async (t) => {
  const { sdk, Bucket, clock, put } = await serveRules(t, {
    Filter: { Prefix: '' },
    Expiration: { Days: 1 },
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
  })
  await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  await put('a', 'b')
  clock.advance(10 * dayMs)
  const { Versions, DeleteMarkers } = await sdk.send(new ListObjectVersionsCommand({ Bucket }))
  assert.deepEqual([Versions, DeleteMarkers], [undefined, undefined])
})

test('uploads that nobody completes are aborted', async (t) => {
  const { sdk, Bucket, clock } = await serveRules(t, {
    Filter: { Prefix: 'big/' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
  })
  for (const Key of ['big/1', 'small/1']) await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  clock.advance(4 * dayMs)
  const { Uploads = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket }))
  assert.deepEqual(
    Uploads.map(({ Key }) => Key),
    ['small/1'],
  )
})

test('an expiration is told as such', async (t) => {
  const { sdk, Bucket, clock, told, put } = await serveRules(t, { Filter: { Prefix: '' }, Expiration: { Days: 1 } })
  const QueueArn = 'arn:aws:sqs:us-east-1:000000000000:q'
  const NotificationConfiguration = {
    QueueConfigurations: [{ QueueArn, Events: ['s3:LifecycleExpiration:*' as const] }],
  }
  await sdk.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration,
      SkipDestinationValidation: true,
    }),
  )
  await put('k')
  clock.advance(3 * dayMs)
  await eventually(async () => told.length === 1, 'the event arrives')
  assert.match(told[0], /"eventName":"LifecycleExpiration:Delete","userIdentity":\{"principalId":"s3.amazonaws.com"\}/)
})

test('what keeps rules from being carried out is reported', async (t) => {
  const { stop, bodiesFolder } = await serveRules(t, { Filter: {}, Expiration: { Days: 1 } })
  await stop()
  const dataFolder = dirname(bodiesFolder)
  const database = new DatabaseSync(join(dataFolder, 'turnaround.sqlite'))
  database.exec("update s3_bucket_settings set document = '{' where setting = 'lifecycle'")
  database.close()
  const clock = createManualClock()
  const { faults } = await serveS3(t, { dataFolder, clock })
  clock.advance(0)
  assert.equal(faults.length, 1)
  assert.match(String(faults[0]), /^SyntaxError: /)
})
