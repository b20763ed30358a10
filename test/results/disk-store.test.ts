import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { EnvironmentError } from '../../src/errors.ts'
import { diskStore } from '../../src/results/disk-store.ts'
import { resultStoresContract } from '../contract/result-stores.ts'
import { temporaryFolder } from './temporary-folder.ts'

resultStoresContract('local disk', async (t) => diskStore(join(await temporaryFolder(t), 'results', 'run-1')))

test('objects are plain files under their keys, and nothing else is left in the folder', async (t) => {
  const folder = await temporaryFolder(t)
  const store = diskStore(folder)
  await Promise.all([1, 2, 3].map((n) => store.put(`delays/${n}.parquet`, Buffer.from('x'))))
  await store.put('delays/1.parquet', Buffer.from('y'))
  const files = await readdir(folder, { recursive: true })
  assert.deepEqual(files.sort(), ['delays', 'delays/1.parquet', 'delays/2.parquet', 'delays/3.parquet'])
})

test('a text in parts becomes one file, whole or not at all', async (t) => {
  const folder = await temporaryFolder(t)
  const store = diskStore(folder)
  await store.putText('ledger.ndjson', ['{"a":1}\n', '{"a":2}\n'])
  assert.equal(Buffer.from(await store.get('ledger.ndjson')).toString(), '{"a":1}\n{"a":2}\n')
  const broken = {
    *[Symbol.iterator]() {
      yield '{"a":3}\n'
      throw new Error('the ledger broke off')
    },
  }
  await assert.rejects(store.putText('ledger.ndjson', broken), /broke off/)
  assert.equal(Buffer.from(await store.get('ledger.ndjson')).toString(), '{"a":1}\n{"a":2}\n')
  assert.deepEqual(await readdir(folder), ['ledger.ndjson'])
})

test('a file where a folder is needed is named, with the way out', async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'delays'), 'in the way')
  await assert.rejects(diskStore(folder).put('delays/a.parquet', Buffer.from('x')), (error) => {
    assert.ok(error instanceof EnvironmentError)
    assert.ok(error.message.startsWith(join(folder, 'delays/a.parquet')))
    assert.match(error.message, /a file is where a folder is needed; move it away or choose another folder/)
    return true
  })
})

test('a folder where the file should be is named, and no temporary file stays', async (t) => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'a.json'))
  await assert.rejects(diskStore(folder).put('a.json', Buffer.from('x')), /a folder is where the file should be/)
  assert.deepEqual(await readdir(folder), ['a.json'])
})

test('a name too long for the disk is named with the way out', async (t) => {
  const store = diskStore(await temporaryFolder(t))
  await assert.rejects(store.put(`${'x'.repeat(300)}.json`, Buffer.from('x')), /the name is too long for this disk/)
})

test('a folder of somebody else is named, with the way out', async (t) => {
  const folder = await temporaryFolder(t)
  await chmod(folder, 0o500)
  await asNobody(() =>
    assert.rejects(diskStore(folder).put('a.json', Buffer.from('x')), (error) => {
      assert.ok(error instanceof EnvironmentError)
      assert.match(
        error.message,
        /permission denied; make the folder writable for this user or choose another one \(EACCES/,
      )
      return true
    }),
  )
})

test('a full disk is named with the way out, keeps what it had, and no temporary file stays', async (t) => {
  const folder = await temporaryFolder(t)
  const script = `
    import { readdirSync } from 'node:fs'
    import { diskStore } from ${JSON.stringify(import.meta.resolve('../../src/results/disk-store.ts'))}
    const store = diskStore(${JSON.stringify(folder)})
    await store.put('a.json', Buffer.alloc(10_000, 1))
    const error = await store.put('a.json', Buffer.alloc(100_000, 2)).catch((error) => error)
    const kept = await store.get('a.json')
    console.log([String(error), kept.length, readdirSync(${JSON.stringify(folder)})].join('\\n'))`
  // A disk of 64 KB, in a mount namespace that ends with the process.
  const mounted = `mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"`
  const node = [process.execPath, '--input-type=module', '-e', script]
  const run = spawnSync('unshare', ['-rm', 'sh', '-c', mounted, 'sh', folder, ...node], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  if (run.error || /^(unshare|mount):/m.test(run.stderr)) return t.skip('this machine lets nobody mount a small disk')
  const [message, kept, files] = run.stdout.trim().split('\n')
  assert.match(
    message,
    /^EnvironmentError: .*a\.json: the disk is full; free some space or choose another folder \(ENOSPC\)$/,
  )
  assert.deepEqual([kept, files], ['10000', 'a.json'])
})

/** Root may write anywhere: meanwhile it is somebody who may not. */
async function asNobody(action: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return action()
  process.seteuid?.(65_534)
  try {
    await action()
  } finally {
    process.seteuid?.(0)
  }
}
