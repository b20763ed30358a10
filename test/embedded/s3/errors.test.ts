import { PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

test('an error has the shape, the headers and the identifiers of S3', async (t) => {
  const { port } = await serveBucket(t)
  const answer = await rawRequest(port, 'GET', '/bucket/a%26b')
  assert.equal(answer.status, 404)
  assert.equal(answer.headers['content-type'], 'application/xml')
  assert.equal(answer.headers.server, 'AmazonS3')
  assert.ok(answer.headers['x-amz-id-2'])
  const requestId = String(answer.headers['x-amz-request-id'])
  assert.equal(
    answer.body,
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>' +
      `<Key>a&amp;b</Key><Resource>/bucket/a%26b</Resource><RequestId>${requestId}</RequestId><HostId>turnaround</HostId></Error>`,
  )
  const head = await rawRequest(port, 'HEAD', '/bucket/a%26b')
  assert.deepEqual([head.status, head.body], [404, ''])
})

test('what S3 has and we lack is NotImplemented, what nobody has is MethodNotAllowed', async (t) => {
  const { port, sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const lacking: [string, string, Record<string, string>?][] = [
    ['POST', '/bucket/k?uploads'],
    ['PUT', '/bucket/k?partNumber=1&uploadId=abc'],
    ['POST', '/bucket/k?uploadId=abc'],
    ['GET', '/bucket/k?tagging'],
    ['PUT', '/bucket/k?acl'],
    ['GET', '/bucket/k?attributes'],
    ['GET', '/bucket/k?versionId=abc'],
    ['GET', '/bucket?versions'],
    ['PUT', '/bucket?versioning'],
    ['PUT', '/bucket?policy'],
    ['GET', '/bucket?uploads'],
    ['POST', '/bucket'],
    ['PUT', '/bucket/k', { 'x-amz-tagging': 'a=b' }],
    ['PUT', '/bucket/k', { 'x-amz-server-side-encryption': 'aws:kms' }],
    ['PUT', '/bucket/k', { 'x-amz-storage-class': 'GLACIER' }],
    ['PUT', '/bucket/k', { 'x-amz-object-lock-mode': 'GOVERNANCE' }],
  ]
  for (const [method, path, headers] of lacking) {
    const answer = await rawRequest(port, method, path, headers)
    assert.deepEqual([answer.status, errorCode(answer)], [501, 'NotImplemented'], `${method} ${path}`)
  }
  for (const [method, path] of [
    ['POST', '/bucket/k'],
    ['PATCH', '/bucket/k'],
    ['DELETE', '/'],
    ['OPTIONS', '/bucket'],
  ] as const) {
    const answer = await rawRequest(port, method, path)
    assert.deepEqual([answer.status, errorCode(answer)], [405, 'MethodNotAllowed'], `${method} ${path}`)
  }
  const acl = await rawRequest(port, 'PUT', '/bucket/k', { 'x-amz-acl': 'public-read' })
  assert.equal(errorCode(acl), 'AccessControlListNotSupported')
  const storageClass = await rawRequest(port, 'PUT', '/bucket/k', { 'x-amz-storage-class': 'CHEAP' })
  assert.equal(errorCode(storageClass), 'InvalidStorageClass')
  assert.equal((await rawRequest(port, 'GET', '/bucket/k?versionId=null')).body, 'x')
})

test('a document that does not read, or asks for too much, is MalformedXML', async (t) => {
  const { port } = await serveBucket(t)
  const object = '<Object><Key>k</Key></Object>'
  const documents = [
    'nonsense',
    '<Delete>',
    '<Other></Other>',
    '<Delete></Delete>',
    '<Delete><Object></Object></Delete>',
    `<Delete>${object}</Wrong>`,
    `<!DOCTYPE x [<!ENTITY e "boom">]><Delete>${object}</Delete>`,
    '<Delete><Object><Key>&e;</Key></Object></Delete>',
    `<Delete>${object.repeat(1001)}</Delete>`,
    '<a>'.repeat(100_000),
    '\xff\xfe',
  ]
  for (const document of documents) {
    const body = Buffer.from(document, 'latin1')
    const headers = { 'content-md5': createHash('md5').update(body).digest('base64') }
    const answer = await rawRequest(port, 'POST', '/bucket?delete', headers, body)
    assert.equal(errorCode(answer), 'MalformedXML', document.slice(0, 60))
  }
  const bare = await rawRequest(port, 'POST', '/bucket?delete', {}, `<Delete>${object}</Delete>`)
  assert.equal(errorCode(bare), 'InvalidRequest')
})

test('the parameters of a presigned URL stand for headers', async (t) => {
  const { port } = await serveBucket(t)
  const signed = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0&x-amz-meta-leg=7'
  assert.equal((await rawRequest(port, 'PUT', `/bucket/k?${signed}`, {}, 'x')).status, 200)
  assert.equal((await rawRequest(port, 'GET', '/bucket/k')).headers['x-amz-meta-leg'], '7')
  // The SDK signs the checksum of a body it does not have yet; S3 refuses such uploads as well.
  const empty = await rawRequest(port, 'PUT', `/bucket/k?${signed}&x-amz-checksum-crc32=AAAAAA%3D%3D`, {}, 'x')
  assert.equal(errorCode(empty), 'BadDigest')
})
