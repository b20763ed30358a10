import assert from 'node:assert/strict'
import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createBucket } from './bucket.ts'

const api = 'https://docs.aws.amazon.com/AmazonS3/latest/API/'

/** What is set on a bucket, beyond the fixture. */
export const settings: readonly OwnBehaviourTest[] = [
  {
    id: 'own-s3-settings-absent',
    sentence: 'A setting that was never made has its own error.',
    source: `${api}ErrorResponses.html`,
    async run(aws) {
      const { name: Bucket } = await createBucket(aws)
      const { s3 } = aws.clients
      await refused(s3.send(new GetBucketCorsCommand({ Bucket })), {
        code: 'NoSuchCORSConfiguration',
        status: 404,
        message: 'The CORS configuration does not exist',
      })
      await refused(s3.send(new GetBucketPolicyCommand({ Bucket })), {
        code: 'NoSuchBucketPolicy',
        status: 404,
        message: 'The bucket policy does not exist',
      })
      await refused(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })), {
        code: 'NoSuchLifecycleConfiguration',
        status: 404,
        message: 'The lifecycle configuration does not exist',
      })
    },
  },
  {
    id: 'own-s3-encryption-default',
    sentence: 'A new bucket encrypts with AES256 and says so.',
    source:
      'LocalStack tests/aws/services/s3/test_s3_api.py::TestS3BucketEncryption::test_s3_default_bucket_encryption',
    async run(aws) {
      const { name: Bucket } = await createBucket(aws)
      const found = await aws.clients.s3.send(new GetBucketEncryptionCommand({ Bucket }))
      const [rule] = found.ServerSideEncryptionConfiguration?.Rules ?? []
      assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'AES256')
      assert.equal(rule.BucketKeyEnabled, false)
    },
  },
  {
    id: 'own-s3-lifecycle',
    sentence: 'A lifecycle rule is stored and given back.',
    source: `${api}API_PutBucketLifecycleConfiguration.html`,
    async run(aws) {
      const { name: Bucket } = await createBucket(aws)
      const rule = { ID: 'old', Status: 'Enabled' as const, Filter: { Prefix: 'tmp/' }, Expiration: { Days: 7 } }
      const LifecycleConfiguration = { Rules: [rule] }
      await aws.clients.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }))
      const { Rules } = await aws.clients.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
      assert.deepEqual(Rules, [rule])
    },
  },
]
