import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { NotFoundError } from '../../src/errors.ts'
import { objectFiles } from '../../src/results/object-files.ts'
import { startedEnvironment, temporaryFolder } from '../environment/started.ts'

const PART_BYTES = 16 * 1024 * 1024

for (const [name, bytes] of [
  ['an empty file', 0],
  ['a file of one part', 1_000],
  ['a file of several parts', 2 * PART_BYTES + 17],
] as const) {
  test(`${name} comes back with the same bytes, and its SHA-256 is known without downloading it`, async (t) => {
    const { clients, names } = await startedEnvironment(t)
    const folder = await temporaryFolder(t)
    const files = objectFiles({ client: clients.s3, bucket: names.data, prefix: 'run', encryption: 'AES256' })
    const body = randomBytes(bytes)
    await writeFile(join(folder, 'here'), body)
    assert.equal(await files.sha256Of('a.ndjson'), undefined)
    assert.equal(await files.upload('a.ndjson', join(folder, 'here')), bytes)
    assert.equal(await files.sha256Of('a.ndjson'), createHash('sha256').update(body).digest('hex'))
    const head = await clients.s3.send(new HeadObjectCommand({ Bucket: names.data, Key: 'run/a.ndjson' }))
    assert.equal(head.ServerSideEncryption, 'AES256')
    assert.equal(await files.download('a.ndjson', join(folder, 'deeper/back')), bytes)
    assert.ok(body.equals(await readFile(join(folder, 'deeper/back'))))
  })
}

test('a file that is not there leaves what is on disk, and nothing half done', async (t) => {
  const { clients, names } = await startedEnvironment(t)
  const folder = await temporaryFolder(t)
  const files = objectFiles({ client: clients.s3, bucket: names.data, prefix: 'run' })
  await writeFile(join(folder, 'kept'), 'as it was')
  await assert.rejects(files.download('missing', join(folder, 'kept')), NotFoundError)
  assert.equal(await readFile(join(folder, 'kept'), 'utf8'), 'as it was')
  assert.deepEqual(await readdir(folder), ['kept'])
})

test('an object that somebody else stored without a SHA-256 is of unknown bytes, not of equal ones', async (t) => {
  const { clients, names } = await startedEnvironment(t)
  const files = objectFiles({ client: clients.s3, bucket: names.data, prefix: '' })
  await clients.s3.send(
    new PutObjectCommand({ Bucket: names.data, Key: 'theirs', Body: 'x', ChecksumAlgorithm: 'CRC32' }),
  )
  assert.equal(await files.sha256Of('theirs'), 'unknown')
})
