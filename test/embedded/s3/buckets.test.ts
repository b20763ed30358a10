import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { isBucketName } from '../../../src/embedded/s3/bucket-name.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket, serveS3 } from './serve-s3.ts'

test('a bucket is created, listed, found, located and deleted', async (t) => {
  const served = await serveS3(t)
  const sdk = served.client()
  await sdk.send(new CreateBucketCommand({ Bucket: 'here' }))
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const
  await sdk.send(new CreateBucketCommand({ Bucket: 'abroad', CreateBucketConfiguration }))
  const { Buckets } = await sdk.send(new ListBucketsCommand({}))
  assert.deepEqual(
    Buckets?.map(({ Name }) => Name),
    ['abroad', 'here'],
  )
  const abroad = served.client({ region: 'eu-west-1' })
  assert.equal((await abroad.send(new HeadBucketCommand({ Bucket: 'abroad' }))).BucketRegion, 'eu-west-1')
  const location = await abroad.send(new GetBucketLocationCommand({ Bucket: 'abroad' }))
  assert.equal(location.LocationConstraint, 'eu-west-1')
  await sdk.send(new DeleteBucketCommand({ Bucket: 'here' }))
  await assert.rejects(sdk.send(new HeadBucketCommand({ Bucket: 'here' })), { name: 'NotFound' })
})

test('buckets are listed in pages', async (t) => {
  const sdk = (await serveS3(t)).client()
  for (const Bucket of ['one', 'two', 'three']) await sdk.send(new CreateBucketCommand({ Bucket }))
  const first = await sdk.send(new ListBucketsCommand({ MaxBuckets: 2 }))
  const second = await sdk.send(new ListBucketsCommand({ ContinuationToken: first.ContinuationToken }))
  const names = [...first.Buckets!, ...second.Buckets!].map(({ Name }) => Name)
  assert.deepEqual(names, ['one', 'three', 'two'])
  assert.equal(second.ContinuationToken, undefined)
})

test("creating one's own bucket again is fine in us-east-1 and a conflict elsewhere", async (t) => {
  const sdk = (await serveS3(t)).client()
  const abroad = { Bucket: 'abroad', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } } as const
  await sdk.send(new CreateBucketCommand({ Bucket: 'here' }))
  await sdk.send(new CreateBucketCommand({ Bucket: 'here' }))
  await sdk.send(new CreateBucketCommand(abroad))
  await assert.rejects(sdk.send(new CreateBucketCommand(abroad)), { name: 'BucketAlreadyOwnedByYou' })
})

test('a bucket with objects is not deleted', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  await assert.rejects(sdk.send(new DeleteBucketCommand({ Bucket })), {
    name: 'BucketNotEmpty',
    message: 'The bucket you tried to delete is not empty',
  })
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  await sdk.send(new DeleteBucketCommand({ Bucket }))
  await assert.rejects(sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })), { name: 'NoSuchBucket' })
})

test('the naming rules of S3 hold', async (t) => {
  const { port } = await serveS3(t)
  const good = ['abc', 'a.b', 'a-b', '1-2', 'x'.repeat(63), 'scenario-1-local-data-000000000000']
  const bad = ['ab', 'x'.repeat(64), 'Abc', 'a_b', '-ab', 'ab-', '.ab', 'ab.', 'a..b', '192.168.0.1', 'xn--abc']
  const reserved = ['sthree-x', 'amzn-s3-demo-x', 'x-s3alias', 'x--ol-s3', 'x.mrap', 'x--x-s3', 'x--table-s3']
  for (const name of good) assert.equal(isBucketName(name), true, name)
  for (const name of [...bad, ...reserved]) {
    assert.equal(isBucketName(name), false, name)
    const answer = await rawRequest(port, 'PUT', `/${name}`)
    assert.deepEqual([answer.status, errorCode(answer)], [400, 'InvalidBucketName'], name)
  }
})

test('a bucket is also addressed by the host name', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'folder/k', Body: 'hello' }))
  for (const host of ['bucket.localhost', 'bucket.s3.localhost', 'bucket.s3.us-east-1.localhost']) {
    const answer = await rawRequest(port, 'GET', '/folder/k', { host: `${host}:${port}` })
    assert.deepEqual([answer.status, answer.body], [200, 'hello'], host)
  }
  for (const host of ['localhost', 's3.localhost', '127.0.0.1', 's3.us-east-1.localhost', 'turnaround']) {
    const answer = await rawRequest(port, 'GET', '/bucket/folder/k', { host: `${host}:${port}` })
    assert.deepEqual([answer.status, answer.body], [200, 'hello'], host)
  }
})

test('a bucket of another account is refused', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await sdk.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '000000000000' }))
  const other = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ExpectedBucketOwner: '111111111111' })
  await assert.rejects(sdk.send(other), { name: 'AccessDenied' })
})

test('a bucket that goes while what is to be said of it arrives is not there any more', async (t) => {
  const { port, sdk, Bucket, faults } = await serveBucket(t)
  const bodies = {
    acl: 'nobody reads it',
    cors: '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>',
    policy: JSON.stringify({
      Statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
      },
    }),
    versioning: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  }
  for (const [setting, body] of Object.entries(bodies)) {
    await sdk.send(new CreateBucketCommand({ Bucket }))
    const headers = { 'content-length': body.length, 'x-amz-acl': 'private', expect: '100-continue' }
    const sent = request({
      host: '127.0.0.1',
      port,
      method: 'PUT',
      path: `/${Bucket}?${setting}`,
      headers,
      agent: false,
    })
    sent.flushHeaders()
    await once(sent, 'continue')
    await sdk.send(new DeleteBucketCommand({ Bucket }))
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    assert.equal(errorCode({ body: await text(response) }), 'NoSuchBucket', setting)
  }
  assert.deepEqual(faults, [])
})
