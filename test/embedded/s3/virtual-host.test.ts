import { PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAddress } from '../../../src/embedded/s3/address.ts'
import { S3Error } from '../../../src/embedded/s3/errors.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

test('a bucket is addressed by every form of host name that S3 has', () => {
  const hosts = [
    'localhost',
    's3.localhost',
    's3.us-east-1.localhost',
    'localhost.localstack.cloud',
    's3.amazonaws.com',
    's3.eu-west-1.amazonaws.com',
    's3-us-west-2.amazonaws.com',
    's3.dualstack.eu-west-1.amazonaws.com',
    's3-fips.us-east-1.amazonaws.com',
    's3-fips.dualstack.us-gov-west-1.amazonaws.com',
    's3-accelerate.amazonaws.com',
    's3-accelerate.dualstack.amazonaws.com',
    's3-external-1.amazonaws.com',
    's3.cn-north-1.amazonaws.com.cn',
  ]
  for (const host of hosts) {
    for (const bucket of ['bucket', 'with.dots', 's3-bucket', 'my-s3']) {
      const hosted = readAddress('/folder/k?x=1', `${bucket}.${host}:4566`)
      assert.deepEqual(hosted, { bucket, key: 'folder/k' }, `${bucket}.${host}`)
    }
    assert.deepEqual(readAddress('/bucket/folder/k', host.toUpperCase()), { bucket: 'bucket', key: 'folder/k' }, host)
  }
  for (const host of ['127.0.0.1:4566', '[::1]:4566', 'turnaround', undefined]) {
    assert.deepEqual(readAddress('/bucket/k', host), { bucket: 'bucket', key: 'k' })
  }
})

test('access points, websites and the other endpoints are refused by name', () => {
  for (const host of [
    'point-000000000000.s3-accesspoint.us-east-1.amazonaws.com',
    'bucket.s3-website-us-east-1.amazonaws.com',
    'bucket.s3-website.eu-central-1.amazonaws.com',
    '000000000000.s3-control.us-east-1.amazonaws.com',
    'point-000000000000.op-01.s3-outposts.us-east-1.amazonaws.com',
  ]) {
    assert.throws(
      () => readAddress('/k', host),
      (error) => error instanceof S3Error && error.code === 'NotImplemented',
      host,
    )
  }
})

test('an object is read by the host name of its bucket', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'folder/k', Body: 'hello' }))
  for (const host of ['bucket.localhost', 'bucket.s3.localhost', 'bucket.s3.dualstack.us-east-1.amazonaws.com']) {
    const answer = await rawRequest(port, 'GET', '/folder/k', { host: `${host}:${port}` })
    assert.deepEqual([answer.status, answer.body], [200, 'hello'], host)
  }
  const listed = await rawRequest(port, 'GET', '/?list-type=2', { host: 'bucket.s3.localhost' })
  assert.match(listed.body, /<Key>folder\/k<\/Key>/)
  const website = await rawRequest(port, 'GET', '/', { host: 'bucket.s3-website-us-east-1.amazonaws.com' })
  assert.deepEqual([website.status, errorCode(website)], [501, 'NotImplemented'])
})

test('user metadata may have 2 KB, names included', async (t) => {
  const { port } = await serveBucket(t)
  const metadata = await rawRequest(port, 'PUT', '/bucket/k', { 'x-amz-meta-a': 'x'.repeat(2048) }, 'x')
  assert.deepEqual([metadata.status, errorCode(metadata)], [400, 'MetadataTooLarge'])
  const fits = await rawRequest(port, 'PUT', '/bucket/k', { 'x-amz-meta-a': 'x'.repeat(2047) }, 'x')
  assert.equal(fits.status, 200)
})
