import { HeadObjectCommand, PutBucketEncryptionCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { chooseUploader } from '../../../src/cli/run/choose-uploader.ts'
import { resultsKeyOf } from '../../../src/results/uploader.ts'
import { startedEnvironment } from '../../environment/started.ts'
import { makeResults } from '../../report/documents.ts'

const VARIABLE = 'TURNAROUND_RESULTS_KMS_KEY_ID'
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'

/** How S3 keeps a document that was uploaded to a bucket with a key of its own. */
async function encryptionOf(t: TestContext) {
  const environment = await startedEnvironment(t)
  const { clients, names } = environment
  const Rules = [
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'its-own' } },
  ]
  const ServerSideEncryptionConfiguration = { Rules }
  await clients.s3.send(new PutBucketEncryptionCommand({ Bucket: names.results, ServerSideEncryptionConfiguration }))
  const results = makeResults()
  await chooseUploader('bucket', environment, 'unused')!.upload(results)
  const answer = await clients.s3.send(new HeadObjectCommand({ Bucket: names.results, Key: resultsKeyOf(results) }))
  return [answer.ServerSideEncryption, answer.SSEKMSKeyId]
}

test('results are encrypted by S3 itself, whatever the bucket says', async (t) => {
  assert.deepEqual(await encryptionOf(t), ['AES256', undefined])
})

test(`${VARIABLE} encrypts them with that key of KMS`, async (t) => {
  process.env[VARIABLE] = KEY_ID
  t.after(() => Reflect.deleteProperty(process.env, VARIABLE))
  const [algorithm, keyId] = await encryptionOf(t)
  assert.equal(algorithm, 'aws:kms')
  assert.ok(keyId?.endsWith(KEY_ID), keyId)
})
