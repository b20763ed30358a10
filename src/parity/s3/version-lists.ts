import assert from 'node:assert/strict'
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import type { OwnBehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { type Bucket, createBucket } from './bucket.ts'

const recorded = 'LocalStack tests/aws/services/s3/test_s3_api.py::'

/** How versions are listed, and what becomes of version null, beyond the fixture. */
export const versionLists: readonly OwnBehaviourTest[] = [
  {
    id: 'own-s3-version-list',
    sentence: 'ListObjectVersions lists versions and markers, the newest of each key first and marked as latest.',
    source: `${recorded}TestS3ObjectCRUD::test_delete_object_versioned`,
    async run(aws) {
      const bucket = await versioned(aws)
      const first = await bucket.put('k', '1')
      const second = await bucket.put('k', '22')
      const marker = await bucket.delete('k')
      const { Versions, DeleteMarkers, IsTruncated } = await listVersions(aws, bucket)
      const found = Versions?.map(({ Key, VersionId, IsLatest, Size }) => [Key, VersionId, IsLatest, Size])
      assert.deepEqual(found, [
        ['k', second.VersionId, false, 2],
        ['k', first.VersionId, false, 1],
      ])
      const markers = DeleteMarkers?.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])
      assert.deepEqual(markers, [['k', marker.VersionId, true]])
      assert.equal(IsTruncated, false)
      assert.deepEqual(Versions?.[0].ChecksumAlgorithm, ['CRC32'])
    },
  },
  {
    id: 'own-s3-version-list-pages',
    sentence: 'ListObjectVersions pages through the versions of one key by key and version marker.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html',
    async run(aws) {
      const bucket = await versioned(aws)
      const ids: (string | undefined)[] = []
      for (const body of ['1', '2', '3']) ids.unshift((await bucket.put('k', body)).VersionId)
      const page = await listVersions(aws, bucket, { MaxKeys: 2 })
      assert.deepEqual(
        page.Versions?.map(({ VersionId }) => VersionId),
        ids.slice(0, 2),
      )
      assert.deepEqual([page.IsTruncated, page.NextKeyMarker, page.NextVersionIdMarker], [true, 'k', ids[1]])
      const markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      const rest = await listVersions(aws, bucket, markers)
      assert.deepEqual(
        rest.Versions?.map(({ VersionId }) => VersionId),
        ids.slice(2),
      )
    },
  },
  {
    id: 'own-s3-version-null',
    sentence: 'An object from before versioning is version null, and stays beside the new ones.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html',
    async run(aws) {
      const bucket = await createBucket(aws)
      const before = await bucket.put('k', 'before')
      assert.equal(before.VersionId, undefined)
      await bucket.setVersioning('Enabled')
      const after = await bucket.put('k', 'after')
      assert.ok(after.VersionId)
      assert.equal(await bucket.text('k', { VersionId: 'null' }), 'before')
      const { Versions } = await listVersions(aws, bucket)
      assert.deepEqual(
        Versions?.map(({ VersionId }) => VersionId),
        [after.VersionId, 'null'],
      )
    },
  },
  {
    id: 'own-s3-version-suspended',
    sentence: 'While versioning is suspended, writes replace version null and a delete leaves a null marker.',
    source: `${recorded}TestS3ObjectCRUD::test_delete_object_on_suspended_bucket`,
    async run(aws) {
      const bucket = await versioned(aws)
      const kept = await bucket.put('k', 'kept')
      await bucket.setVersioning('Suspended')
      await bucket.put('k', 'null 1')
      await bucket.put('k', 'null 2')
      assert.deepEqual(
        (await listVersions(aws, bucket)).Versions?.map(({ VersionId }) => VersionId),
        ['null', kept.VersionId],
      )
      const deleted = await bucket.delete('k')
      assert.deepEqual([deleted.DeleteMarker, deleted.VersionId], [true, 'null'])
      const { Versions, DeleteMarkers } = await listVersions(aws, bucket)
      assert.deepEqual(
        Versions?.map(({ VersionId }) => VersionId),
        [kept.VersionId],
      )
      assert.deepEqual(
        DeleteMarkers?.map(({ VersionId }) => VersionId),
        ['null'],
      )
    },
  },
]

async function versioned(aws: ContractEnvironment): Promise<Bucket> {
  const bucket = await createBucket(aws)
  await bucket.setVersioning('Enabled')
  return bucket
}

type Markers = Partial<ConstructorParameters<typeof ListObjectVersionsCommand>[0]>

function listVersions({ clients: { s3 } }: ContractEnvironment, { name }: Bucket, markers: Markers = {}) {
  return s3.send(new ListObjectVersionsCommand({ Bucket: name, ...markers }))
}
