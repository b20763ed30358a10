import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const Key = 'k'

test('what an upload says of its object comes back', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const said = {
    CacheControl: 'max-age=60',
    ContentDisposition: 'attachment',
    ContentEncoding: 'gzip',
    ContentLanguage: 'de',
    ContentType: 'text/plain',
    Metadata: { leg: '7' },
    WebsiteRedirectLocation: '/elsewhere',
    StorageClass: 'STANDARD_IA' as const,
  }
  await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...said }))
  const { Body, ...got } = await sdk.send(new GetObjectCommand({ Bucket, Key }))
  for (const [name, value] of Object.entries(said)) assert.deepEqual(Reflect.get(got, name), value, name)
  await sdk.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` }))
  const copy = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'copy' }))
  assert.deepEqual([copy.Metadata, copy.ContentEncoding], [said.Metadata, 'gzip'])
  // How the source was stored is not copied.
  assert.deepEqual([copy.StorageClass, copy.WebsiteRedirectLocation], [undefined, undefined])
  assert.equal(await Body?.transformToString(), 'x')
})

test('a storage class is shown, STANDARD is not named, others are refused', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x', StorageClass: 'STANDARD' }))
  assert.equal((await sdk.send(new HeadObjectCommand({ Bucket, Key }))).StorageClass, undefined)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'rare', Body: 'x', StorageClass: 'ONEZONE_IA' }))
  const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket }))
  assert.deepEqual(
    Contents.map(({ StorageClass }) => StorageClass),
    ['STANDARD', 'ONEZONE_IA'],
  )
  for (const [storageClass, code] of [
    ['CHEAP', 'InvalidStorageClass'],
    ['GLACIER', 'NotImplemented'],
  ]) {
    const answer = await rawRequest(port, 'PUT', '/bucket/k', { 'x-amz-storage-class': storageClass }, 'x')
    assert.equal(errorCode(answer), code)
  }
})

test('an object says how it is encrypted: as asked, else as its bucket says', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const put = await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  assert.equal(put.ServerSideEncryption, 'AES256')
  const asked = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: 'key-1' }
  const kms = await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...asked }))
  const arn = 'arn:aws:kms:us-east-1:000000000000:key/key-1'
  assert.deepEqual([kms.ServerSideEncryption, kms.SSEKMSKeyId], ['aws:kms', arn])
  const head = await sdk.send(new HeadObjectCommand({ Bucket, Key }))
  assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ['aws:kms', arn])

  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const }, BucketKeyEnabled: true }]
  await sdk.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
  const byBucket = await sdk.send(new PutObjectCommand({ Bucket, Key: 'other', Body: 'x' }))
  assert.deepEqual([byBucket.ServerSideEncryption, byBucket.BucketKeyEnabled], ['aws:kms', true])
  assert.match(byBucket.SSEKMSKeyId ?? '', /^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-/)
})

test('encryption that cannot be is refused: unknown methods, keys without their method, keys of the customer', async (t) => {
  const { port } = await serveBucket(t)
  const prefix = 'x-amz-server-side-encryption'
  const refused: [Record<string, string>, number, string][] = [
    [{ [prefix]: 'rot13' }, 400, 'InvalidArgument'],
    [{ [`${prefix}-aws-kms-key-id`]: 'key-1' }, 400, 'InvalidArgument'],
    [{ [`${prefix}-customer-algorithm`]: 'AES256' }, 501, 'NotImplemented'],
  ]
  for (const [headers, status, code] of refused) {
    const answer = await rawRequest(port, 'PUT', '/bucket/k', headers, 'x')
    assert.deepEqual([answer.status, errorCode(answer)], [status, code], JSON.stringify(headers))
  }
  assert.equal((await rawRequest(port, 'HEAD', '/bucket/k')).status, 404)
})

test('user metadata outside ASCII comes back as the encoded word that S3 makes of it', async (t) => {
  const { port } = await serveBucket(t)
  // The example of the user guide: the bytes are UTF-8, and S3 takes them for Latin-1.
  const value = Buffer.from('ÄMÄZÕÑ S3').toString('latin1')
  const metadata = { 'x-amz-meta-nonascii': value, 'x-amz-meta-ascii': 'AMAZONS3' }
  // Behind a body that is text, Node would write the headers in UTF-8.
  await rawRequest(port, 'PUT', '/bucket/k', metadata, Buffer.from('x'))
  const { headers } = await rawRequest(port, 'HEAD', '/bucket/k')
  assert.equal(headers['x-amz-meta-nonascii'], '=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=')
  assert.equal(headers['x-amz-meta-ascii'], 'AMAZONS3')
})

test('a redirect must lead somewhere', async (t) => {
  const { port } = await serveBucket(t)
  const headers = { 'x-amz-website-redirect-location': 'elsewhere' }
  assert.equal(errorCode(await rawRequest(port, 'PUT', '/bucket/k', headers, 'x')), 'InvalidRedirectLocation')
})
