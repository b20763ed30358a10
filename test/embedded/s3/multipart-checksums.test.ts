import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type ChecksumAlgorithm as SdkAlgorithm,
  type ChecksumType,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checksumHasher, type ChecksumAlgorithm } from '../../../src/embedded/s3/checksums.ts'
import { combineCrcs } from '../../../src/embedded/s3/crc-combine.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const Bucket = 'bucket'
const Key = 'k'
const first = Buffer.alloc(5 * 1024 * 1024, 'turnaround ')
const second = Buffer.from('the rest')
const crcs = ['CRC32', 'CRC32C', 'CRC64NVME'] as const

function digestOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  const hasher = checksumHasher(algorithm)
  hasher.update(bytes)
  return hasher.digest().toString('base64')
}

function compositeOf(algorithm: ChecksumAlgorithm, ...parts: Buffer[]): string {
  const digests = parts.map((part) => Buffer.from(digestOf(algorithm, part), 'base64'))
  return `${digestOf(algorithm, Buffer.concat(digests))}-${parts.length}`
}

/** Uploads both parts as the SDK does, and answers what completion takes. */
async function upload(sdk: S3Client, ChecksumAlgorithm: SdkAlgorithm, type?: ChecksumType) {
  const created = await sdk.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm, ChecksumType: type }),
  )
  const parts: CompletedPart[] = []
  for (const [index, Body] of [first, second].entries()) {
    const part = { Bucket, Key, UploadId: created.UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm }
    const { $metadata: _, ...sent } = await sdk.send(new UploadPartCommand(part))
    parts.push({ ...sent, PartNumber: index + 1 })
  }
  return { created, parts, target: { Bucket, Key, UploadId: created.UploadId } }
}

test('property: the CRC of a whole follows from those of its parts', () => {
  const part = fc.uint8Array({ maxLength: 300 })
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.constantFrom(...crcs), (parts, algorithm) => {
      const known = parts.map((bytes) => ({ bytes: bytes.length, checksum: digestOf(algorithm, bytes) }))
      assert.equal(combineCrcs(algorithm, known), digestOf(algorithm, Buffer.concat(parts)))
    }),
  )
})

test('a composite checksum is of the checksums of the parts, and each part keeps its own', async (t) => {
  const { sdk } = await serveBucket(t)
  for (const algorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const) {
    const { created, parts, target } = await upload(sdk, algorithm)
    assert.deepEqual([created.ChecksumAlgorithm, created.ChecksumType], [algorithm, 'COMPOSITE'])
    const field = `Checksum${algorithm}` as const
    const listed = await sdk.send(new ListPartsCommand(target))
    assert.deepEqual(
      [listed.ChecksumAlgorithm, listed.ChecksumType, listed.Parts?.[1]?.[field]],
      [algorithm, 'COMPOSITE', digestOf(algorithm, second)],
    )
    const MultipartUpload = { Parts: parts }
    const done = await sdk.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload }))
    assert.deepEqual([done[field], done.ChecksumType], [compositeOf(algorithm, first, second), 'COMPOSITE'])
    const head = await sdk.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    assert.deepEqual([head[field], head.ChecksumType], [compositeOf(algorithm, first, second), 'COMPOSITE'])
    const part = await sdk.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED', PartNumber: 2 }))
    assert.equal(part[field], digestOf(algorithm, second))
  }
})

test('a checksum of the full object is of its bytes; a CRC64NVME always is, and stands in where none was chosen', async (t) => {
  const { sdk, port } = await serveBucket(t)
  const whole = Buffer.concat([first, second])
  for (const algorithm of crcs) {
    const { parts, target } = await upload(sdk, algorithm, 'FULL_OBJECT')
    const MultipartUpload = { Parts: parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber })) }
    const field = `Checksum${algorithm}` as const
    const wrong = { ...target, MultipartUpload, [field]: digestOf(algorithm, second) }
    await assert.rejects(sdk.send(new CompleteMultipartUploadCommand(wrong)), { name: 'BadDigest' })
    const right = {
      ...target,
      MultipartUpload,
      [field]: digestOf(algorithm, whole),
      ChecksumType: 'FULL_OBJECT' as const,
    }
    const done = await sdk.send(new CompleteMultipartUploadCommand(right))
    assert.deepEqual([done[field], done.ChecksumType], [digestOf(algorithm, whole), 'FULL_OBJECT'])
    // The SDK proves what it reads against it.
    const got = await sdk.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    assert.equal((await got.Body!.transformToByteArray()).length, whole.length)
  }
  const created = await rawRequest(port, 'POST', '/bucket/plain?uploads')
  const uploadId = /<UploadId>(.*?)</.exec(created.body)![1]
  const crc32 = { 'x-amz-checksum-crc32': digestOf('CRC32', second) }
  const part = await rawRequest(port, 'PUT', `/bucket/plain?partNumber=1&uploadId=${uploadId}`, crc32, second)
  assert.equal(part.headers['x-amz-checksum-crc64nvme'], digestOf('CRC64NVME', second))
  const document = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`
  const done = await rawRequest(port, 'POST', `/bucket/plain?uploadId=${uploadId}`, {}, document)
  assert.match(done.body, new RegExp(`<ChecksumCRC64NVME>${digestOf('CRC64NVME', second)}</ChecksumCRC64NVME>`))
  assert.match(done.body, /<ChecksumType>FULL_OBJECT</)
})

test('checksums that do not fit together are refused', async (t) => {
  const { sdk, port } = await serveBucket(t)
  const create = (headers: Record<string, string>) => rawRequest(port, 'POST', '/bucket/k?uploads', headers)
  const shaOfWhole = { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' }
  assert.match(
    (await create(shaOfWhole)).body,
    /InvalidRequest.*FULL_OBJECT checksum type cannot be used with the sha256/,
  )
  const partsOfCrc64 = { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' }
  assert.match(
    (await create(partsOfCrc64)).body,
    /InvalidRequest.*COMPOSITE checksum type cannot be used with the crc64nvme/,
  )
  assert.equal(errorCode(await create({ 'x-amz-checksum-type': 'COMPOSITE' })), 'InvalidRequest')

  const { parts, target } = await upload(sdk, 'SHA256')
  const path = `/bucket/k?partNumber=3&uploadId=${target.UploadId}`
  const other = await rawRequest(port, 'PUT', path, { 'x-amz-checksum-crc32': digestOf('CRC32', second) }, second)
  assert.match(other.body, /expected checksum Type: sha256, actual checksum Type: crc32/)
  const bad = await rawRequest(port, 'PUT', path, { 'x-amz-checksum-sha256': digestOf('SHA256', first) }, second)
  assert.equal(errorCode(bad), 'BadDigest')
  const finish = (Parts: CompletedPart[]) =>
    sdk.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }))
  await assert.rejects(finish(parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber }))), {
    name: 'InvalidRequest',
    message: /must include the checksum for each part. It was missing for part 1/,
  })
  const swapped = [{ ...parts[0], ChecksumSHA256: parts[1].ChecksumSHA256 }, parts[1]]
  await assert.rejects(finish(swapped), { name: 'InvalidPart' })
  await finish(parts)
})

test('GetObjectAttributes tells what is asked for, of objects in one piece and in parts', async (t) => {
  const { sdk, port } = await serveBucket(t)
  const put = await sdk.send(new PutObjectCommand({ Bucket, Key: 'one', Body: second }))
  const ask = (
    key: string,
    ObjectAttributes: ('ETag' | 'Checksum' | 'ObjectParts' | 'StorageClass' | 'ObjectSize')[],
  ) => sdk.send(new GetObjectAttributesCommand({ Bucket, Key: key, ObjectAttributes, MaxParts: 1 }))
  const one = await ask('one', ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'])
  assert.equal(`"${one.ETag}"`, put.ETag)
  assert.deepEqual(one.Checksum, { ChecksumCRC32: digestOf('CRC32', second), ChecksumType: 'FULL_OBJECT' })
  assert.deepEqual([one.ObjectParts, one.StorageClass, one.ObjectSize], [undefined, 'STANDARD', second.length])
  assert.ok(one.LastModified instanceof Date)
  const size = await ask('one', ['ObjectSize'])
  assert.deepEqual([size.ETag, size.ObjectSize], [undefined, second.length])

  const { parts, target } = await upload(sdk, 'SHA256')
  await sdk.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: parts } }))
  const { ObjectParts } = await ask(Key, ['ObjectParts'])
  assert.deepEqual(ObjectParts, {
    TotalPartsCount: 2,
    PartNumberMarker: '0',
    NextPartNumberMarker: '1',
    MaxParts: 1,
    IsTruncated: true,
    Parts: [{ PartNumber: 1, Size: first.length, ChecksumSHA256: digestOf('SHA256', first) }],
  })
  const attributes = (header: string) =>
    rawRequest(port, 'GET', '/bucket/one?attributes', { 'x-amz-object-attributes': header })
  assert.equal(errorCode(await attributes('')), 'InvalidRequest')
  assert.equal(errorCode(await attributes('ETag,Colour')), 'InvalidArgument')
})
