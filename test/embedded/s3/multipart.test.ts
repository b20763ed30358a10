import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompleteMultipartUploadCommandInput,
  type CreateMultipartUploadCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { eventually } from '../eventually.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const Bucket = 'bucket'
const Key = 'folder/big'
/** The least a part may have that is not the last. */
const partBytes = 5 * 1024 * 1024
const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest()

async function begin(sdk: S3Client, input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const { UploadId } = await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }))
  return UploadId!
}

async function uploadPart(sdk: S3Client, UploadId: string, PartNumber: number, Body: Buffer | string, key = Key) {
  const { ETag } = await sdk.send(new UploadPartCommand({ Bucket, Key: key, UploadId, PartNumber, Body }))
  return { PartNumber, ETag }
}

function complete(
  sdk: S3Client,
  UploadId: string,
  Parts: { PartNumber: number; ETag?: string }[],
  input: Partial<CompleteMultipartUploadCommandInput> = {},
) {
  return sdk.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...input }))
}

async function get(sdk: S3Client, input: object = {}): Promise<Buffer> {
  const { Body } = await sdk.send(new GetObjectCommand({ Bucket, Key, ...input }))
  return Buffer.from(await Body!.transformToByteArray())
}

test('parts that came in any order become one object, with one file and an ETag of their ETags', async (t) => {
  const { sdk, s3, bodies } = await serveBucket(t)
  const parts = [Buffer.alloc(partBytes, 'a'), Buffer.alloc(partBytes + 17, 'b'), Buffer.from('the end')]
  const whole = Buffer.concat(parts)
  const uploadId = await begin(sdk, { ContentType: 'text/plain', Metadata: { leg: '7' } })
  // Numbers need not follow each other.
  const uploaded = [
    await uploadPart(sdk, uploadId, 9, parts[2]),
    await uploadPart(sdk, uploadId, 2, parts[0]),
    await uploadPart(sdk, uploadId, 5, parts[1]),
  ]
  await assert.rejects(get(sdk), { name: 'NoSuchKey' })
  const done = await complete(sdk, uploadId, [uploaded[1], uploaded[2], uploaded[0]], { MpuObjectSize: whole.length })
  assert.equal(done.ETag, `"${md5(Buffer.concat(parts.map(md5))).toString('hex')}-3"`)
  assert.match(done.Location ?? '', /^http:\/\/.*\/bucket\/folder\/big$/)

  assert.ok((await get(sdk)).equals(whole))
  assert.ok((await readFile(s3.bodyPath(Bucket, Key)!)).equals(whole))
  const range = await get(sdk, { Range: `bytes=${partBytes - 1}-${partBytes}` })
  assert.equal(range.toString(), 'ab')
  const head = await sdk.send(new HeadObjectCommand({ Bucket, Key }))
  assert.deepEqual([head.ContentType, head.Metadata, head.ContentLength], ['text/plain', { leg: '7' }, whole.length])
  await eventually(async () => (await bodies()).length === 1, 'the parts are gone')
})

test('?partNumber reads one part, by its place, and tells how many there are', async (t) => {
  const { sdk, port } = await serveBucket(t)
  const uploadId = await begin(sdk)
  const first = await uploadPart(sdk, uploadId, 3, Buffer.alloc(partBytes, 'a'))
  const second = await uploadPart(sdk, uploadId, 8, 'bc')
  await complete(sdk, uploadId, [first, second])
  const part = await sdk.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }))
  assert.equal(await part.Body!.transformToString(), 'bc')
  assert.deepEqual([part.PartsCount, part.ContentRange], [2, `bytes ${partBytes}-${partBytes + 1}/${partBytes + 2}`])
  const head = await sdk.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 1 }))
  assert.deepEqual([head.PartsCount, head.ContentLength], [2, partBytes])

  const none = await rawRequest(port, 'GET', '/bucket/folder/big?partNumber=3')
  assert.deepEqual([none.status, errorCode(none)], [416, 'InvalidPartNumber'])
  assert.match(none.body, /<PartNumberRequested>3<\/PartNumberRequested><ActualPartCount>2<\/ActualPartCount>/)
  assert.equal(errorCode(await rawRequest(port, 'GET', '/bucket/folder/big?partNumber=0')), 'InvalidArgument')
  const both = await rawRequest(port, 'GET', '/bucket/folder/big?partNumber=1', { range: 'bytes=0-1' })
  assert.equal(errorCode(both), 'InvalidRequest')
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'abc' }))
  const small = await sdk.send(new GetObjectCommand({ Bucket, Key: 'small', PartNumber: 1 }))
  assert.deepEqual([small.PartsCount, small.ContentRange], [undefined, 'bytes 0-2/3'])
})

test('a part uploaded again replaces the one with its number', async (t) => {
  const { sdk, bodies } = await serveBucket(t)
  const uploadId = await begin(sdk)
  const old = await uploadPart(sdk, uploadId, 1, 'old')
  const part = await uploadPart(sdk, uploadId, 1, 'new')
  await eventually(async () => (await bodies()).length === 1, 'the replaced part is gone')
  await assert.rejects(complete(sdk, uploadId, [old]), { name: 'InvalidPart' })
  assert.match((await complete(sdk, uploadId, [part])).ETag!, /-1"$/)
  assert.equal((await get(sdk)).toString(), 'new')
})

test('completion wants parts, in order, that were uploaded, all but the last of at least 5 MiB', async (t) => {
  const { sdk, port } = await serveBucket(t)
  const uploadId = await begin(sdk)
  const [one, two] = [await uploadPart(sdk, uploadId, 1, 'abcd'), await uploadPart(sdk, uploadId, 2, 'efgh')]
  const refused = (parts: (typeof one)[], name: string, message: RegExp) =>
    assert.rejects(complete(sdk, uploadId, parts), { name, message })
  await refused([], 'InvalidRequest', /You must specify at least one part/)
  await refused([two, one], 'InvalidPartOrder', /not in ascending order/)
  await refused([one, one], 'InvalidPartOrder', /not in ascending order/)
  await refused([one, { ...two, PartNumber: 3 }], 'InvalidPart', /could not be found/)
  await refused([{ ...one, ETag: '"0"' }], 'InvalidPart', /could not be found/)
  const document = [one, two].map(
    ({ PartNumber, ETag }) => `<Part><PartNumber>${PartNumber}</PartNumber><ETag>${ETag}</ETag></Part>`,
  )
  const path = `/bucket/${Key}?uploadId=${uploadId}`
  const small = await rawRequest(
    port,
    'POST',
    path,
    {},
    `<CompleteMultipartUpload>${document.join('')}</CompleteMultipartUpload>`,
  )
  assert.deepEqual([small.status, errorCode(small)], [400, 'EntityTooSmall'])
  for (const detail of ['MinSizeAllowed>5242880', 'PartNumber>1', 'ProposedSize>4'])
    assert.match(small.body, new RegExp(detail))
  await assert.rejects(complete(sdk, uploadId, [one], { MpuObjectSize: 5 }), { name: 'InvalidRequest' })
  await complete(sdk, uploadId, [one], { MpuObjectSize: 4 })
})

test('part numbers go from 1 to 10,000, and an upload must be there', async (t) => {
  const { sdk, port } = await serveBucket(t)
  const uploadId = await begin(sdk)
  const put = (query: string) => rawRequest(port, 'PUT', `/bucket/${Key}?${query}`, {}, 'x')
  for (const number of ['0', '10001', 'x', '']) {
    assert.equal(errorCode(await put(`partNumber=${number}&uploadId=${uploadId}`)), 'InvalidArgument', number)
  }
  assert.equal((await put(`partNumber=10000&uploadId=${uploadId}`)).status, 200)
  for (const id of ['none', '', `${uploadId}x`, 'A'.repeat(uploadId.length)]) {
    const answer = await put(`partNumber=1&uploadId=${id}`)
    assert.deepEqual([answer.status, errorCode(answer)], [404, 'NoSuchUpload'], id)
  }
  const ofOtherKey = await rawRequest(port, 'PUT', `/bucket/other?partNumber=1&uploadId=${uploadId}`, {}, 'x')
  assert.equal(errorCode(ofOtherKey), 'NoSuchUpload')
})

test('an upload that is aborted leaves nothing, not even what arrives late', async (t) => {
  const { sdk, bodies } = await serveBucket(t)
  const uploadId = await begin(sdk)
  const part = await uploadPart(sdk, uploadId, 1, 'x')
  await sdk.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: uploadId }))
  await assert.rejects(uploadPart(sdk, uploadId, 2, 'y'), { name: 'NoSuchUpload' })
  await assert.rejects(complete(sdk, uploadId, [part]), { name: 'NoSuchUpload' })
  const again = new AbortMultipartUploadCommand({ Bucket, Key, UploadId: uploadId })
  await assert.rejects(sdk.send(again), { name: 'NoSuchUpload' })
  await eventually(async () => (await bodies()).length === 0, 'the part is gone')
})

test('completing again answers the same again, also at the same time; afterwards nothing else may be done', async (t) => {
  const { sdk } = await serveBucket(t)
  const uploadId = await begin(sdk)
  const parts = [await uploadPart(sdk, uploadId, 1, Buffer.alloc(partBytes)), await uploadPart(sdk, uploadId, 2, 'x')]
  const answers = await Promise.all([1, 2, 3].map(() => complete(sdk, uploadId, parts)))
  answers.push(await complete(sdk, uploadId, parts))
  assert.equal(new Set(answers.map(({ ETag, ChecksumCRC32 }) => `${ETag} ${ChecksumCRC32}`)).size, 1)
  await assert.rejects(complete(sdk, uploadId, [parts[0]]), { name: 'NoSuchUpload' })
  await assert.rejects(uploadPart(sdk, uploadId, 3, 'x'), { name: 'NoSuchUpload' })
  await assert.rejects(sdk.send(new ListPartsCommand({ Bucket, Key, UploadId: uploadId })), { name: 'NoSuchUpload' })
  const { Uploads } = await sdk.send(new ListMultipartUploadsCommand({ Bucket }))
  assert.equal(Uploads, undefined)
})

test('a conditional completion is checked when it completes', async (t) => {
  const { sdk } = await serveBucket(t)
  const uploadId = await begin(sdk)
  const part = await uploadPart(sdk, uploadId, 1, 'multi')
  const { ETag } = await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'put between' }))
  await assert.rejects(complete(sdk, uploadId, [part], { IfNoneMatch: '*' }), {
    name: 'PreconditionFailed',
    Condition: 'If-None-Match',
  })
  await assert.rejects(complete(sdk, uploadId, [part], { IfMatch: '"other"' }), { name: 'PreconditionFailed' })
  await complete(sdk, uploadId, [part], { IfMatch: ETag })
  assert.equal((await get(sdk)).toString(), 'multi')
})

test('a delete during the upload makes "only if there is none" a conflict, and only a new upload works', async (t) => {
  const { sdk } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  const uploadId = await begin(sdk)
  const part = await uploadPart(sdk, uploadId, 1, 'multi')
  await assert.rejects(complete(sdk, uploadId, [part], { IfNoneMatch: '*' }), { name: 'PreconditionFailed' })
  await sdk.send(new DeleteObjectCommand({ Bucket, Key }))
  await assert.rejects(complete(sdk, uploadId, [part], { IfNoneMatch: '*' }), {
    name: 'ConditionalRequestConflict',
    message: 'The conditional request cannot succeed due to a conflicting operation against this resource.',
    $fault: 'client',
  })
  const second = await begin(sdk)
  await complete(sdk, second, [await uploadPart(sdk, second, 1, 'again')], { IfNoneMatch: '*' })
  assert.equal((await get(sdk)).toString(), 'again')
})

test('parts and uploads are listed in pages', async (t) => {
  const { sdk } = await serveBucket(t)
  const uploadId = await begin(sdk)
  for (const number of [1, 2, 3]) await uploadPart(sdk, uploadId, number, `part ${number}`)
  const first = await sdk.send(new ListPartsCommand({ Bucket, Key, UploadId: uploadId, MaxParts: 2 }))
  assert.deepEqual([first.IsTruncated, first.NextPartNumberMarker, first.StorageClass], [true, '2', 'STANDARD'])
  assert.deepEqual(
    first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]),
    [
      [1, 6],
      [2, 6],
    ],
  )
  const rest = await sdk.send(new ListPartsCommand({ Bucket, Key, UploadId: uploadId, PartNumberMarker: '2' }))
  assert.deepEqual([rest.IsTruncated, rest.Parts?.length], [false, 1])

  const ids = [await begin(sdk, { Key: 'a' }), await begin(sdk, { Key: 'a' }), await begin(sdk, { Key: 'b/1' })]
  const seen: (string | undefined)[] = []
  let markers: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}
  while (markers !== undefined) {
    const page: ListMultipartUploadsCommandOutput = await sdk.send(
      new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1, ...markers }),
    )
    seen.push(...(page.Uploads?.map((upload) => upload.UploadId) ?? []))
    const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page
    markers = IsTruncated ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker } : undefined
  }
  assert.deepEqual(seen, [...ids, uploadId])
  const rolled = await sdk.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: '/' }))
  assert.deepEqual([rolled.CommonPrefixes?.map(({ Prefix }) => Prefix), rolled.Uploads?.length], [['b/', 'folder/'], 2])
})

test('a part may be copied from an object, or from a range of a version of it', async (t) => {
  const { sdk } = await serveBucket(t)
  await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  const { VersionId } = await sdk.send(new PutObjectCommand({ Bucket, Key: 'from', Body: '0123456789' }))
  const big = Buffer.alloc(partBytes, 'z')
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'from', Body: big }))
  const uploadId = await begin(sdk)
  const copy = async (PartNumber: number, CopySource: string, CopySourceRange?: string) => {
    const input = { Bucket, Key, UploadId: uploadId, PartNumber, CopySource, CopySourceRange }
    const copied = await sdk.send(new UploadPartCopyCommand(input))
    return { PartNumber, ETag: copied.CopyPartResult?.ETag, VersionId: copied.CopySourceVersionId }
  }
  const whole = await copy(1, `${Bucket}/from`)
  const range = await copy(2, `${Bucket}/from?versionId=${VersionId}`, 'bytes=2-4')
  assert.equal(range.VersionId, VersionId)
  assert.equal(range.ETag, `"${md5(Buffer.from('234')).toString('hex')}"`)
  await assert.rejects(copy(3, `${Bucket}/from?versionId=${VersionId}`, 'bytes=5-10'), { name: 'InvalidArgument' })
  await assert.rejects(copy(3, `${Bucket}/from`, 'bytes=5-'), { name: 'InvalidArgument' })
  await assert.rejects(copy(3, `${Bucket}/none`), { name: 'NoSuchKey' })
  const done = await complete(sdk, uploadId, [whole, range])
  assert.ok(done.VersionId)
  assert.ok((await get(sdk)).equals(Buffer.concat([big, Buffer.from('234')])))
})

test('a copy of a multipart object is one piece, with the ETag of its bytes', async (t) => {
  const { sdk } = await serveBucket(t)
  const uploadId = await begin(sdk, { ChecksumAlgorithm: 'SHA256' })
  const body = Buffer.from('some bytes')
  const part = await sdk.send(
    new UploadPartCommand({ Bucket, Key, UploadId: uploadId, PartNumber: 1, Body: body, ChecksumAlgorithm: 'SHA256' }),
  )
  const { ETag, ChecksumSHA256 } = part
  await complete(sdk, uploadId, [{ PartNumber: 1, ETag, ChecksumSHA256 } as { PartNumber: number }])
  const { CopyObjectResult } = await sdk.send(
    new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` }),
  )
  assert.equal(CopyObjectResult?.ETag, `"${md5(body).toString('hex')}"`)
  assert.equal(CopyObjectResult?.ChecksumSHA256, createHash('sha256').update(body).digest('base64'))
})

test('open uploads survive a restart with their parts, large and small, and nothing is left of them when completed', async (t) => {
  const dataFolder = temporaryFolder(t)
  const before = await serveBucket(t, { dataFolder })
  const uploadId = await begin(before.sdk)
  const first = await uploadPart(before.sdk, uploadId, 1, Buffer.alloc(partBytes, 'a'))
  const last = await uploadPart(before.sdk, uploadId, 2, 'kept')
  await before.stop()
  const after = await serveBucket(t, { dataFolder })
  await complete(after.sdk, uploadId, [first, last])
  assert.equal((await get(after.sdk, { Range: 'bytes=-5' })).toString(), 'akept')
  await eventually(async () => (await after.bodies()).length === 1, 'one body is left')
})

test('a bucket with nothing but open uploads may be deleted, and takes their parts along', async (t) => {
  const { sdk, bodies } = await serveBucket(t)
  await uploadPart(sdk, await begin(sdk), 1, 'x')
  await sdk.send(new DeleteBucketCommand({ Bucket }))
  await eventually(async () => (await bodies()).length === 0, 'the part is gone')
})
