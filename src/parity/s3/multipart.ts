import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3'
import type { BehaviourTest, OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createBucket } from './bucket.ts'
import { createUpload, LEAST_PART_BYTES } from './upload.ts'

const api = 'https://docs.aws.amazon.com/AmazonS3/latest/API/'
const md5 = (bytes: string | Uint8Array) => createHash('md5').update(bytes).digest()

/** An object in parts. */
export const multipart: readonly (BehaviourTest | OwnBehaviourTest)[] = [
  {
    id: 's3-025',
    async run(aws) {
      const bucket = await createBucket(aws)
      const whole = await bucket.put('k', 'content')
      assert.equal(whole.ETag, `"${md5('content').toString('hex')}"`)
      const upload = await createUpload(aws, bucket, 'k')
      const { ETag } = await upload.complete([await upload.part(1, 'content')])
      assert.match(ETag ?? '', /-1"$/)
      assert.notEqual(ETag, whole.ETag)
      assert.equal(await bucket.text('k'), 'content')
    },
  },
  {
    id: 's3-026',
    async run(aws) {
      const bucket = await createBucket(aws)
      const upload = await createUpload(aws, bucket, 'k')
      const parts = [await upload.part(1, 'aaaa'), await upload.part(2, 'bbbb')]
      await refused(upload.complete([]), {
        code: 'InvalidRequest',
        status: 400,
        message: 'You must specify at least one part',
      })
      const error = await refused(upload.complete(parts), { code: 'EntityTooSmall', status: 400 })
      const { MinSizeAllowed, PartNumber, ProposedSize } = error
      assert.deepEqual([MinSizeAllowed, PartNumber, ProposedSize], ['5242880', '1', '4'])
    },
  },
  {
    id: 'own-s3-multipart-etag',
    sentence: 'The ETag of parts is the MD5 of their MD5s and their number.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html',
    async run(aws) {
      const bucket = await createBucket(aws)
      const upload = await createUpload(aws, bucket, 'k')
      const [first, second] = [Buffer.alloc(LEAST_PART_BYTES, 'a'), Buffer.from('the end')]
      const parts = [await upload.part(1, first), await upload.part(2, second)]
      const { ETag } = await upload.complete(parts)
      const composite = md5(Buffer.concat([md5(first), md5(second)])).toString('hex')
      assert.equal(ETag, `"${composite}-2"`)
      const { ContentLength, Body } = await bucket.get('k', { PartNumber: 2 })
      assert.deepEqual([ContentLength, await Body!.transformToString()], [7, 'the end'])
      assert.equal((await bucket.head('k', { PartNumber: 1 })).PartsCount, 2)
    },
  },
  {
    id: 'own-s3-multipart-list-parts',
    sentence: 'ListParts pages through the parts in the order of their numbers; a part sent again is replaced.',
    source: `${api}API_ListParts.html`,
    async run(aws) {
      const bucket = await createBucket(aws)
      const upload = await createUpload(aws, bucket, 'k')
      for (const [number, body] of [
        [3, 'ccc'],
        [1, 'a'],
        [2, 'bb'],
        [1, 'aaaa'],
      ] as const)
        await upload.part(number, body)
      const target = { Bucket: bucket.name, Key: 'k', UploadId: upload.id }
      const page = await aws.clients.s3.send(new ListPartsCommand({ ...target, MaxParts: 2 }))
      const sizes = page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])
      assert.deepEqual(sizes, [
        [1, 4],
        [2, 2],
      ])
      assert.equal(page.IsTruncated, true)
      const PartNumberMarker = String(page.NextPartNumberMarker)
      const rest = await aws.clients.s3.send(new ListPartsCommand({ ...target, PartNumberMarker }))
      assert.deepEqual(
        rest.Parts?.map(({ PartNumber }) => PartNumber),
        [3],
      )
      assert.equal(rest.IsTruncated, false)
    },
  },
  {
    id: 'own-s3-multipart-wrong-etag',
    sentence: 'Completing with a part that is not there, or not the same, is refused.',
    source: `${api}API_CompleteMultipartUpload.html`,
    async run(aws) {
      const bucket = await createBucket(aws)
      const upload = await createUpload(aws, bucket, 'k')
      const part = await upload.part(1, 'a')
      const message =
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."
      for (const wrong of [
        { ...part, PartNumber: 2 },
        { ...part, ETag: md5('other').toString('hex') },
      ]) {
        await refused(upload.complete([wrong]), { code: 'InvalidPart', status: 400, message })
      }
    },
  },
  {
    id: 'own-s3-multipart-order',
    sentence: 'Parts must be named in ascending order.',
    source: `${api}API_CompleteMultipartUpload.html`,
    async run(aws) {
      const bucket = await createBucket(aws)
      const upload = await createUpload(aws, bucket, 'k')
      const parts = [await upload.part(2, 'b'), await upload.part(1, 'a')]
      await refused(upload.complete(parts), {
        code: 'InvalidPartOrder',
        status: 400,
        message: 'The list of parts was not in ascending order. Parts must be ordered by part number.',
      })
    },
  },
  {
    id: 'own-s3-multipart-abort',
    sentence: 'An aborted upload is gone: not listed, not to be completed, and its object never was.',
    source: `${api}API_AbortMultipartUpload.html`,
    async run(aws) {
      const bucket = await createBucket(aws)
      const upload = await createUpload(aws, bucket, 'k')
      const part = await upload.part(1, 'a')
      const uploads = () => aws.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }))
      assert.deepEqual(
        (await uploads()).Uploads?.map(({ Key, UploadId }) => [Key, UploadId]),
        [['k', upload.id]],
      )
      await upload.abort()
      assert.equal((await uploads()).Uploads, undefined)
      await refused(upload.complete([part]), {
        code: 'NoSuchUpload',
        status: 404,
        message:
          'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      })
      await refused(bucket.get('k'), { code: 'NoSuchKey' })
    },
  },
  {
    id: 'own-s3-multipart-part-numbers',
    sentence: 'A part’s number is 1-10,000.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html',
    async run(aws) {
      const bucket = await createBucket(aws)
      const upload = await createUpload(aws, bucket, 'k')
      for (const number of [0, 10_001]) {
        await refused(upload.part(number, 'a'), {
          code: 'InvalidArgument',
          status: 400,
          message: 'Part number must be an integer between 1 and 10000, inclusive',
        })
      }
    },
  },
]
