import assert from 'node:assert/strict'
import {
  CopyObjectCommand,
  DeleteBucketCommand,
  GetObjectTaggingCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createBucket } from './bucket.ts'

const api = 'https://docs.aws.amazon.com/AmazonS3/latest/API/'

/** What an object carries with it, beyond the fixture. */
export const objects: readonly OwnBehaviourTest[] = [
  {
    id: 'own-s3-metadata',
    sentence: 'User metadata and standard headers come back with the object, names in lower case.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html',
    async run(aws) {
      const bucket = await createBucket(aws)
      const headers = {
        ContentType: 'text/csv',
        CacheControl: 'no-store',
        ContentDisposition: 'attachment',
        ContentLanguage: 'en',
      }
      await bucket.put('k', 'a', { Metadata: { Colour: 'red', size: '42' }, ...headers })
      const found = await bucket.head('k')
      assert.deepEqual(found.Metadata, { colour: 'red', size: '42' })
      const { ContentType, CacheControl, ContentDisposition, ContentLanguage } = found
      assert.deepEqual({ ContentType, CacheControl, ContentDisposition, ContentLanguage }, headers)
    },
  },
  {
    id: 'own-s3-metadata-too-large',
    sentence: 'User metadata is at most 2 KB.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html',
    async run(aws) {
      const bucket = await createBucket(aws)
      await refused(bucket.put('k', 'a', { Metadata: { k: 'v'.repeat(2_048) } }), {
        code: 'MetadataTooLarge',
        status: 400,
        message: 'Your metadata headers exceed the maximum allowed metadata size',
      })
    },
  },
  {
    id: 'own-s3-copy-itself',
    sentence: 'Copying an object onto itself without a change is refused.',
    source: `${api}API_CopyObject.html`,
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', 'a', { Metadata: { old: 'yes' } })
      const target = { Bucket: bucket.name, Key: 'k', CopySource: `${bucket.name}/k` }
      await refused(aws.clients.s3.send(new CopyObjectCommand(target)), {
        code: 'InvalidRequest',
        status: 400,
        message:
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      })
      const replaced = { MetadataDirective: 'REPLACE' as const, Metadata: { new: 'yes' } }
      await aws.clients.s3.send(new CopyObjectCommand({ ...target, ...replaced }))
      assert.deepEqual((await bucket.head('k')).Metadata, { new: 'yes' })
    },
  },
  {
    id: 'own-s3-tagging',
    sentence: 'An object’s tags are set as a whole, at most ten of them, and counted on a read.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html',
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', 'a', { Tagging: 'a=1&b=2' })
      const target = { Bucket: bucket.name, Key: 'k' }
      const tags = async () => (await aws.clients.s3.send(new GetObjectTaggingCommand(target))).TagSet
      assert.deepEqual(await tags(), [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ])
      assert.equal((await bucket.get('k')).TagCount, 2)
      const set = (TagSet: { Key: string; Value: string }[]) =>
        aws.clients.s3.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet } }))
      await set([{ Key: 'c', Value: '3' }])
      assert.deepEqual(await tags(), [{ Key: 'c', Value: '3' }])
      const eleven = Array.from({ length: 11 }, (_, i) => ({ Key: `k${i}`, Value: 'v' }))
      await refused(set(eleven), { code: 'BadRequest', status: 400, message: 'Object tags cannot be greater than 10' })
    },
  },
  {
    id: 'own-s3-key-length',
    sentence: 'A key has at most 1,024 bytes.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html',
    async run(aws) {
      const bucket = await createBucket(aws)
      const longest = 'é'.repeat(512)
      await bucket.put(longest, 'a')
      assert.equal(await bucket.text(longest), 'a')
      await refused(bucket.put(`${longest}x`, 'a'), {
        code: 'KeyTooLongError',
        status: 400,
        message: 'Your key is too long',
      })
    },
  },
  {
    id: 'own-s3-bucket-not-empty',
    sentence: 'A bucket with objects cannot be deleted.',
    source: 'LocalStack tests/aws/services/s3/test_s3_api.py::TestS3BucketCRUD::test_delete_bucket_with_objects',
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', 'a')
      const error = await refused(aws.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket.name })), {
        code: 'BucketNotEmpty',
        status: 409,
        message: 'The bucket you tried to delete is not empty',
      })
      assert.equal(error.BucketName, bucket.name)
    },
  },
]
