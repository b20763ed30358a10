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
    ['GET', '/bucket/k?torrent'],
    ['POST', '/bucket/k?restore'],
    ['POST', '/bucket/k?select&select-type=2'],
    ['PUT', '/bucket?inventory&id=1'],
    ['PUT', '/bucket?replication'],
    ['PUT', '/bucket?object-lock'],
    ['PUT', '/bucket?abac'],
    ['PUT', '/bucket/k?renameObject'],
    ['GET', '/bucket?session'],
    ['POST', '/bucket'],
    ['PUT', '/bucket/k', { 'x-amz-storage-class': 'GLACIER' }],
    ['PUT', '/bucket/k', { 'x-amz-object-lock-mode': 'GOVERNANCE' }],
    ['PUT', '/bucket/k', { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }],
  ]
  for (const [method, path, headers] of lacking) {
    const answer = await rawRequest(port, method, path, headers)
    assert.deepEqual([answer.status, errorCode(answer)], [501, 'NotImplemented'], `${method} ${path}`)
  }
  for (const [method, path] of [
    ['POST', '/bucket/k'],
    ['PATCH', '/bucket/k'],
    ['DELETE', '/'],
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
