import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startEmbeddedAws } from '../../src/embedded/index.ts'
import { EnvironmentError, NotFoundError } from '../../src/errors.ts'
import { s3Store } from '../../src/results/s3-store.ts'
import { resultStoresContract } from '../contract/result-stores.ts'

const BUCKET = 'scenario-1-local-data-000000000000'

resultStoresContract('S3 under a prefix', async (t) =>
  s3Store({ client: await startS3(t), bucket: BUCKET, prefix: 'run-1' }),
)
resultStoresContract('S3 without a prefix', async (t) =>
  s3Store({ client: await startS3(t), bucket: BUCKET, prefix: '' }),
)

test('the key in the bucket is the prefix and the key, and answers name the key alone', async (t) => {
  const client = await startS3(t)
  const stored = await s3Store({ client, bucket: BUCKET, prefix: 'team/run-1/' }).put(
    'output/a.json',
    Buffer.from('{}'),
  )
  assert.equal(stored.key, 'output/a.json')
  const found = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'team/run-1/output/a.json' }))
  assert.equal(await found.Body?.transformToString(), '{}')
})

test('a missing object is named by its full key and its bucket', async (t) => {
  const store = s3Store({ client: await startS3(t), bucket: BUCKET, prefix: 'run-1' })
  await assert.rejects(store.get('delays/a.parquet'), (error) => {
    assert.ok(error instanceof NotFoundError)
    assert.equal(error.key, 'run-1/delays/a.parquet')
    assert.equal(error.message, `run-1/delays/a.parquet does not exist in s3://${BUCKET}`)
    return true
  })
})

test('a missing bucket is not a missing object: it is named with the way out', async (t) => {
  const store = s3Store({ client: await startS3(t), bucket: 'no-such-bucket', prefix: 'run-1' })
  for (const attempt of [store.get('a.json'), store.put('a.json', Buffer.from('{}'))]) {
    await assert.rejects(attempt, (error) => {
      assert.ok(error instanceof EnvironmentError)
      assert.match(error.message, /^s3:\/\/no-such-bucket\/run-1\/a.json: the bucket does not exist; create it with/)
      return true
    })
  }
})

test('a server that is not there is an environment that cannot be reached', async () => {
  // Port 1 of this machine: reserved, and refused at once.
  const client = new S3Client({ ...LOCAL, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 })
  const store = s3Store({ client, bucket: BUCKET, prefix: '' })
  await assert.rejects(store.get('a.json'), (error) => {
    assert.ok(error instanceof EnvironmentError)
    assert.match(error.message, /a.json: nothing answers there \(ECONNREFUSED\): check the endpoint/)
    return true
  })
  client.destroy()
})

const LOCAL = {
  region: 'eu-west-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
}

async function startS3(t: TestContext): Promise<S3Client> {
  const server = await startEmbeddedAws()
  const client = new S3Client({ ...LOCAL, endpoint: server.endpoint })
  t.after(async () => {
    client.destroy()
    await server.stop()
  })
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
  return client
}
