import assert from 'node:assert/strict'
import { ListObjectsCommand, ListObjectsV2Command, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3'
import type { BehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { refused } from '../refused.ts'
import { type Bucket, createBucket } from './bucket.ts'

const AT_ONCE = 32

export const listing: readonly BehaviourTest[] = [
  {
    id: 's3-018',
    async run(aws) {
      const bucket = await createBucket(aws)
      await fill(bucket, 12)
      const first = await list(aws, bucket, { MaxKeys: 5 })
      assert.deepEqual(first.keys, ['test_0', 'test_1', 'test_10', 'test_11', 'test_2'])
      assert.equal(first.IsTruncated, true)
      const rest = await list(aws, bucket, { MaxKeys: 10, ContinuationToken: first.NextContinuationToken })
      assert.deepEqual(rest.keys, ['test_3', 'test_4', 'test_5', 'test_6', 'test_7', 'test_8', 'test_9'])
      assert.deepEqual([rest.IsTruncated, rest.NextContinuationToken], [false, undefined])
      const after = await list(aws, bucket, { MaxKeys: 2, StartAfter: 'test_7' })
      assert.deepEqual([after.keys, after.IsTruncated], [['test_8', 'test_9'], false])
    },
  },
  {
    id: 's3-019',
    async run(aws) {
      const bucket = await createBucket(aws)
      await fill(bucket, 12)
      const first = await list(aws, bucket, { MaxKeys: 5 })
      const both = { ContinuationToken: first.NextContinuationToken, StartAfter: 'test_7', MaxKeys: 2 }
      assert.deepEqual((await list(aws, bucket, both)).keys, ['test_3', 'test_4'])
      await refused(list(aws, bucket, { ContinuationToken: '' }), {
        code: 'InvalidArgument',
        status: 400,
        message: 'The continuation token provided is incorrect',
      })
    },
  },
  {
    id: 's3-020',
    async run(aws) {
      const bucket = await createBucket(aws)
      for (const key of ['test/foo/bar/123', 'test/foo/bar/456', 'test/bar/foo/123']) await bucket.put(key, '')
      const folder = { Prefix: 'test/', Delimiter: '/' }
      const all = await list(aws, bucket, folder)
      assert.deepEqual([all.prefixes, all.KeyCount], [['test/bar/', 'test/foo/'], 2])
      const one = await list(aws, bucket, { ...folder, MaxKeys: 1 })
      assert.deepEqual([one.prefixes, one.KeyCount, one.IsTruncated], [['test/bar/'], 1, true])
      assert.ok(one.NextContinuationToken)
    },
  },
  {
    id: 's3-021',
    async run(aws) {
      const bucket = await createBucket(aws)
      await fill(bucket, 1010)
      const call = (MaxKeys?: number) => {
        return aws.clients.s3.send(new ListObjectsCommand({ Bucket: bucket.name, Delimiter: '/', MaxKeys }))
      }
      const { Contents, IsTruncated, NextMarker } = await call()
      assert.deepEqual([Contents?.length, IsTruncated], [1000, true])
      assert.equal(NextMarker, Contents?.at(-1)?.Key)
      assert.equal((await call(2000)).Contents?.length, 1000)
    },
  },
]

async function fill(bucket: Bucket, count: number): Promise<void> {
  for (let next = 0; next < count; next += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - next) }, (_, i) => `test_${next + i}`)
    await Promise.all(some.map((key) => bucket.put(key, '')))
  }
}

async function list(
  { clients: { s3 } }: ContractEnvironment,
  { name }: Bucket,
  more: Partial<ListObjectsV2CommandInput>,
) {
  const answer = await s3.send(new ListObjectsV2Command({ Bucket: name, ...more }))
  const keys = (answer.Contents ?? []).map(({ Key }) => Key)
  const prefixes = (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix)
  return { ...answer, keys, prefixes }
}
