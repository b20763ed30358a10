import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3ServiceException,
  type BucketLocationConstraint,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveS3 } from './serve-s3.ts'

const inRegion = (LocationConstraint: BucketLocationConstraint) => ({
  CreateBucketConfiguration: { LocationConstraint },
})
const credentials = (accessKeyId: string) => ({ credentials: { accessKeyId, secretAccessKey: 'secret' } })
const scope = (accessKeyId: string, region: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/s3/aws4_request, SignedHeaders=host, Signature=0`,
})

async function bucketNames(sdk: S3Client): Promise<(string | undefined)[]> {
  const { Buckets } = await sdk.send(new ListBucketsCommand({}))
  return Buckets!.map(({ Name }) => Name)
}

test("a bucket's name is everybody's, its content its account's alone", async (t) => {
  const served = await serveS3(t)
  const mine = served.client(credentials('111111111111'))
  const other = served.client(credentials('222222222222'))
  await mine.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  await mine.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }))
  await assert.rejects(other.send(new CreateBucketCommand({ Bucket: 'bucket' })), { name: 'BucketAlreadyExists' })
  await assert.rejects(other.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' })), { name: 'AccessDenied' })
  await assert.rejects(other.send(new HeadBucketCommand({ Bucket: 'bucket' })), (error: unknown) => {
    assert.ok(error instanceof S3ServiceException)
    assert.equal(error.$metadata.httpStatusCode, 403)
    return true
  })
  assert.deepEqual([await bucketNames(mine), await bucketNames(other)], [['bucket'], []])
  const { port } = served
  assert.equal((await rawRequest(port, 'GET', '/bucket/k', scope('111111111111', 'us-east-1'))).body, 'x')
  assert.equal(errorCode(await rawRequest(port, 'GET', '/bucket/k')), 'AccessDenied')
})

test('a copy reads only from buckets of its account, in whatever region', async (t) => {
  const { client, port } = await serveS3(t)
  const mine = client(credentials('111111111111'))
  const abroad = client({ ...credentials('111111111111'), region: 'eu-west-1' })
  const other = client(credentials('222222222222'))
  await mine.send(new CreateBucketCommand({ Bucket: 'mine' }))
  await mine.send(new PutObjectCommand({ Bucket: 'mine', Key: 'k', Body: 'x' }))
  await abroad.send(new CreateBucketCommand({ Bucket: 'abroad', ...inRegion('eu-west-1') }))
  await other.send(new CreateBucketCommand({ Bucket: 'other' }))
  const copy = (bucket: string, account: string, region: string) =>
    rawRequest(port, 'PUT', `/${bucket}/copy`, { ...scope(account, region), 'x-amz-copy-source': 'mine/k' })
  assert.equal((await copy('abroad', '111111111111', 'eu-west-1')).status, 200)
  assert.equal(errorCode(await copy('other', '222222222222', 'us-east-1')), 'AccessDenied')
})

test('a request signed for another region is sent to the right one, by redirect or as a malformed header', async (t) => {
  const { client, port } = await serveS3(t)
  const abroad = client({ region: 'eu-west-1' })
  await abroad.send(new CreateBucketCommand({ Bucket: 'abroad', ...inRegion('eu-west-1') }))
  await abroad.send(new PutObjectCommand({ Bucket: 'abroad', Key: 'k', Body: 'x' }))

  const byPath = await rawRequest(port, 'GET', '/abroad/k', scope('test', 'us-east-1'))
  assert.deepEqual([byPath.status, errorCode(byPath)], [301, 'PermanentRedirect'])
  assert.equal(byPath.headers['x-amz-bucket-region'], 'eu-west-1')
  assert.match(byPath.body, /<Endpoint>abroad\.s3\.eu-west-1\.amazonaws\.com<\/Endpoint><Bucket>abroad<\/Bucket>/)
  const head = await rawRequest(port, 'HEAD', '/abroad', scope('test', 'us-east-1'))
  assert.deepEqual([head.status, head.headers['x-amz-bucket-region'], head.body], [301, 'eu-west-1', ''])
  const byHost = await rawRequest(port, 'GET', '/k', { ...scope('test', 'us-east-1'), host: 'abroad.localhost' })
  assert.deepEqual([byHost.status, errorCode(byHost)], [400, 'AuthorizationHeaderMalformed'])
  assert.match(byHost.body, /the region 'us-east-1' is wrong; expecting 'eu-west-1'.*<Region>eu-west-1<\/Region>/)
  // Nobody signed: the region is the bucket's.
  assert.equal((await rawRequest(port, 'GET', '/abroad/k')).body, 'x')

  const following = client({ followRegionRedirects: true })
  const got = await following.send(new GetObjectCommand({ Bucket: 'abroad', Key: 'k' }))
  assert.equal(await got.Body!.transformToString(), 'x')
})

test('a bucket is made where its constraint says, which the endpoint has to be able to do', async (t) => {
  const { client, port } = await serveS3(t)
  const [home, abroad] = [client(), client({ region: 'eu-west-1' })]
  // The SDK would fill the constraint in.
  const unspecified = await rawRequest(port, 'PUT', '/none', scope('test', 'eu-west-1'))
  assert.deepEqual([unspecified.status, errorCode(unspecified)], [400, 'IllegalLocationConstraintException'])
  assert.match(unspecified.body, /The unspecified location constraint is incompatible for the region specific endpoint/)
  await assert.rejects(abroad.send(new CreateBucketCommand({ Bucket: 'none', ...inRegion('us-west-2') })), {
    name: 'IllegalLocationConstraintException',
    message:
      'The us-west-2 location constraint is incompatible for the region specific endpoint this request was sent to.',
  })
  await assert.rejects(home.send(new CreateBucketCommand({ Bucket: 'none', ...inRegion('moon' as 'eu-west-1') })), {
    name: 'InvalidLocationConstraint',
  })
  await home.send(new CreateBucketCommand({ Bucket: 'made-from-home', ...inRegion('eu-west-1') }))
  await abroad.send(new CreateBucketCommand({ Bucket: 'made-abroad', ...inRegion('eu-west-1') }))
  assert.equal((await abroad.send(new HeadBucketCommand({ Bucket: 'made-from-home' }))).BucketRegion, 'eu-west-1')
  assert.deepEqual(await bucketNames(home), ['made-abroad', 'made-from-home'])
  await assert.rejects(abroad.send(new CreateBucketCommand({ Bucket: 'made-abroad', ...inRegion('eu-west-1') })), {
    name: 'BucketAlreadyOwnedByYou',
  })
})
