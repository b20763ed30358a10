import { DeleteBucketCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ResultsDocument } from '../../src/results/documents.ts'
import { credentials } from '../environment/stage.ts'
import { turnaroundIn } from './turnaround.ts'

const TWO = ['--set', 'flights.sequences=2']
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
  const { startRun, attach, results, start, data, progress } = await turnaroundIn(t)
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
  await progress(running, 'unsent', 0.1) // the host is up: nobody makes the bucket again
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
  assert.equal((await run('flights-small', ...TWO, '--run-id', 'whole')).code, 0)
  const pulled = join(folder, 'pulled')
  const move = (...args: string[]) => start('bundle', ...args, '--data', data, '--quiet').ended
  const said = async (...args: string[]) => (await move('pull', 'whole', '--results', pulled, ...args)).stdout
  // Manifest, ledger, results, report; the percentiles of two sequences; merged.
  assert.match(await said(), /: 7 objects transferred .*, 0 were there/)
  const leg = 'whole/delays/seq-0001-leg-1.parquet'
  await assert.rejects(readFile(join(pulled, leg)), /ENOENT/)
  await said('--with-delays')
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
  assert.equal((await here.run('flights-small', ...TWO, '--run-id', 'moved')).code, 0)
  const move = (action: string, results: string, ...args: string[]) =>
    here.start('bundle', action, 'moved', '--data', there.data, '--results', results, '--quiet', ...args).ended
  const first = await move('push', here.results, '--with-delays')
  const count = /: (\d+) objects transferred \([\d.]+ [kM]B\), 0 were there\n$/.exec(first.stdout)![1]
  assert.ok(Number(count) > 30, first.stdout)
  const second = await move('push', here.results, '--with-delays')
  assert.ok(second.stdout.endsWith(`: 0 objects transferred (0 B), ${count} were there\n`), second.stdout)

  const pulled = join(there.folder, 'pulled')
  assert.equal((await move('pull', pulled, '--with-delays')).code, 0)
  for (const key of ['ledger.ndjson', 'sequences/2.json', 'delays/seq-0002-leg-1.parquet'])
    assert.deepEqual(await readFile(join(pulled, 'moved', key)), await readFile(join(here.results, 'moved', key)))

  const merged = join(pulled, 'moved/merged_percentiles/merged_percentiles.json')
  await rm(merged) // a hard link: writing into it would change what it is linked to
  await writeFile(merged, '{}')
  const changed = await move('push', pulled)
  assert.match(changed.stderr, /merged_percentiles\.json: its SHA-256 is .*, and should be .*: it was changed/)

  assert.equal((await there.run('synthetic', ...SMALL, '--seed', '2', '--run-id', 'other')).code, 0)
  assert.equal((await here.run('synthetic', ...SMALL, '--run-id', 'other')).code, 0)
  const foreign = await here.start('bundle', 'push', 'other', '--data', there.data, '--results', here.results).ended
  assert.equal(foreign.code, 92)
  assert.match(foreign.stderr, /other\/manifest\.json is another run's/)
})

test('after a run on a stage the bundle is brief and whole in itself, and the rest can be pulled', async (t) => {
  const { run, start, serverFile, results, data } = await turnaroundIn(t)
  credentials(t)
  const server = start('embedded', '--data', data, '--port', '0')
  const place = ['--env', 'uat', '--endpoint', (await serverFile()).endpoint]
  const provisioned = await start('provision', ...place).ended
  assert.equal(provisioned.code, 0, provisioned.stderr)

  const { code, stderr, results: document } = await run('flights-small', ...TWO, ...place, '--run-id', 'staged')
  assert.equal(code, 0, stderr)
  assert.match(document.upload!.url, /^s3:\/\/load-test-results-uat-\d{12}\/uat\/flights-small\//)
  const here = (await readdir(join(results, 'staged'), { recursive: true })).sort()
  for (const path of [
    'manifest.json',
    'ledger.ndjson',
    'percentiles/2.json',
    'merged_percentiles/merged_percentiles.json',
  ])
    assert.ok(here.includes(path), path)
  assert.ok(!here.some((path) => path.endsWith('.parquet')))
  assert.match(await readFile(join(results, 'staged/report.html'), 'utf8'), /Delay on landing home/)

  const pulled = await start('bundle', 'pull', 'staged', ...place, '--results', results, '--with-delays').ended
  assert.equal(pulled.code, 0, pulled.stderr)
  assert.ok((await readFile(join(results, 'staged/delays/seq-0002-leg-1.parquet'))).length > 0)
  const latest = await start('results', 'latest', ...place, '--json').ended
  assert.equal((JSON.parse(latest.stdout) as ResultsDocument).run_id, 'staged')
  server.child.kill('SIGTERM')
  await server.ended
})
