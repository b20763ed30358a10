import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFolders } from '../../../src/cli/run/make-folders.ts'
import { temporaryFolder } from '../../scenario/temporary-folder.ts'

test('folders are made down to the last, by several at once too', async (t) => {
  const deep = join(await temporaryFolder(t), 'a/b/c')
  await Promise.all([makeFolders(deep), makeFolders(deep), makeFolders(join(deep, '../d'))])
  assert.ok((await stat(deep)).isDirectory())
})

test('a file in the way is an error', async (t) => {
  const file = join(await temporaryFolder(t), 'file')
  await writeFile(file, '')
  await assert.rejects(makeFolders(join(file, 'below')), { code: 'ENOTDIR' })
})

test(
  'a place that takes no folders is an error, at once',
  { skip: process.platform !== 'linux' && 'only Linux has /proc' },
  async () => {
    await assert.rejects(makeFolders('/proc/nope/below'))
  },
)
