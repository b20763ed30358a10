import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { test } from 'node:test'
import { eventually } from '../eventually.ts'
import { rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const md5 = (text: string): string => `"${createHash('md5').update(text).digest('hex')}"`

test('an object comes back with its bytes, its headers, its metadata and the ETag of its MD5', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const put = await sdk.send(
    new PutObjectCommand({
      Bucket,
      Key: 'a/b.json',
      Body: '{"x":1}',
      ContentType: 'application/json',
      CacheControl: 'no-store',
      ContentDisposition: 'inline',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      Expires: new Date('2030-01-01T00:00:00Z'),
      Metadata: { Leg: '7', gate: 'A1' },
    }),
  )
  assert.equal(put.ETag, md5('{"x":1}'))
  assert.equal(put.ServerSideEncryption, 'AES256')
  assert.equal(put.ChecksumType, 'FULL_OBJECT')

  const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'a/b.json' }))
  assert.equal(await got.Body!.transformToString(), '{"x":1}')
  const head = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'a/b.json' }))
  for (const answer of [got, head]) {
    assert.equal(answer.ETag, md5('{"x":1}'))
    assert.equal(answer.ContentLength, 7)
    assert.equal(answer.ContentType, 'application/json')
    assert.equal(answer.CacheControl, 'no-store')
    assert.equal(answer.ContentDisposition, 'inline')
    assert.equal(answer.ContentEncoding, 'identity')
    assert.equal(answer.ContentLanguage, 'de')
    assert.equal(answer.ExpiresString, 'Tue, 01 Jan 2030 00:00:00 GMT')
    assert.deepEqual(answer.Metadata, { leg: '7', gate: 'A1' })
    assert.equal(answer.AcceptRanges, 'bytes')
    assert.equal(answer.ServerSideEncryption, 'AES256')
    assert.ok(answer.LastModified instanceof Date)
  }
})

test('an object without a type is binary/octet-stream, and an empty one has no bytes', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  assert.equal((await rawRequest(port, 'PUT', '/bucket/empty', { 'content-length': 0 })).status, 200)
  const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'empty' }))
  assert.equal(got.ContentType, 'binary/octet-stream')
  assert.equal(got.ContentLength, 0)
  assert.equal(await got.Body!.transformToString(), '')
  assert.equal(got.ETag, md5(''))
})

test('response-* parameters change the headers of one answer', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ContentType: 'text/plain' }))
  const asked = { ResponseContentType: 'text/csv', ResponseContentDisposition: 'attachment; filename="x.csv"' }
  const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'k', ...asked }))
  assert.equal(got.ContentType, 'text/csv')
  assert.equal(got.ContentDisposition, 'attachment; filename="x.csv"')
  assert.equal((await sdk.send(new GetObjectCommand({ Bucket, Key: 'k' }))).ContentType, 'text/plain')
})

test('a missing key is NoSuchKey to GET and a bare 404 to HEAD', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await assert.rejects(sdk.send(new GetObjectCommand({ Bucket, Key: 'none' })), (error: unknown) => {
    assert.ok(error instanceof NoSuchKey)
    assert.equal(error.message, 'The specified key does not exist.')
    assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
    return true
  })
  await assert.rejects(sdk.send(new HeadObjectCommand({ Bucket, Key: 'none' })), { name: 'NotFound' })
})

test('user metadata above 2 KB is MetadataTooLarge', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const put = (length: number) =>
    sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Metadata: { name: 'v'.repeat(length) } }))
  await put(2044)
  await assert.rejects(put(2045), { name: 'MetadataTooLarge' })
})

test('a body above 16 KB is one read-only file that replacing and deleting the object removes', async (t) => {
  const { sdk, Bucket, s3, bodies } = await serveBucket(t)
  const [one, two] = ['one'.repeat(10_000), 'two'.repeat(10_000)]
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: one }))
  const first = s3.bodyPath(Bucket, 'k')!
  assert.equal(await readFile(first, 'utf8'), one)
  assert.equal((await stat(first)).mode & 0o222, 0)

  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: two }))
  assert.notEqual(s3.bodyPath(Bucket, 'k'), first)
  await eventually(async () => (await bodies()).length === 1, 'the replaced body is gone')
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  assert.equal(s3.bodyPath(Bucket, 'k'), undefined)
  await eventually(async () => (await bodies()).length === 0, 'the deleted body is gone')
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
})

// In the database, and a file.
for (const body of ['bytes', 'bytes'.repeat(10_000)]) {
  test(`a copy of ${body.length} bytes has them and the metadata of its source, or new metadata, and outlives it`, async (t) => {
    const { sdk, Bucket } = await serveBucket(t)
    await sdk.send(new PutObjectCommand({ Bucket, Key: 'from é', Body: body, Metadata: { a: '1' } }))
    const CopySource = `${Bucket}/${encodeURIComponent('from é')}`
    const copied = await sdk.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }))
    assert.equal(copied.CopyObjectResult?.ETag, md5(body))
    assert.ok(copied.CopyObjectResult?.ChecksumCRC32)
    const replaced = { MetadataDirective: 'REPLACE', Metadata: { b: '2' } } as const
    await sdk.send(new CopyObjectCommand({ Bucket, Key: 'other', CopySource, ...replaced }))
    await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'from é' }))

    const to = await sdk.send(new GetObjectCommand({ Bucket, Key: 'to' }))
    assert.equal(await to.Body!.transformToString(), body)
    assert.deepEqual(to.Metadata, { a: '1' })
    const other = await sdk.send(new GetObjectCommand({ Bucket, Key: 'other' }))
    assert.equal(await other.Body!.transformToString(), body)
    assert.deepEqual(other.Metadata, { b: '2' })
  })
}

test('a copy onto itself needs new metadata, its source must exist and fulfil the conditions', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'bytes' }))
  const copy = (input: object) =>
    sdk.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/k`, ...input }))
  await assert.rejects(copy({}), { name: 'InvalidRequest' })
  await copy({ MetadataDirective: 'REPLACE', Metadata: { new: 'yes' } })
  await assert.rejects(copy({ Key: 'z', CopySource: `${Bucket}/none` }), { name: 'NoSuchKey' })
  await assert.rejects(copy({ Key: 'z', CopySource: 'no-such-bucket/k' }), { name: 'NoSuchBucket' })
  await assert.rejects(copy({ Key: 'z', CopySourceIfMatch: '"0"' }), { name: 'PreconditionFailed' })
  const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'k' }))
  assert.equal(await got.Body!.transformToString(), 'bytes')
})

test('DeleteObjects says what became of each key, and only of failures when quiet', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  for (const Key of ['a', 'b&<c>', 'keep']) await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  const Objects = [{ Key: 'a' }, { Key: 'b&<c>' }, { Key: 'none' }, { Key: 'keep', ETag: '"other"' }]
  const loud = await sdk.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  assert.deepEqual(
    loud.Deleted?.map(({ Key }) => Key),
    ['a', 'b&<c>', 'none'],
  )
  assert.deepEqual(
    loud.Errors?.map(({ Key, Code }) => [Key, Code]),
    [['keep', 'PreconditionFailed']],
  )
  const quiet = await sdk.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'keep' }], Quiet: true } }),
  )
  assert.equal(quiet.Deleted, undefined)
  await assert.rejects(sdk.send(new GetObjectCommand({ Bucket, Key: 'keep' })), S3ServiceException)
})
