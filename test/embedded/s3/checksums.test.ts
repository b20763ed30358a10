import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { checksumHasher, type ChecksumAlgorithm } from '../../../src/embedded/s3/checksums.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const digestOf = (algorithm: ChecksumAlgorithm, ...pieces: readonly Uint8Array[]): string => {
  const hasher = checksumHasher(algorithm)
  for (const piece of pieces) hasher.update(piece)
  return hasher.digest().toString('base64')
}
const md5 = (text: string): string => createHash('md5').update(text).digest('base64')
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const fromHex = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

test('the checksums have their published check values', () => {
  const check = Buffer.from('123456789')
  assert.equal(digestOf('CRC32', check), fromHex('cbf43926'))
  assert.equal(digestOf('CRC32C', check), fromHex('e3069283'))
  assert.equal(digestOf('CRC64NVME', check), fromHex('ae8b14860a799888'))
  assert.equal(digestOf('SHA1', check), fromHex('f7c3bc1d808e04732adf679965ccc34ca7ae3441'))
})

test('property: a checksum does not depend on how the bytes were cut', () => {
  const bytes = fc.uint8Array({ maxLength: 100 })
  fc.assert(
    fc.property(bytes, bytes, bytes, (a, b, c) => {
      for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA256'] as const) {
        assert.equal(digestOf(algorithm, a, b, c), digestOf(algorithm, Buffer.concat([a, b, c])))
      }
    }),
  )
})

test("the SDK's default checksum is verified, kept and returned, for buffers and for streams", async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const bytes = Buffer.alloc(200_000, 'turnaround ')
  const crc32 = digestOf('CRC32', bytes)
  const buffered = await sdk.send(new PutObjectCommand({ Bucket, Key: 'buffer', Body: bytes }))
  assert.equal(buffered.ChecksumCRC32, crc32)
  const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)])
  const streamed = await sdk.send(
    new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length, ContentEncoding: 'gzip' }),
  )
  assert.equal(streamed.ChecksumCRC32, crc32)
  for (const Key of ['buffer', 'stream']) {
    const got = await sdk.send(new GetObjectCommand({ Bucket, Key }))
    assert.equal(got.ChecksumCRC32, crc32)
    assert.deepEqual(Buffer.from(await got.Body!.transformToByteArray()), bytes)
  }
  const head = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' }))
  assert.equal(head.ContentEncoding, 'gzip')
  assert.equal(head.ChecksumCRC32, crc32)
  assert.equal(head.ChecksumType, 'FULL_OBJECT')
  assert.equal((await sdk.send(new HeadObjectCommand({ Bucket, Key: 'stream' }))).ChecksumCRC32, undefined)
})

test('every algorithm the SDK can compute goes both ways', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    const Body = Buffer.from(`body for ${ChecksumAlgorithm}`)
    const put = await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ChecksumAlgorithm }))
    assert.equal(put[`Checksum${ChecksumAlgorithm}`], digestOf(ChecksumAlgorithm, Body))
    const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'k' }))
    assert.equal(await got.Body!.transformToString(), Body.toString())
    assert.equal(got[`Checksum${ChecksumAlgorithm}`], digestOf(ChecksumAlgorithm, Body))
  }
})

test('where the client sends none, a CRC64NVME is kept, as on S3', async (t) => {
  const { Bucket, client } = await serveBucket(t)
  const sdk = client({ requestChecksumCalculation: 'WHEN_REQUIRED' })
  const put = await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }))
  assert.equal(put.ChecksumCRC64NVME, digestOf('CRC64NVME', Buffer.from('hello')))
  const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }))
  assert.equal(got.ChecksumCRC64NVME, put.ChecksumCRC64NVME)
  assert.equal(await got.Body!.transformToString(), 'hello')
})

test('a digest that is wrong, malformed or one of several is refused, and nothing is stored', async (t) => {
  const { port, bodies } = await serveBucket(t)
  const cases: [Record<string, string>, string][] = [
    [{ 'content-md5': md5('other') }, 'BadDigest'],
    [{ 'content-md5': 'short' }, 'InvalidDigest'],
    [{ 'content-md5': `${md5('hello')}!` }, 'InvalidDigest'],
    [{ 'x-amz-checksum-crc32': digestOf('CRC32', Buffer.from('other')) }, 'BadDigest'],
    [{ 'x-amz-checksum-sha256': digestOf('SHA256', Buffer.from('other')) }, 'BadDigest'],
    [{ 'x-amz-checksum-crc32c': 'AAAA' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc32': '****' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-sha1': 'AAAA' }, 'InvalidRequest'],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'SHA1' }, 'InvalidRequest'],
    [{ 'x-amz-trailer': 'x-amz-checksum-crc32' }, 'InvalidRequest'],
    [{ 'x-amz-trailer': 'expires' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-xxhash64': 'AAAAAAAAAAA=' }, 'NotImplemented'],
    [{ 'x-amz-content-sha256': sha256('other') }, 'XAmzContentSHA256Mismatch'],
    [{ 'x-amz-content-sha256': 'nonsense' }, 'InvalidArgument'],
  ]
  for (const [headers, code] of cases) {
    const answer = await rawRequest(port, 'PUT', '/bucket/k', headers, 'hello')
    assert.equal(errorCode(answer), code, JSON.stringify(headers))
  }
  assert.equal((await rawRequest(port, 'GET', '/bucket/k')).status, 404)
  const good = { 'content-md5': md5('hello'), 'x-amz-content-sha256': sha256('hello') }
  assert.equal((await rawRequest(port, 'PUT', '/bucket/k', good, 'hello')).status, 200)
  assert.equal((await bodies()).length, 1)
})
