import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type S3Client,
  type Tag,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const Key = 'k'

async function tagsOf(sdk: S3Client, key = Key, VersionId?: string): Promise<Tag[]> {
  const { TagSet = [] } = await sdk.send(new GetObjectTaggingCommand({ Bucket: 'bucket', Key: key, VersionId }))
  return TagSet
}

test('tags are put, replaced and deleted, and counted when the object is read', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging: 'stage=dev&free%20text=a%2Bb' }))
  assert.deepEqual(await tagsOf(sdk), [
    { Key: 'stage', Value: 'dev' },
    { Key: 'free text', Value: 'a+b' },
  ])
  assert.equal((await sdk.send(new HeadObjectCommand({ Bucket, Key }))).TagCount, 2)
  const TagSet = [{ Key: 'only', Value: '' }]
  await sdk.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }))
  assert.deepEqual(await tagsOf(sdk), TagSet)
  const got = await sdk.send(new GetObjectCommand({ Bucket, Key }))
  assert.deepEqual([got.TagCount, await got.Body?.transformToString()], [1, 'x'])
  await sdk.send(new DeleteObjectTaggingCommand({ Bucket, Key }))
  assert.deepEqual(await tagsOf(sdk), [])
  assert.equal((await sdk.send(new HeadObjectCommand({ Bucket, Key }))).TagCount, undefined)
})

test('each version has its own tags', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const old = await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'old', Tagging: 'of=old' }))
  await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'new', Tagging: 'of=new' }))
  const TagSet = [{ Key: 'of', Value: 'the past' }]
  const put = new PutObjectTaggingCommand({ Bucket, Key, VersionId: old.VersionId, Tagging: { TagSet } })
  assert.equal((await sdk.send(put)).VersionId, old.VersionId)
  assert.deepEqual(await tagsOf(sdk, Key, old.VersionId), TagSet)
  assert.deepEqual(await tagsOf(sdk), [{ Key: 'of', Value: 'new' }])
})

test('a copy takes the tags along unless it is told to replace them', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging: 'of=source' }))
  const copy = { Bucket, CopySource: `${Bucket}/${Key}` }
  await sdk.send(new CopyObjectCommand({ ...copy, Key: 'copied', Tagging: 'ignored=yes' }))
  assert.deepEqual(await tagsOf(sdk, 'copied'), [{ Key: 'of', Value: 'source' }])
  await sdk.send(new CopyObjectCommand({ ...copy, Key: 'replaced', Tagging: 'of=copy', TaggingDirective: 'REPLACE' }))
  assert.deepEqual(await tagsOf(sdk, 'replaced'), [{ Key: 'of', Value: 'copy' }])
  const other = new CopyObjectCommand({ ...copy, Key: 'other', TaggingDirective: 'SOME' as 'COPY' })
  await assert.rejects(sdk.send(other), { name: 'InvalidArgument', message: 'Unknown tagging directive.' })
})

test('a multipart upload is tagged when it is begun', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const { UploadId } = await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key, Tagging: 'a=1' }))
  const { ETag } = await sdk.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' }))
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
  await sdk.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
  assert.deepEqual(await tagsOf(sdk), [{ Key: 'a', Value: '1' }])
})

test("tags that break a rule are refused in AWS's words", async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  const tag = (name: string, Value = 'v'): Tag => ({ Key: name, Value })
  const eleven = Array.from({ length: 11 }, (_, index) => tag(`k${index}`))
  const broken: [Tag[], string, string][] = [
    [eleven, 'BadRequest', 'Object tags cannot be greater than 10'],
    [[tag('a'), tag('a')], 'InvalidTag', 'Cannot provide multiple Tags with the same key'],
    [[tag('aws:a')], 'InvalidTag', 'Your TagKey cannot be prefixed with aws:'],
    [[tag('x'.repeat(129))], 'InvalidTag', 'The TagKey you have provided is invalid'],
    [[tag('')], 'InvalidTag', 'The TagKey you have provided is invalid'],
    [[tag('a', 'x'.repeat(257))], 'InvalidTag', 'The TagValue you have provided is invalid'],
    [[tag('a', '<b>')], 'InvalidTag', 'The TagValue you have provided is invalid'],
  ]
  for (const [TagSet, name, message] of broken) {
    const put = sdk.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }))
    await assert.rejects(put, { name, message })
  }
  const fits = [tag('x'.repeat(128), 'y'.repeat(256)), tag('ünï-çødé', '名前'), ...eleven.slice(0, 8)]
  await sdk.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: fits } }))
  assert.equal((await tagsOf(sdk)).length, 10)
})

test('a header x-amz-tagging that does not read is InvalidArgument, and nothing is stored', async (t) => {
  const { port } = await serveBucket(t)
  for (const [header, code] of [
    ['a=1&a=2', 'InvalidArgument'],
    ['a=%ff', 'InvalidArgument'],
    ['aws:a=1', 'InvalidTag'],
  ]) {
    const answer = await rawRequest(port, 'PUT', '/bucket/new', { 'x-amz-tagging': header }, 'x')
    assert.deepEqual([answer.status, errorCode(answer)], [400, code], header)
  }
  assert.equal((await rawRequest(port, 'GET', '/bucket/new')).status, 404)
  assert.equal(errorCode(await rawRequest(port, 'GET', '/bucket/new?tagging')), 'NoSuchKey')
})
