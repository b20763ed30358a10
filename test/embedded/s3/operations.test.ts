import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InjectedFault } from '../../../src/embedded/faults/injected-fault.ts'
import type { Perform } from '../../../src/embedded/http-request.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket, serveS3 } from './serve-s3.ts'

test("each operation goes through the gate once, by AWS's name and with what it is about", async (t) => {
  const seen: string[] = []
  const perform: Perform = async (_, { service, operation, resource }, work) => {
    seen.push(`${service}:${operation} ${resource}`)
    return work()
  }
  const sdk = (await serveS3(t, { perform })).client()
  const [Bucket, Key] = ['bucket', 'a/b']
  const object = { Bucket, Key }
  await sdk.send(new CreateBucketCommand({ Bucket }))
  await sdk.send(new PutObjectCommand({ ...object, Body: 'x' }))
  await sdk.send(new GetObjectCommand(object))
  await sdk.send(new HeadObjectCommand(object))
  await sdk.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: 'bucket/a/b' }))
  await sdk.send(new ListObjectsV2Command({ Bucket }))
  await sdk.send(new ListObjectVersionsCommand({ Bucket }))
  await sdk.send(new GetBucketVersioningCommand({ Bucket }))
  const { UploadId } = await sdk.send(new CreateMultipartUploadCommand(object))
  const { ETag } = await sdk.send(new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: 'x' }))
  await sdk.send(new ListPartsCommand({ ...object, UploadId }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await sdk.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }))
  await sdk.send(new DeleteObjectCommand(object))
  await sdk.send(new ListBucketsCommand({}))
  await assert.rejects(sdk.send(new GetObjectCommand({ Bucket: 'none', Key })), { name: 'NoSuchBucket' })
  assert.deepEqual(seen, [
    's3:CreateBucket bucket',
    's3:PutObject bucket/a/b',
    's3:GetObject bucket/a/b',
    's3:HeadObject bucket/a/b',
    's3:CopyObject bucket/copy',
    's3:ListObjectsV2 bucket',
    's3:ListObjectVersions bucket',
    's3:GetBucketVersioning bucket',
    's3:CreateMultipartUpload bucket/a/b',
    's3:UploadPart bucket/a/b',
    's3:ListParts bucket/a/b',
    's3:CompleteMultipartUpload bucket/a/b',
    's3:DeleteObject bucket/a/b',
    's3:ListBuckets ',
    's3:GetObject none/a/b',
  ])
})

test('injected faults are answered as S3 words them, and nothing is done', async (t) => {
  let fault: InjectedFault | undefined
  // oxlint-disable-next-line typescript/require-await -- so that a throw is a rejection
  const perform: Perform = async (_exchange, _call, work) => {
    if (fault !== undefined) throw fault
    return work()
  }
  const { port } = await serveBucket(t, { perform })
  const cases: [InjectedFault, number, string][] = [
    [new InjectedFault('throttle'), 503, 'SlowDown'],
    [new InjectedFault('error'), 500, 'InternalError'],
    [new InjectedFault('error', 502), 502, 'InternalError'],
    [new InjectedFault('error', 503), 503, 'ServiceUnavailable'],
  ]
  for (const [injected, status, code] of cases) {
    fault = injected
    const answer = await rawRequest(port, 'PUT', '/bucket/k', {}, 'x')
    assert.deepEqual([answer.status, errorCode(answer)], [status, code])
  }
  fault = undefined
  assert.equal((await rawRequest(port, 'GET', '/bucket/k')).status, 404)
})
