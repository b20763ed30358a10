import assert from 'node:assert/strict'
import { GetObjectCommand, HeadObjectCommand, ListObjectsCommand } from '@aws-sdk/client-s3'
import type { BehaviourTest } from '../behaviour.ts'
import { exchange } from '../exchange.ts'
import { refused } from '../refused.ts'
import { createBucket } from './bucket.ts'

const HOUR_MS = 3_600_000

/** What is read, in part or on conditions, and what is not there. */
export const reading: readonly BehaviourTest[] = [
  {
    id: 's3-010',
    async run(aws) {
      const { name: Bucket } = await createBucket(aws)
      const { status, text } = await exchange(aws.clients.s3, new HeadObjectCommand({ Bucket, Key: 'missing' }))
      assert.deepEqual({ status, text }, { status: 404, text: '' })
      const call = aws.clients.s3.send(new HeadObjectCommand({ Bucket, Key: 'missing' }))
      await refused(call, { code: 'NotFound', status: 404 })
    },
  },
  {
    id: 's3-011',
    async run(aws) {
      const bucket = await createBucket(aws)
      await refused(bucket.get('missing'), { code: 'NoSuchKey', status: 404 })
      await refused(bucket.get('missing', { Range: 'bytes=0-1024' }), { code: 'NoSuchKey', status: 404 })
    },
  },
  {
    id: 's3-012',
    async run(aws) {
      const Bucket = aws.name()
      const gone = { code: 'NoSuchBucket', status: 404, message: 'The specified bucket does not exist' }
      const error = await refused(aws.clients.s3.send(new ListObjectsCommand({ Bucket })), gone)
      assert.equal(error.BucketName, Bucket)
      await refused(aws.clients.s3.send(new GetObjectCommand({ Bucket, Key: 'k' })), gone)
    },
  },
  {
    id: 's3-015',
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', '0123456789')
      const clipped = { 'bytes=0-100': 'bytes 0-9/10', 'bytes=-15': 'bytes 0-9/10', 'bytes=-2': 'bytes 8-9/10' }
      for (const [Range, expected] of Object.entries(clipped)) {
        const { ContentRange, $metadata, Body } = await bucket.get('k', { Range })
        await Body!.transformToString()
        assert.deepEqual([$metadata.httpStatusCode, ContentRange], [206, expected], Range)
      }
      const past = await refused(bucket.get('k', { Range: 'bytes=100-200' }), { code: 'InvalidRange', status: 416 })
      assert.equal(past.ActualObjectSize, '10')
      assert.equal(past.RangeRequested, 'bytes=100-200')
      await refused(bucket.get('k', { Range: 'bytes=-0' }), { code: 'InvalidRange', status: 416 })
    },
  },
  {
    id: 's3-016',
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', '0123456789')
      for (const Range of ['bytes=1-0', 'bytes=-1-', 'bytes=0-1,3-4,7-9', '0-1', 'bytes=-']) {
        const { ContentRange, $metadata, Body } = await bucket.get('k', { Range })
        assert.equal(await Body!.transformToString(), '0123456789', Range)
        assert.deepEqual([$metadata.httpStatusCode, ContentRange], [200, undefined], Range)
      }
    },
  },
  {
    id: 's3-022',
    async run(aws) {
      const bucket = await createBucket(aws)
      const { ETag } = await bucket.put('k', 'a')
      const lastModified = (await bucket.head('k')).LastModified!.getTime()
      const earlier = new Date(lastModified - HOUR_MS)
      const all = {
        IfMatch: '"other"',
        IfUnmodifiedSince: earlier,
        IfNoneMatch: ETag,
        IfModifiedSince: new Date(aws.now()),
      }

      const failed = { code: 'PreconditionFailed', status: 412 }
      assert.equal((await refused(bucket.get('k', all), failed)).Condition, 'If-Match')
      const { IfMatch: _, ...three } = all
      assert.equal((await refused(bucket.get('k', three), failed)).Condition, 'If-Unmodified-Since')
      assert.equal(await statusOf(bucket.head('k', all)), 412)

      assert.equal(await statusOf(bucket.get('k', { IfNoneMatch: ETag })), 304)
      assert.equal(await statusOf(bucket.head('k', { IfNoneMatch: ETag })), 304)
      assert.equal(await statusOf(bucket.get('k', { IfNoneMatch: ETag!.replaceAll('"', '') })), 304)
      await aws.eventually(async () => {
        assert.equal(await statusOf(bucket.get('k', { IfModifiedSince: new Date(lastModified) })), 304)
      })
      assert.equal(await bucket.text('k', { IfModifiedSince: new Date(aws.now() + 48 * HOUR_MS) }), 'a')
      assert.equal(await bucket.text('k', { IfMatch: ETag!.replaceAll('"', '') }), 'a')
    },
  },
  {
    id: 's3-023',
    async run(aws) {
      const bucket = await createBucket(aws)
      for (const key of ['/foo', 'bar', '/bar/foo/']) await bucket.put(key, key)
      for (const key of ['foo', '//foo', '/bar']) await refused(bucket.get(key), { code: 'NoSuchKey', status: 404 })
      const { Contents } = await aws.clients.s3.send(new ListObjectsCommand({ Bucket: bucket.name }))
      assert.deepEqual(
        Contents?.map(({ Key }) => Key),
        ['/bar/foo/', '/foo', 'bar'],
      )
    },
  },
]

/** The HTTP status of a call, whether it went well or not. */
async function statusOf(call: Promise<{ $metadata: { httpStatusCode?: number } }>): Promise<number | undefined> {
  try {
    return (await call).$metadata.httpStatusCode
  } catch (error) {
    return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  }
}
