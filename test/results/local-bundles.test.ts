import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { listBundles } from '../../src/results/local-bundles.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('bundles are listed latest first; a damaged document is told and hides no other, a run still going has none', async (t) => {
  const folder = await temporaryFolder(t)
  const documents = {
    early: '{"run_id":"early","finished_at":"2026-01-01T00:00:00.000Z"}',
    late: '{"run_id":"late","finished_at":"2026-01-02T00:00:00.000Z"}',
    torn: '{"run_id":"torn","fini',
  }
  await mkdir(join(folder, 'going'))
  for (const [run, text] of Object.entries(documents)) {
    await mkdir(join(folder, run))
    await writeFile(join(folder, run, 'results.json'), text)
  }
  const { bundles, unreadable } = await listBundles(folder)
  assert.deepEqual(
    bundles.map(({ results }) => results.run_id),
    ['late', 'early'],
  )
  assert.equal(unreadable.length, 1)
  assert.match(unreadable[0].message, /torn\/results\.json is not a results document/)
})
