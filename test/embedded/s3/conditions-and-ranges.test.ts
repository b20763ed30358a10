import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRange } from '../../../src/embedded/s3/byte-range.ts'
import { eventually } from '../eventually.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

for (const [what, length] of [
  ['small', 10],
  ['large', 20_000],
] as const) {
  test(`of 20 writers with If-None-Match: * exactly one wins, and the others leave nothing behind: ${what}`, async (t) => {
    const { sdk, Bucket, bodies } = await serveBucket(t)
    const bodyOf = (number: number): string => `writer ${number}`.padEnd(length)
    const writers = Array.from({ length: 20 }, (_, number) =>
      sdk.send(new PutObjectCommand({ Bucket, Key: 'lock', Body: bodyOf(number), IfNoneMatch: '*' })),
    )
    const outcomes = await Promise.allSettled(writers)
    const winners = outcomes.flatMap(({ status }, number) => (status === 'fulfilled' ? [number] : []))
    assert.equal(winners.length, 1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.match(String(outcome.reason), /^PreconditionFailed/)
    }
    const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'lock' }))
    assert.equal(await got.Body!.transformToString(), bodyOf(winners[0]))
    await eventually(async () => (await bodies()).length === 1, 'only the winner has a body')
  })
}

test('If-Match replaces and deletes only the version it names', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const put = (Body: string, IfMatch?: string) => sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body, IfMatch }))
  await assert.rejects(put('x', '"0"'), { name: 'NoSuchKey' })
  const { ETag: first } = await put('one')
  const { ETag: second } = await put('two', first)
  await assert.rejects(put('three', first), { name: 'PreconditionFailed' })
  const remove = (IfMatch: string) => sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatch }))
  await assert.rejects(remove(first!), { name: 'PreconditionFailed' })
  await remove(second!)
})

test('conditions that S3 does not take are NotImplemented, as on S3', async (t) => {
  const { port } = await serveBucket(t)
  const refused: [string, Record<string, string>][] = [
    ['PUT', { 'if-none-match': '"abc"' }],
    ['PUT', { 'if-match': '*' }],
    ['PUT', { 'if-match': '"abc"', 'if-none-match': '*' }],
    ['DELETE', { 'x-amz-if-match-size': '3' }],
    ['DELETE', { 'x-amz-if-match-last-modified-time': 'Sun, 01 Mar 2026 12:00:00 GMT' }],
  ]
  for (const [method, headers] of refused) {
    const answer = await rawRequest(port, method, '/bucket/k', headers)
    assert.deepEqual([answer.status, errorCode(answer)], [501, 'NotImplemented'], JSON.stringify(headers))
  }
})

test('a condition that does not hold is named; If-Match needs something to match, and * is anything', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  const remove = (key: string, etags: string) => rawRequest(port, 'DELETE', `/bucket/${key}`, { 'if-match': etags })
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const put = await rawRequest(port, 'PUT', '/bucket/k', { 'if-none-match': '*' })
  assert.deepEqual([put.status, errorCode(put)], [412, 'PreconditionFailed'])
  assert.match(put.body, /<Condition>If-None-Match<\/Condition>/)
  const other = await remove('k', 'badvalue')
  assert.deepEqual([other.status, errorCode(other)], [412, 'PreconditionFailed'])
  assert.match(other.body, /<Condition>If-Match<\/Condition>/)
  assert.equal((await remove('none', '*')).status, 404)
  assert.equal((await remove('k', '*')).status, 204)
})

test('a copy is made only if the conditions on its source and on its place hold', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const { ETag } = await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const copy = (input: object) =>
    sdk.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k`, ...input }))
  for (const condition of [
    { CopySourceIfMatch: '"other"' },
    { CopySourceIfNoneMatch: ETag },
    { CopySourceIfModifiedSince: new Date() },
    { CopySourceIfUnmodifiedSince: new Date(0) },
  ]) {
    await assert.rejects(copy(condition), { name: 'PreconditionFailed' }, JSON.stringify(condition))
  }
  await copy({ CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: new Date(0), IfNoneMatch: '*' })
  await assert.rejects(copy({ IfNoneMatch: '*' }), { name: 'PreconditionFailed' })
  await copy({ IfMatch: ETag })
})

test('the conditions of a read are weighed in the order of RFC 9110', async (t) => {
  const now = Date.parse('2026-03-01T12:00:00.700Z')
  const { sdk, Bucket, port } = await serveBucket(t, { clock: { now: () => now, after: () => () => undefined } })
  const { ETag: etag } = await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const same = 'Sun, 01 Mar 2026 12:00:00 GMT'
  const before = 'Sun, 01 Mar 2026 11:59:59 GMT'
  const cases: [Record<string, string>, number][] = [
    [{ 'if-match': etag! }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': `"other", ${etag}` }, 200],
    [{ 'if-match': '"other"' }, 412],
    [{ 'if-none-match': etag! }, 304],
    [{ 'if-none-match': '"other"' }, 200],
    [{ 'if-modified-since': same }, 304],
    [{ 'if-modified-since': before }, 200],
    [{ 'if-modified-since': 'yesterday-ish' }, 200],
    [{ 'if-modified-since': 'Sun, 01 Mar 2026 12:00:01 GMT' }, 200], // still to come
    [{ 'if-unmodified-since': same }, 200],
    [{ 'if-unmodified-since': before }, 412],
    [{ 'if-match': etag!, 'if-unmodified-since': before }, 200],
    [{ 'if-none-match': '"other"', 'if-modified-since': same }, 200],
    [{ 'if-none-match': etag!, 'if-modified-since': before }, 304],
  ]
  for (const [headers, status] of cases) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await rawRequest(port, method, '/bucket/k', headers)
      assert.equal(answer.status, status, `${method} ${JSON.stringify(headers)}`)
      if (status === 412 && method === 'GET') assert.equal(errorCode(answer), 'PreconditionFailed')
      if (status === 304) assert.equal(answer.headers.etag, etag)
      if (status === 200) assert.equal(answer.headers['last-modified'], same)
    }
  }
})

test('ranges: a-b, a- and -n answer 206, what does not exist 416, what does not read the whole', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }))
  const cases: [string, number, string, string?][] = [
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, ''],
    ['bytes=99-100', 416, ''],
    ['bytes=-0', 416, ''],
    ['bytes=5-2', 200, '0123456789'],
    ['bytes=-', 200, '0123456789'],
    ['bytes=a-b', 200, '0123456789'],
    ['lines=1-2', 200, '0123456789'],
    ['bytes=0-1,4-5', 200, '0123456789'],
  ]
  for (const [range, status, body, contentRange] of cases) {
    const answer = await rawRequest(port, 'GET', '/bucket/k', { range })
    assert.equal(answer.status, status, range)
    if (status === 416) assert.equal(errorCode(answer), 'InvalidRange', range)
    else assert.deepEqual([answer.body, answer.headers['content-range']], [body, contentRange], range)
  }
  const head = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'k', Range: 'bytes=2-4' }))
  assert.deepEqual([head.ContentLength, head.ContentRange], [3, 'bytes 2-4/10'])
})

test('If-Range asks for the range only of the version it names', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  const { ETag } = await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }))
  const get = (version: string) => rawRequest(port, 'GET', '/bucket/k', { range: 'bytes=0-1', 'if-range': version })
  assert.equal((await get(ETag!)).body, '01')
  assert.equal((await get('"other"')).body, '0123456789')
})

test('property: a range is always within the object and never longer than asked', () => {
  const number = fc.nat({ max: 50 })
  fc.assert(
    fc.property(number, number, fc.integer({ min: 1, max: 40 }), (first, length, bytes) => {
      fc.pre(first < bytes)
      const range = readRange(`bytes=${first}-${first + length}`, bytes)!
      assert.equal(range.first, first)
      assert.equal(range.last, Math.min(first + length, bytes - 1))
      const suffix = readRange(`bytes=-${length + 1}`, bytes)!
      assert.deepEqual(suffix, { first: Math.max(0, bytes - length - 1), last: bytes - 1 })
    }),
  )
})
