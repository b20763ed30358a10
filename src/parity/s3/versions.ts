import assert from 'node:assert/strict'
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import type { OwnBehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { refused } from '../refused.ts'
import { type Bucket, createBucket } from './bucket.ts'

const recorded = 'LocalStack tests/aws/services/s3/test_s3_api.py::'

/** Versions and delete markers, beyond the fixture. */
export const versions: readonly OwnBehaviourTest[] = [
  {
    id: 'own-s3-versioning-states',
    sentence: 'A bucket has no versioning status until it is enabled or suspended, and no other value is taken.',
    source: `${recorded}TestS3BucketVersioning::test_bucket_versioning_crud`,
    async run(aws) {
      const bucket = await createBucket(aws)
      const { s3 } = aws.clients
      const status = async () => (await s3.send(new GetBucketVersioningCommand({ Bucket: bucket.name }))).Status
      assert.equal(await status(), undefined)
      await bucket.setVersioning('Suspended')
      assert.equal(await status(), 'Suspended')
      await bucket.setVersioning('Enabled')
      assert.equal(await status(), 'Enabled')
      await refused(bucket.setVersioning('enabled' as 'Enabled'), { code: 'MalformedXML', status: 400 })
      const empty = new PutBucketVersioningCommand({ Bucket: bucket.name, VersioningConfiguration: {} })
      await refused(s3.send(empty), {
        code: 'IllegalVersioningConfigurationException',
        status: 400,
        message: 'The Versioning element must be specified',
      })
    },
  },
  {
    id: 'own-s3-version-delete-marker',
    sentence: 'A delete in a versioned bucket puts a marker over the object; removing the marker brings it back.',
    source: `${recorded}TestS3ObjectCRUD::test_delete_object_versioned`,
    async run(aws) {
      const bucket = await versioned(aws)
      const put = await bucket.put('k', 'a')
      const deleted = await bucket.delete('k')
      assert.equal(deleted.DeleteMarker, true)
      await refused(bucket.get('k'), { code: 'NoSuchKey', status: 404 })
      assert.equal(await bucket.text('k', { VersionId: put.VersionId }), 'a')
      const removed = await bucket.delete('k', { VersionId: deleted.VersionId })
      assert.deepEqual([removed.DeleteMarker, removed.VersionId], [true, deleted.VersionId])
      assert.equal(await bucket.text('k'), 'a')
    },
  },
  {
    id: 'own-s3-version-get-marker',
    sentence: 'A delete marker cannot be read: 405, and it says so.',
    source: `${recorded}TestS3ObjectCRUD::test_delete_object_versioned`,
    async run(aws) {
      const bucket = await versioned(aws)
      await bucket.put('k', 'a')
      const { VersionId } = await bucket.delete('k')
      const error = await refused(bucket.get('k', { VersionId }), {
        code: 'MethodNotAllowed',
        status: 405,
        message: 'The specified method is not allowed against this resource.',
      })
      assert.deepEqual([error.Method, error.ResourceType], ['GET', 'DeleteMarker'])
    },
  },
  {
    id: 'own-s3-version-gone',
    sentence: 'A version that was deleted is NoSuchVersion, one that cannot be is InvalidArgument.',
    source: `${recorded}TestS3ObjectCRUD::test_delete_object_versioned`,
    async run(aws) {
      const bucket = await versioned(aws)
      const { VersionId } = await bucket.put('k', 'a')
      const deleted = await bucket.delete('k', { VersionId })
      assert.deepEqual([deleted.DeleteMarker, deleted.VersionId], [undefined, VersionId])
      await refused(bucket.get('k', { VersionId }), {
        code: 'NoSuchVersion',
        status: 404,
        message: 'The specified version does not exist.',
      })
      await refused(bucket.delete('k', { VersionId: 'not-a-version' }), {
        code: 'InvalidArgument',
        status: 400,
        message: 'Invalid version id specified',
      })
    },
  },
  {
    id: 'own-s3-version-delete-objects',
    sentence: 'DeleteObjects puts markers, also on keys that never were.',
    source: `${recorded}TestS3ObjectCRUD::test_delete_objects_versioned`,
    async run(aws) {
      const bucket = await versioned(aws)
      await bucket.put('k', 'a')
      const Objects = [{ Key: 'k' }, { Key: 'wrong' }]
      const call = new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects } })
      const { Deleted } = await aws.clients.s3.send(call)
      const markers = new Map(Deleted?.map(({ Key, DeleteMarker }) => [Key, DeleteMarker]))
      assert.deepEqual([markers.get('k'), markers.get('wrong'), markers.size], [true, true, 2])
      assert.ok(Deleted?.every(({ DeleteMarkerVersionId }) => DeleteMarkerVersionId))
    },
  },
  {
    id: 'own-s3-version-bucket-not-empty',
    sentence: 'A bucket with versions or markers cannot be deleted.',
    source: `${recorded}TestS3BucketCRUD::test_delete_versioned_bucket_with_objects`,
    async run(aws) {
      const bucket = await versioned(aws)
      await bucket.put('k', 'a')
      await bucket.delete('k')
      await refused(aws.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket.name })), {
        code: 'BucketNotEmpty',
        status: 409,
        message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
      })
    },
  },
]

async function versioned(aws: ContractEnvironment): Promise<Bucket> {
  const bucket = await createBucket(aws)
  await bucket.setVersioning('Enabled')
  return bucket
}
