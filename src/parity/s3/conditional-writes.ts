import assert from 'node:assert/strict'
import type { BehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createBucket } from './bucket.ts'
import { createUpload } from './upload.ts'

const failed = {
  code: 'PreconditionFailed',
  status: 412,
  message: 'At least one of the pre-conditions you specified did not hold',
}

/** Writes that look before they leap. */
export const conditionalWrites: readonly BehaviourTest[] = [
  {
    id: 's3-001',
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', 'a')
      const error = await refused(bucket.put('k', 'b', { IfNoneMatch: '*' }), failed)
      assert.equal(error.Condition, 'If-None-Match')
      await bucket.delete('k')
      await bucket.put('k', 'b', { IfNoneMatch: '*' })
    },
  },
  {
    id: 's3-002',
    async run(aws) {
      const bucket = await createBucket(aws)
      const { ETag } = await bucket.put('k', 'a')
      await refused(bucket.put('k', 'b', { IfNoneMatch: ETag }), { code: 'NotImplemented', status: 501 })
    },
  },
  {
    id: 's3-003',
    async run(aws) {
      const bucket = await createBucket(aws)
      const { ETag } = await bucket.put('k', 'a')
      const other = '"0cc175b9c0f1b6a831c399e269772662"'
      await refused(bucket.put('k', 'b', { IfMatch: other }), failed)
      const replaced = await bucket.put('k', 'b', { IfMatch: ETag })
      assert.notEqual(replaced.ETag, ETag)
      await refused(bucket.put('missing', 'b', { IfMatch: ETag }), { code: 'NoSuchKey', status: 404 })
    },
  },
  {
    id: 's3-006',
    async run(aws) {
      const bucket = await createBucket(aws)
      const upload = await createUpload(aws, bucket, 'k')
      const part = await upload.part(1, 'part')
      await bucket.put('k', 'meanwhile')
      await refused(upload.complete([part], { IfNoneMatch: '*' }), failed)
    },
  },
  {
    id: 's3-007',
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', 'a')
      const upload = await createUpload(aws, bucket, 'k')
      const part = await upload.part(1, 'part')
      await refused(upload.complete([part], { IfNoneMatch: '*' }), failed)
      await bucket.delete('k')
      await refused(upload.complete([part], { IfNoneMatch: '*' }), {
        code: 'ConditionalRequestConflict',
        status: 409,
        message: 'The conditional request cannot succeed due to a conflicting operation against this resource.',
      })
      const again = await createUpload(aws, bucket, 'k')
      await again.complete([await again.part(1, 'part')], { IfNoneMatch: '*' })
    },
  },
  {
    id: 's3-009',
    async run(aws) {
      const bucket = await createBucket(aws)
      const { ETag } = await bucket.put('k', 'a')
      const error = await refused(bucket.delete('k', { IfMatch: 'badvalue' }), failed)
      assert.equal(error.Condition, 'If-Match')
      await bucket.delete('k', { IfMatch: ETag })
    },
  },
]
