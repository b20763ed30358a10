import { DeleteBucketCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ResultsDocument } from '../../src/results/documents.ts'
import { turnaroundIn } from './turnaround.ts'

const SMALL = ['--set', 'synthetic.messages=20', '--set', 'synthetic.workDurationMs=0']

test('results go to the results bucket, and are listed and shown from there without the bundle', async (t) => {
  const { run, start, data, results } = await turnaroundIn(t)
  const first = await run('synthetic', ...SMALL, '--run-id', 'first')
  const second = await run('synthetic', ...SMALL, '--run-id', 'second')
  assert.match(
    first.results.upload!.url,
    /^s3:\/\/load-test-results-local-.*\/embedded\/synthetic\/\d{8}t\d{6}z\/.+\/results\.json$/,
  )
  assert.equal(first.results.upload!.error, null)
  assert.equal(first.results.settings.messages, 20)
  assert.ok(first.results.runner.task_id.length > 0)
  await rm(results, { recursive: true })
  const uploaded = (...args: string[]) => start('results', ...args, '--env', 'embedded', '--data', data, '--json').ended

  const listed = JSON.parse((await uploaded('list')).stdout) as ResultsDocument[]
  assert.deepEqual(listed.map(({ run_id: id }) => id).sort(), ['first', 'second'])
  assert.deepEqual(JSON.parse((await uploaded('show', 'second')).stdout), second.results)
  const key = first.results.upload!.url.split('/').slice(3).join('/')
  assert.deepEqual(JSON.parse((await uploaded('show', key)).stdout), first.results)
  const missing = await uploaded('show', 'nobody')
  assert.equal(missing.code, 104)
  assert.match(missing.stderr, /nobody is not among the newest 2/)
})

test('a failed upload keeps the local copy, says so, ends with 89, and the same run id tries again', async (t) => {
  const { startRun, attach, results, start, data } = await turnaroundIn(t)
  const slow = [
    '--set',
    'synthetic.messages=8',
    '--set',
    'synthetic.workDurationMs=1500',
    '--workers',
    '1',
    '--slots',
    '4',
  ]
  const running = startRun('synthetic', ...slow, '--run-id', 'unsent')
  await running.said('unsent')
  const { clients, names } = await attach()
  await clients.s3.send(new DeleteBucketCommand({ Bucket: names.results }))
  const { code, stdout } = await running.ended
  assert.equal(code, 89, stdout)
  assert.match(stdout, /✔ valid/)
  assert.match(stdout, /not uploaded +s3:\/\/load-test-results-local-\d+\/embedded\/synthetic\//)
  const kept = JSON.parse(await readFile(join(results, 'unsent/results.json'), 'utf8')) as ResultsDocument
  assert.equal(kept.exit_code, 89)
  assert.match(kept.upload!.error!, /the bucket does not exist/)

  const again = await startRun('synthetic', ...slow, '--run-id', 'unsent').ended
  assert.equal(again.code, 0, again.stderr)
  const shown = await start('results', 'show', 'unsent', '--env', 'embedded', '--data', data).ended
  assert.match(shown.stdout, /run +unsent/)
})

test('--upload folder keeps the same layout beside the bundles, and --upload none says nothing', async (t) => {
  const { run, results } = await turnaroundIn(t)
  const { results: document } = await run('synthetic', ...SMALL, '--upload', 'folder')
  assert.ok(document.upload!.url.startsWith(join(results, 'embedded/synthetic/')))
  assert.deepEqual(JSON.parse(await readFile(document.upload!.url, 'utf8')), document)
  assert.equal((await run('synthetic', ...SMALL, '--upload', 'none')).results.upload, null)
})

test('a bundle is pulled in brief, then whole; a second call transfers nothing, and a damaged file comes anew', async (t) => {
  const { run, start, data, folder, results } = await turnaroundIn(t)
  assert.equal((await run('flights-small', '--run-id', 'whole')).code, 0)
  const pulled = join(folder, 'pulled')
  const move = (...args: string[]) => start('bundle', ...args, '--data', data, '--quiet').ended
  const said = async (...args: string[]) => (await move('pull', 'whole', '--results', pulled, ...args)).stdout
  assert.match(await said(), /15 objects transferred .*, 0 were there/)
  assert.match(await said('--with-delays'), /transferred/)
  const leg = 'whole/delays/seq-0001-leg-1.parquet'
  assert.deepEqual(await readFile(join(pulled, leg)), await readFile(join(results, leg)))

  const report = join(pulled, 'whole/report.html')
  await writeFile(report, 'damaged')
  await said()
  assert.deepEqual(await readFile(report), await readFile(join(results, 'whole/report.html')))

  const unknown = await move('pull', 'nobody', '--results', pulled)
  assert.equal(unknown.code, 104)
  assert.match(unknown.stderr, /nobody\/manifest\.json is not there: the run is not known/)
})

test('a bundle is pushed to another place and pulled from it; a changed file and a foreign run id are refused', async (t) => {
  const here = await turnaroundIn(t)
  const there = await turnaroundIn(t)
  assert.equal((await here.run('flights-small', '--run-id', 'moved')).code, 0)
  const move = (action: string, results: string, ...args: string[]) =>
    here.start('bundle', action, 'moved', '--data', there.data, '--results', results, '--quiet', ...args).ended
  const first = await move('push', here.results, '--with-delays')
  assert.match(first.stdout, /144 objects transferred \([\d.]+ MB\), 0 were there\n/)
  const second = await move('push', here.results, '--with-delays')
  assert.match(second.stdout, /: 0 objects transferred \(0 B\), 144 were there\n/)

  const pulled = join(there.folder, 'pulled')
  assert.equal((await move('pull', pulled, '--with-delays')).code, 0)
  for (const key of ['ledger.ndjson', 'sequences/3.json', 'delays/seq-0003-leg-1.parquet'])
    assert.deepEqual(await readFile(join(pulled, 'moved', key)), await readFile(join(here.results, 'moved', key)))

  const merged = join(pulled, 'moved/merged_percentiles/merged_percentiles.json')
  await rm(merged) // a hard link: writing into it would change what it is linked to
  await writeFile(merged, '{}')
  const changed = await move('push', pulled)
  assert.match(changed.stderr, /merged_percentiles\.json: its SHA-256 is .*, and should be .*: it was changed/)

  assert.equal((await there.run('flights-small', '--seed', '2', '--run-id', 'other')).code, 0)
  assert.equal((await here.run('flights-small', '--run-id', 'other')).code, 0)
  const foreign = await here.start('bundle', 'push', 'other', '--data', there.data, '--results', here.results).ended
  assert.equal(foreign.code, 92)
  assert.match(foreign.stderr, /other\/manifest\.json is another run's/)
})
