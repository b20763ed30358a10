import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../eventually.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { serveBucket, serveS3 } from './serve-s3.ts'
import { startS3Process } from './start-s3-process.ts'

const Bucket = 'bucket'

test('what was answered with 200 survives kill -9, and what was not leaves no body behind', async (t) => {
  const dataFolder = temporaryFolder(t)
  const victim = await startS3Process(t, dataFolder)
  await victim.sdk.send(new CreateBucketCommand({ Bucket }))
  const acknowledged = new Map<string, string>()
  // Every other writer's bodies are files, the others' are small.
  const bodyOf = (name: number, round: number): string => `${name} ${round} `.repeat(name % 2 === 0 ? 5000 : 500)
  let killing: Promise<void> | undefined
  const writer = async (name: number): Promise<void> => {
    for (let round = 0; ; round++) {
      // Every writer replaces its own objects too.
      const Key = `writer-${name}/${round % 5}`
      const Body = bodyOf(name, round)
      await victim.sdk.send(new PutObjectCommand({ Bucket, Key, Body }))
      acknowledged.set(Key, Body)
      if (acknowledged.size >= 30 && round > 12) killing ??= victim.kill()
    }
  }
  const writers = Array.from({ length: 8 }, (_, name) => writer(name))
  // Their last puts have no answer; everything else must be there.
  await Promise.allSettled(writers)
  await killing

  const restarted = await serveS3(t, { dataFolder })
  const sdk = restarted.client()
  for (const [Key, body] of acknowledged) {
    const got = await (await sdk.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()
    const later = /^(\d+) (\d+) /.exec(got)!
    const sent = /^(\d+) (\d+) /.exec(body)!
    // A put that was committed but not answered may have replaced it.
    assert.ok(Number(later[2]) >= Number(sent[2]), Key)
    assert.equal(got, bodyOf(Number(later[1]), Number(later[2])))
  }
  const { KeyCount } = await sdk.send(new ListObjectsV2Command({ Bucket }))
  await eventually(async () => (await restarted.bodies()).length === KeyCount, 'only bodies of objects are left')
})

test('at start, files that no object has are removed, and nothing else is', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await serveBucket(t, { dataFolder })
  for (const Key of ['a', 'b']) {
    await first.sdk.send(new PutObjectCommand({ Bucket, Key, Body: Key.repeat(20_000) }))
    await first.sdk.send(new PutObjectCommand({ Bucket, Key: `small ${Key}`, Body: Key }))
  }
  const kept = (await first.bodies()).toSorted()
  await first.stop()
  for (let number = 0; number < 200; number++) {
    const id = randomUUID()
    await mkdir(join(first.bodiesFolder, id.slice(0, 2)), { recursive: true })
    await writeFile(join(first.bodiesFolder, id.slice(0, 2), id), 'left by a crash')
  }
  await mkdir(join(first.bodiesFolder, 'ab'), { recursive: true })
  await writeFile(join(first.bodiesFolder, 'ab', 'README'), 'not ours')

  const second = await serveS3(t, { dataFolder })
  await eventually(async () => (await second.bodies()).length === 5, 'the orphans are gone')
  assert.deepEqual((await second.bodies()).toSorted(), [...kept, 'README'].toSorted())
})

test('a disk that takes no more is InternalError, leaves nothing, and the server goes on', async (t) => {
  const dataFolder = temporaryFolder(t)
  const limited = await startS3Process(t, dataFolder, 2048)
  const { sdk } = limited
  await sdk.send(new CreateBucketCommand({ Bucket }))
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'before' }))
  for (const megabytes of [3, 12]) {
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: Buffer.alloc(megabytes * 1024 * 1024) })
    await assert.rejects(sdk.send(put), { name: 'InternalError' }, `${megabytes} MB`)
  }
  const got = await sdk.send(new GetObjectCommand({ Bucket, Key: 'k' }))
  assert.equal(await got.Body!.transformToString(), 'before')
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k2', Body: 'after' }))
  await eventually(async () => limited.faults.length === 2, 'both faults were reported')
  for (const fault of limited.faults) assert.match(fault, /EFBIG/)
  await limited.kill()
  const restarted = await serveS3(t, { dataFolder })
  assert.equal((await restarted.bodies()).length, 2)
})
