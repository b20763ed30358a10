import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { runItems } from '../../src/jobs/run-item.ts'
import { hostedIn } from './hosted.ts'
import { turnaroundIn } from './turnaround.ts'

test('clean shows what would go, removes it on --yes with all the store keeps, and leaves other runs alone', async (t) => {
  const { run, start, attach, data, results, end } = await hostedIn(t)
  const small = ['--set', 'synthetic.messages=20', '--set', 'synthetic.workDurationMs=0']
  for (const runId of ['old', 'new']) assert.equal((await run('synthetic', ...small, '--run-id', runId)).code, 0)
  const clean = (...args: string[]) => start('clean', '--data', data, '--results', results, ...args).ended

  const shown = await clean('--keep', '1')
  assert.match(shown.stdout, /^old {2}[\d.]+ .*\n1 of 2 runs would go; remove them with --yes\n$/)
  assert.deepEqual((await readdir(results)).sort(), ['new', 'old'])

  const before = await bodies(data)
  const removed = await clean('--keep', '1', '--yes')
  assert.equal(removed.code, 0, removed.stderr)
  assert.match(removed.stdout, /1 runs removed\n$/)
  assert.deepEqual(await readdir(results), ['new'])
  assert.ok((await bodies(data)) <= before / 2 + 1)

  const again = await run('synthetic', ...small, '--run-id', 'old')
  assert.equal(again.results.resumed, 0, 'the run id is free again')
  const { clients, names } = await attach()
  const items = runItems({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
  assert.equal((await items.get('new'))?.state, 'finished', 'a finished run is still there')
  await end()
})

test('a run that is not there is refused, and nothing is removed', async (t) => {
  const { start, data, results } = await turnaroundIn(t)
  const { code, stderr } = await start('clean', 'nobody', '--yes', '--data', data, '--results', results).ended
  assert.equal(code, 104)
  assert.match(stderr, /nobody is not in/)
})

/** How many the embedded server keeps, as files and small ones. */
async function bodies(data: string): Promise<number> {
  const entries = await readdir(join(data, 'bodies'), { recursive: true, withFileTypes: true })
  using database = new DatabaseSync(join(data, 'turnaround.sqlite'), { readOnly: true })
  const small = database.prepare('select count(*) as count from s3_small_bodies').get()
  return entries.filter((entry) => entry.isFile()).length + Number(small?.count)
}
