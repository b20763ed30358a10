import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type ChecksumAlgorithm, GetObjectAttributesCommand } from '@aws-sdk/client-s3'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createBucket } from './bucket.ts'
import { createUpload, LEAST_PART_BYTES } from './upload.ts'

const api = 'https://docs.aws.amazon.com/AmazonS3/latest/API/'
const integrity = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html'

/** Digests of bodies, beyond the fixture. */
export const checksums: readonly OwnBehaviourTest[] = [
  {
    id: 'own-s3-put-answer',
    sentence: 'A put answers with ETag, encryption, checksum and the checksum’s type.',
    source: 'LocalStack tests/aws/services/s3/test_s3_api.py::TestS3ObjectCRUD::test_delete_object',
    async run(aws) {
      const bucket = await createBucket(aws)
      const { ETag, ServerSideEncryption, ChecksumCRC32, ChecksumType } = await bucket.put('k', 'test-delete')
      assert.deepEqual([ETag, ServerSideEncryption], ['"a9a43d6b467d3dc6514412c3a4987415"', 'AES256'])
      assert.deepEqual([ChecksumCRC32, ChecksumType], ['1jy6qw==', 'FULL_OBJECT'])
    },
  },
  {
    id: 'own-s3-checksums',
    sentence: 'Every checksum algorithm is checked, kept and given back when asked.',
    source: integrity,
    async run(aws) {
      const bucket = await createBucket(aws)
      const known = {
        // The check values of each, which are defined by what 123456789 gives.
        CRC32: 'y/Q5Jg==',
        CRC32C: '4waSgw==',
        CRC64NVME: 'rosUhgp5mIg=',
        SHA1: createHash('sha1').update('123456789').digest('base64'),
        SHA256: createHash('sha256').update('123456789').digest('base64'),
      } satisfies Partial<Record<ChecksumAlgorithm, string>>
      for (const [algorithm, digest] of Object.entries(known)) {
        await bucket.put(algorithm, '123456789', { ChecksumAlgorithm: algorithm as ChecksumAlgorithm })
        const found = await bucket.head(algorithm, { ChecksumMode: 'ENABLED' })
        assert.equal(found[`Checksum${algorithm}` as 'ChecksumCRC32'], digest, algorithm)
        assert.equal((await bucket.head(algorithm))[`Checksum${algorithm}` as 'ChecksumCRC32'], undefined)
      }
    },
  },
  {
    id: 'own-s3-checksum-mismatch',
    sentence: 'A body that is not what its checksum says is refused and not kept.',
    source: integrity,
    async run(aws) {
      const bucket = await createBucket(aws)
      const ChecksumSHA256 = createHash('sha256').update('other').digest('base64')
      const error = await refused(bucket.put('k', 'body', { ChecksumSHA256 }), { code: 'BadDigest', status: 400 })
      assert.match(error.message, /SHA256 you specified did not match/i)
      await refused(bucket.get('k'), { code: 'NoSuchKey' })
    },
  },
  {
    id: 'own-s3-content-md5-mismatch',
    sentence: 'A body that is not what Content-MD5 says is refused.',
    source: `${api}API_PutObject.html`,
    async run(aws) {
      const bucket = await createBucket(aws)
      const ContentMD5 = createHash('md5').update('other').digest('base64')
      await refused(bucket.put('k', 'body', { ContentMD5 }), {
        code: 'BadDigest',
        status: 400,
        message: 'The Content-MD5 you specified did not match what we received.',
      })
      await refused(bucket.put('k', 'body', { ContentMD5: 'nonsense' }), {
        code: 'InvalidDigest',
        status: 400,
        message: 'The Content-MD5 you specified was invalid.',
      })
    },
  },
  {
    id: 'own-s3-attributes',
    sentence: 'GetObjectAttributes tells ETag, size, checksum and storage class, those that were asked for.',
    source: `${api}API_GetObjectAttributes.html`,
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', 'test-delete')
      const ask = {
        Bucket: bucket.name,
        Key: 'k',
        ObjectAttributes: ['ETag' as const, 'ObjectSize' as const, 'Checksum' as const],
      }
      const found = await aws.clients.s3.send(new GetObjectAttributesCommand(ask))
      assert.equal(found.ETag, 'a9a43d6b467d3dc6514412c3a4987415')
      assert.equal(found.ObjectSize, 11)
      assert.equal(found.Checksum?.ChecksumCRC32, '1jy6qw==')
      assert.equal(found.StorageClass, undefined)
    },
  },
  {
    id: 'own-s3-checksum-composite',
    sentence: 'The checksum of parts is that of their checksums and their number, where the upload named an algorithm.',
    source: integrity,
    async run(aws) {
      const bucket = await createBucket(aws)
      const upload = await createUpload(aws, bucket, 'k', { ChecksumAlgorithm: 'SHA256' })
      const bodies = [Buffer.alloc(LEAST_PART_BYTES, 'a'), Buffer.from('the end')]
      const parts = await Promise.all(bodies.map((body, i) => upload.part(i + 1, body)))
      const digests = bodies.map((body) => createHash('sha256').update(body).digest())
      assert.deepEqual(
        parts.map(({ ChecksumSHA256 }) => ChecksumSHA256),
        digests.map((digest) => digest.toString('base64')),
      )
      const completed = await upload.complete(parts)
      const composite = createHash('sha256').update(Buffer.concat(digests)).digest('base64')
      assert.deepEqual([completed.ChecksumSHA256, completed.ChecksumType], [`${composite}-2`, 'COMPOSITE'])
      assert.equal((await bucket.head('k', { ChecksumMode: 'ENABLED' })).ChecksumSHA256, `${composite}-2`)
    },
  },
]
