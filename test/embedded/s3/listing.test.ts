import {
  ListObjectsCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareUtf8, keyAfterPrefix, list } from '../../../src/embedded/s3/listing.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

async function fill(sdk: S3Client, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((Key) => sdk.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: Key }))))
}

test('pages of two go through all keys once, in the order of their UTF-8 bytes', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  // U+1F6EB is above U+FF5E in UTF-8, and below it in JavaScript's own order.
  const keys = ['a', 'a/', 'a-b', 'a/b', 'b', 'Z', 'é', '～', '🛫', 'a/b/c', ' ', '0']
  await fill(sdk, keys)
  const listed: string[] = []
  for await (const page of paginateListObjectsV2({ client: sdk, pageSize: 2 }, { Bucket })) {
    assert.ok(page.KeyCount! <= 2)
    listed.push(...page.Contents!.map(({ Key }) => Key!))
  }
  assert.deepEqual(listed, [' ', '0', 'Z', 'a', 'a-b', 'a/', 'a/b', 'a/b/c', 'b', 'é', '～', '🛫'])
})

test('common prefixes count in a page, are never repeated and split from sibling keys', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await fill(sdk, ['a', 'a-b', 'a/1', 'a/2', 'a/3', 'a0', 'b/1', 'c'])
  const seen: string[] = []
  for await (const page of paginateListObjectsV2({ client: sdk, pageSize: 2 }, { Bucket, Delimiter: '/' })) {
    const prefixes = page.CommonPrefixes?.map(({ Prefix }) => `${Prefix}*`) ?? []
    const keys = page.Contents?.map(({ Key }) => Key!) ?? []
    assert.equal(page.KeyCount, prefixes.length + keys.length)
    seen.push(...[...keys, ...prefixes].sort())
  }
  assert.deepEqual(seen, ['a', 'a-b', 'a/*', 'a0', 'b/*', 'c'])
  const inside = await sdk.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', Prefix: 'a/' }))
  assert.deepEqual(
    inside.Contents?.map(({ Key }) => Key),
    ['a/1', 'a/2', 'a/3'],
  )
})

test('an entry tells size, ETag, checksum, class and time; owner only when asked', async (t) => {
  const now = Date.parse('2026-03-01T12:00:00.700Z')
  const { sdk, Bucket } = await serveBucket(t, { clock: { now: () => now, after: () => () => undefined } })
  await fill(sdk, ['k'])
  const { Contents } = await sdk.send(new ListObjectsV2Command({ Bucket }))
  assert.deepEqual(Contents, [
    {
      Key: 'k',
      LastModified: new Date('2026-03-01T12:00:00Z'),
      ETag: '"8ce4b16b22b58894aa86c421e8759df3"',
      ChecksumAlgorithm: ['CRC32'],
      ChecksumType: 'FULL_OBJECT',
      Size: 1,
      StorageClass: 'STANDARD',
    },
  ])
  const owned = await sdk.send(new ListObjectsV2Command({ Bucket, FetchOwner: true }))
  assert.match(owned.Contents?.[0]?.Owner?.ID ?? '', /^[0-9a-f]{64}$/)
})

test('start-after, max-keys 0 and a token that is not ours', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await fill(sdk, ['a', 'b', 'c'])
  const after = await sdk.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a', MaxKeys: 1 }))
  assert.deepEqual([after.Contents?.[0]?.Key, after.StartAfter, after.IsTruncated], ['b', 'a', true])
  const none = await sdk.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }))
  assert.deepEqual([none.KeyCount, none.IsTruncated, none.Contents], [0, false, undefined])
  const foreign = new ListObjectsV2Command({ Bucket, ContinuationToken: 'nonsense' })
  await assert.rejects(sdk.send(foreign), { name: 'InvalidArgument' })
  const most = await sdk.send(new ListObjectsV2Command({ Bucket, MaxKeys: 5000 }))
  assert.equal(most.MaxKeys, 1000)
})

test('encoding-type=url encodes keys as S3 does', async (t) => {
  const { sdk, port } = await serveBucket(t)
  await fill(sdk, ["a b+c/é&~'()*-_.!"])
  const answer = await rawRequest(port, 'GET', '/bucket?list-type=2&encoding-type=url')
  assert.match(answer.body, /<Key>a\+b%2Bc\/%C3%A9%26%7E%27%28%29\*-_\.%21<\/Key>/)
  for (const query of ['max-keys=-1', 'max-keys=x', 'encoding-type=base64']) {
    assert.equal(errorCode(await rawRequest(port, 'GET', `/bucket?list-type=2&${query}`)), 'InvalidArgument', query)
  }
})

test('the first version of the list pages by marker, also past a common prefix', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await fill(sdk, ['a/1', 'a/2', 'b', 'c/1', 'd'])
  const seen: string[] = []
  let Marker: string | undefined
  do {
    const page = await sdk.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 1, Marker }))
    seen.push(...(page.Contents ?? []).map(({ Key }) => Key!), ...(page.CommonPrefixes ?? []).map((p) => p.Prefix!))
    Marker = page.IsTruncated === true ? page.NextMarker : undefined
    assert.ok(seen.length <= 5)
  } while (Marker !== undefined)
  assert.deepEqual(seen, ['a/', 'b', 'c/', 'd'])
})

const letters = fc.constantFrom('a', 'b', '/', '-', 'é', '～', '🛫', '\u{10ffff}', '\ud7ff')
const key = fc.string({ unit: letters, minLength: 1, maxLength: 6 })

/** The definition, written down without regard to cost. */
function naive(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const rolled = keys
    .filter((name) => name.startsWith(prefix))
    .map((name) => {
      const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
      return at < 0 ? name : name.slice(0, at + delimiter.length)
    })
  return [...new Set(rolled)].sort(compareUtf8)
}

test('property: pages of any size together are the whole list, whatever keys, prefix and delimiter', () => {
  const keys = fc.uniqueArray(key, { maxLength: 30 })
  const prefix = fc.string({ unit: letters, maxLength: 2 })
  const delimiter = fc.constantFrom('', '/', '-', 'ab', '🛫', '\u{10ffff}')
  fc.assert(
    fc.property(keys, prefix, delimiter, fc.integer({ min: 1, max: 5 }), (names, prefixed, delimited, limit) => {
      const sorted = names.toSorted(compareUtf8).map((name) => ({ key: name }))
      const seek = (from: string, below: string | undefined) =>
        sorted.filter((o) => compareUtf8(o.key, from) >= 0 && (below === undefined || compareUtf8(o.key, below) < 0))
      const listed: string[] = []
      let from: string | undefined = ''
      while (from !== undefined) {
        const query = { prefix: prefixed, delimiter: delimited, from, limit }
        const page: ReturnType<typeof list<{ key: string }>> = list(seek, query)
        assert.ok(page.entries.length <= limit)
        assert.ok(page.next === undefined || page.entries.length === limit)
        listed.push(...page.entries.map((entry) => (typeof entry === 'string' ? entry : entry.key)))
        from = page.next
      }
      assert.deepEqual(listed, naive(names, prefixed, delimited))
    }),
  )
})

test('property: the key after a prefix is above everything with the prefix and not above anything else', () => {
  fc.assert(
    fc.property(key, key, (prefix, other) => {
      const after = keyAfterPrefix(prefix)
      const isBelow = (name: string) => after === undefined || compareUtf8(name, after) < 0
      assert.equal(isBelow(prefix + other), true)
      assert.equal(compareUtf8(other, prefix) >= 0 && isBelow(other), other.startsWith(prefix))
    }),
  )
})
