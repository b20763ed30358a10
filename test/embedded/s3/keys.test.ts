import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { readAddress } from '../../../src/embedded/s3/address.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const awkward = [
  '../../../etc/passwd',
  '..',
  '.',
  './a',
  'a/../b',
  'a//b',
  '/leading',
  'trailing/',
  '//',
  '%2F',
  '%2e%2e%2f',
  'a+b c',
  'a?b=c&d#e',
  'C:\\windows\\system32',
  'quote\'"<>&',
  'new\nline\ttab',
  '日本語/🛫/é',
  '~user/*[glob]{brace}|pipe;',
  'x'.repeat(1024),
  '🛫'.repeat(256),
]

test('keys are plain text: traversal, slashes, escapes and unicode come back as they were put', async (t) => {
  const { sdk, Bucket, bodiesFolder, bodies } = await serveBucket(t)
  // Long enough for files.
  const bodyOf = (key: string): string => `body of ${key}`.padEnd(20_000)
  for (const Key of awkward) await sdk.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(Key) }))
  for (const Key of awkward) {
    const got = await sdk.send(new GetObjectCommand({ Bucket, Key }))
    assert.equal(await got.Body!.transformToString(), bodyOf(Key), Key)
  }
  const listed = await sdk.send(new ListObjectsV2Command({ Bucket }))
  assert.deepEqual(new Set(listed.Contents?.map(({ Key }) => Key)), new Set(awkward))

  const names = await bodies()
  assert.equal(names.length, awkward.length)
  for (const name of names) assert.match(name, /^[0-9a-f-]{36}$/)
  for (const name of await readdir(bodiesFolder)) assert.match(name, /^[0-9a-f]{2}$/)

  const Objects = awkward.map((Key) => ({ Key }))
  await sdk.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  assert.equal((await sdk.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0)
})

test('a raw path is not normalised, and an escaped slash is a slash of the key', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  await rawRequest(port, 'PUT', '/bucket/a/../b', {}, 'dots')
  await rawRequest(port, 'PUT', '/bucket/c%2Fd%00', {}, 'escaped')
  const listed = await sdk.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }))
  assert.equal(listed.Contents?.[0]?.Key, 'a/../b')
  assert.equal((await rawRequest(port, 'GET', '/bucket/c/d%00')).body, 'escaped')
  assert.equal((await rawRequest(port, 'GET', '/bucket/c/d')).status, 404)
})

test('a key may have 1,024 bytes and must be UTF-8', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  for (const Key of ['x'.repeat(1025), `${'é'.repeat(512)}x`]) {
    await assert.rejects(sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })), { name: 'KeyTooLongError' })
  }
  for (const path of ['/bucket/%ff', '/bucket/%E0%80%80', '/bucket/%zz', '/bucket/%']) {
    const answer = await rawRequest(port, 'PUT', path, {}, 'x')
    assert.deepEqual([answer.status, errorCode(answer)], [400, 'InvalidURI'], path)
  }
})

test('property: any key survives the way through a URL', () => {
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(key, (text) => {
      assert.deepEqual(readAddress(`/bucket/${encodeURIComponent(text)}`, 'localhost'), { bucket: 'bucket', key: text })
      const hosted = readAddress(`/${encodeURIComponent(text)}`, 'my.bucket.s3.localhost:4566')
      assert.deepEqual(hosted, { bucket: 'my.bucket', key: text })
    }),
  )
})
