import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { Bodies } from '../../../src/embedded/s3/bodies.ts'
import { openStore, type Store } from '../../../src/embedded/store.ts'
import { eventually } from '../eventually.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { serveBucket, serveS3 } from './serve-s3.ts'
import { startS3Process } from './start-s3-process.ts'

const Bucket = 'bucket'
const largestSmall = 16_384

/** Bytes of which no two neighbours are alike. */
function bytesOf(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 7) % 251))
}

async function openBodies(t: TestContext): Promise<{ store: Store; bodies: Bodies }> {
  const folder = temporaryFolder(t)
  const store = openStore(folder)
  t.after(() => store.close())
  return { store, bodies: new Bodies(store, join(folder, 'bodies')) }
}

async function get(sdk: S3Client, Key: string, input: object = {}): Promise<Buffer> {
  const { Body } = await sdk.send(new GetObjectCommand({ Bucket, Key, ...input }))
  return Buffer.from(await Body!.transformToByteArray())
}

test('a body of up to 16,384 bytes is no file, one byte more is; both come back, whole and in ranges', async (t) => {
  const { sdk, s3, bodiesFolder } = await serveBucket(t)
  for (const length of [0, 1, 10_240, largestSmall, largestSmall + 1]) {
    const body = bytesOf(length)
    const streamed = { Body: Readable.from([body]), ContentLength: length }
    for (const sent of length === 0 ? [{ Body: body }] : [{ Body: body }, streamed]) {
      await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', ...sent }))
      const path = s3.bodyPath(Bucket, 'k')
      assert.equal(path !== undefined && existsSync(path), length > largestSmall, `${length}`)
      assert.equal(existsSync(bodiesFolder), length > largestSmall, 'the folder is made for the first file')
      assert.ok((await get(sdk, 'k')).equals(body), `${length}`)
    }
    if (length < 10) continue
    assert.ok((await get(sdk, 'k', { Range: 'bytes=3-9' })).equals(body.subarray(3, 10)))
    assert.ok((await get(sdk, 'k', { Range: 'bytes=-4' })).equals(body.subarray(-4)))
    assert.ok((await get(sdk, 'k', { Range: `bytes=${length - 1}-` })).equals(body.subarray(-1)))
    await assert.rejects(get(sdk, 'k', { Range: `bytes=${length}-` }), { name: 'InvalidRange' })
  }
})

test('replacing and deleting an object takes its small body away at once, also across the boundary', async (t) => {
  const { sdk, bodies } = await serveBucket(t)
  const put = (Key: string, length: number) => sdk.send(new PutObjectCommand({ Bucket, Key, Body: bytesOf(length) }))
  await put('k', 100)
  const [first] = await bodies()
  await put('k', 200)
  const [second, ...others] = await bodies()
  assert.notEqual(second, first)
  assert.deepEqual(others, [])

  await put('k', 20_000)
  assert.equal((await bodies()).length, 1)
  await put('k', 300)
  await eventually(async () => (await bodies()).length === 1, 'the file is gone')
  assert.ok((await get(sdk, 'k')).equals(bytesOf(300)))

  await put('other', 5)
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  assert.equal((await bodies()).length, 1)
  await Promise.all(Array.from({ length: 30 }, (_, index) => put(`many/${index}`, index)))
  const Objects = Array.from({ length: 30 }, (_, index) => ({ Key: `many/${index}` }))
  await sdk.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [...Objects, { Key: 'none' }] } }))
  assert.equal((await bodies()).length, 1)
  assert.ok((await get(sdk, 'other')).equals(bytesOf(5)))
})

test('a copy of a small body is one of its own', async (t) => {
  const { sdk, bodies } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'from', Body: bytesOf(1000) }))
  const copy = (Key: string, input: object = {}) =>
    sdk.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/from`, ...input }))
  await copy('to')
  await assert.rejects(copy('to', { IfNoneMatch: '*' }), { name: 'PreconditionFailed' })
  assert.equal((await bodies()).length, 2)
  await copy('from', { MetadataDirective: 'REPLACE', Metadata: { a: '1' } })
  assert.equal((await bodies()).length, 2)
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'from' }))
  assert.ok((await get(sdk, 'to')).equals(bytesOf(1000)))
  assert.equal((await bodies()).length, 1)
})

test('parts are small or files by their own size, copied from either, and so is what they become', async (t) => {
  const { sdk, s3, bodies } = await serveBucket(t)
  const large = bytesOf(5 * 1024 * 1024)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'large', Body: large }))
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'small', Body: bytesOf(500) }))
  const copied = async (Key: string, UploadId: string, PartNumber: number, from: string, CopySourceRange?: string) => {
    const input = { Bucket, Key, UploadId, PartNumber, CopySource: `${Bucket}/${from}`, CopySourceRange }
    return { PartNumber, ETag: (await sdk.send(new UploadPartCopyCommand(input))).CopyPartResult?.ETag }
  }
  const begin = async (Key: string) => (await sdk.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId!
  const complete = (Key: string, UploadId: string, Parts: object[]) =>
    sdk.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }))

  const both = await begin('both')
  await complete('both', both, [await copied('both', both, 1, 'large'), await copied('both', both, 2, 'small')])
  assert.ok((await get(sdk, 'both')).equals(Buffer.concat([large, bytesOf(500)])))

  const cut = await begin('cut')
  const uploaded = await sdk.send(
    new UploadPartCommand({ Bucket, Key: 'cut', UploadId: cut, PartNumber: 1, Body: bytesOf(20_000) }),
  )
  assert.ok(uploaded.ETag)
  await complete('cut', cut, [await copied('cut', cut, 1, 'large', 'bytes=1000-1099')])
  assert.ok((await get(sdk, 'cut')).equals(large.subarray(1000, 1100)))
  assert.equal(s3.bodyPath(Bucket, 'cut'), undefined)
  await eventually(async () => (await bodies()).length === 4, 'each object has one body, and parts none')
})

test('a body that dribbles goes to a file, however small it turns out to be', async (t) => {
  const { bodies } = await openBodies(t)
  const body = bytesOf(2000)
  const writer = bodies.create()
  for (const index of body.keys()) {
    writer.add(body.subarray(index, index + 1))
    await writer.flushIfFull()
  }
  const id = await writer.finish()
  bodies.transaction(({ add }) => add(id))
  assert.ok((await readFile(bodies.path(id)!)).equals(body))
})

test('a transaction that fails adds nothing and drops nothing, small or large', async (t) => {
  const { store, bodies } = await openBodies(t)
  const write = async (length: number): Promise<string> => {
    const writer = bodies.create()
    writer.add(bytesOf(length))
    return writer.finish()
  }
  const isThere = (id: string): boolean => {
    const path = bodies.path(id)
    if (path !== undefined) return existsSync(path)
    return store.database.prepare(`select 1 from s3_small_bodies where 'small-' || id = ?`).get(id) !== undefined
  }
  const old = [await write(10), await write(20_000)]
  bodies.transaction(({ add }) => old.forEach(add))
  const fresh = [await write(20), await write(30_000)]
  const failing = (): void =>
    bodies.transaction(({ add, drop }) => {
      fresh.forEach(add)
      drop(old)
      throw new Error('refused')
    })
  assert.throws(failing, { message: 'refused' })
  await bodies.close()
  assert.deepEqual(old.map(isThere), [true, true])
  assert.deepEqual(fresh.map(isThere), [false, false])
  assert.throws(() => bodies.open(fresh[0]), /there is no body small-/)

  bodies.transaction(({ drop }) => drop(old))
  await bodies.close()
  assert.deepEqual(old.map(isThere), [false, false])
})

test('kill -9 amid replacing, copying and deleting leaves each object its small body, and no other', async (t) => {
  const dataFolder = temporaryFolder(t)
  const victim = await startS3Process(t, dataFolder)
  await victim.sdk.send(new CreateBucketCommand({ Bucket }))
  const kept = new Map<string, Buffer>()
  let requests = 0
  let killing: Promise<void> | undefined
  const change = async (name: number): Promise<void> => {
    for (let round = 0; ; round += 1) {
      const Key = `${name}/${round}`
      const Body = bytesOf(1000 + 100 * name + round)
      await victim.sdk.send(new PutObjectCommand({ Bucket, Key, Body }))
      kept.set(Key, Body)
      await victim.sdk.send(new PutObjectCommand({ Bucket, Key: `${name}/replaced`, Body }))
      await victim.sdk.send(new CopyObjectCommand({ Bucket, Key: `${name}/copy`, CopySource: `${Bucket}/${Key}` }))
      if (round > 0) {
        kept.delete(`${name}/${round - 1}`)
        await victim.sdk.send(new DeleteObjectCommand({ Bucket, Key: `${name}/${round - 1}` }))
      }
      requests += 4
      if (requests > 300) killing ??= victim.kill()
    }
  }
  await Promise.allSettled(Array.from({ length: 8 }, (_, name) => change(name)))
  await killing

  const restarted = await serveS3(t, { dataFolder })
  const sdk = restarted.client()
  for (const [Key, body] of kept) assert.ok((await get(sdk, Key)).equals(body), Key)
  const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket }))
  for (const { Key, Size } of Contents) assert.equal((await get(sdk, Key!)).length, Size)
  assert.equal((await restarted.bodies()).length, Contents.length)
})
