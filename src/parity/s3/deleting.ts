import assert from 'node:assert/strict'
import { DeleteObjectsCommand } from '@aws-sdk/client-s3'
import type { BehaviourTest } from '../behaviour.ts'
import { createBucket } from './bucket.ts'

export const deleting: readonly BehaviourTest[] = [
  {
    id: 's3-013',
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', 'a')
      for (let i = 0; i < 2; i++) {
        const { $metadata } = await bucket.delete('k')
        assert.equal($metadata.httpStatusCode, 204)
      }
    },
  },
  {
    id: 's3-014',
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('there', 'a')
      const Objects = ['a-wrong-key', 'c-wrong-key', 'there'].map((Key) => ({ Key }))
      const call = new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects } })
      const { Deleted, Errors, $metadata } = await aws.clients.s3.send(call)
      assert.equal($metadata.httpStatusCode, 200)
      const deleted = new Set(Deleted?.map(({ Key }) => Key))
      assert.deepEqual(deleted, new Set(['a-wrong-key', 'c-wrong-key', 'there']))
      assert.equal(Errors, undefined)
    },
  },
]
