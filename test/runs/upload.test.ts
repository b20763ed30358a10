import { DeleteBucketCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pullBundle, pushBundle } from '../../src/cli/run/move-bundle.ts'
import type { TurnaroundError } from '../../src/errors.ts'
import type { ResultsDocument } from '../../src/results/documents.ts'
import { server } from '../environment/stage.ts'
import { startedAt } from '../environment/started.ts'
import { hostedIn } from './hosted.ts'

const SMALL = ['--set', 'synthetic.messages=20', '--set', 'synthetic.workDurationMs=0']
/** Nobody works at the second job before the first is done: a while on any machine. */
const SLOW = ['--set', 'synthetic.shape=chain', '--messages', '3', '--set', 'synthetic.workDurationMs=1000']

test('where results and bundles go after a run', async (all) => {
  const { run, startRun, start, attach, folder, data, results, end } = await hostedIn(all)
  const here = await attach()
  const command = async (...args: string[]) => {
    const ended = await start(...args, '--data', data).ended
    assert.equal(ended.code, 0, ended.stderr)
    return ended.stdout
  }

  await all.test('a failed upload keeps the local copy, ends with 89, and the same run id tries again', async () => {
    const running = startRun('synthetic', ...SLOW, '--run-id', 'unsent')
    await running.said('run unsent') // by now it has looked for its buckets
    await here.clients.s3.send(new DeleteBucketCommand({ Bucket: here.names.results }))
    const { code, stdout } = await running.ended
    assert.equal(code, 89, stdout)
    assert.match(stdout, /✔ valid/)
    assert.match(stdout, /not uploaded +s3:\/\/load-test-results-local-\d+\/embedded\/synthetic\//)
    const kept = JSON.parse(await readFile(join(results, 'unsent/results.json'), 'utf8')) as ResultsDocument
    assert.equal(kept.exit_code, 89)
    assert.match(kept.upload!.error!, /the bucket does not exist/)

    const again = await startRun('synthetic', ...SLOW, '--run-id', 'unsent').ended
    assert.equal(again.code, 0, again.stderr)
    assert.match(await command('results', 'show', 'unsent', '--env', 'embedded'), /run +unsent/)
  })

  const { results: document } = await run('flights-small', '--set', 'flights.sequences=2', '--run-id', 'moved')
  const bundle = join(results, 'moved')

  await all.test(
    'results go to the results bucket, and are listed and shown from there without the bundle',
    async () => {
      assert.match(
        document.upload!.url,
        /^s3:\/\/load-test-results-local-.*\/embedded\/flights-small\/\d{8}t\d{6}z\/.+\/results\.json$/,
      )
      assert.equal(document.upload!.error, null)
      assert.equal(document.settings.sequences, 2)
      assert.ok(document.runner.task_id.length > 0)
      const uploaded = (...args: string[]) => command('results', ...args, '--env', 'embedded', '--json')
      const listed = JSON.parse(await uploaded('list')) as ResultsDocument[]
      assert.deepEqual(listed.map(({ run_id: id }) => id).sort(), ['moved', 'unsent'])
      const key = document.upload!.url.split('/').slice(3).join('/')
      assert.deepEqual(JSON.parse(await uploaded('show', key)), document)
      const missing = await start('results', 'show', 'nobody', '--env', 'embedded', '--data', data).ended
      assert.equal(missing.code, 104)
      assert.match(missing.stderr, /nobody is not among the newest 2/)
    },
  )

  await all.test(
    '--upload folder keeps the same layout beside the bundles, and --upload none says nothing',
    async () => {
      const { results: kept } = await run('synthetic', ...SMALL, '--upload', 'folder')
      assert.ok(kept.upload!.url.startsWith(join(results, 'embedded/synthetic/')))
      assert.deepEqual(JSON.parse(await readFile(kept.upload!.url, 'utf8')), kept)
      assert.equal((await run('synthetic', ...SMALL, '--run-id', 'other', '--upload', 'none')).results.upload, null)
    },
  )

  await all.test('a bundle is pulled in brief, then whole, and a damaged file comes anew', async () => {
    const pulled = join(folder, 'pulled')
    const pull = (...args: string[]) => command('bundle', 'pull', 'moved', '--quiet', '--results', pulled, ...args)
    // Manifest, ledger, results, report; the percentiles of two sequences; merged.
    assert.match(await pull(), /: 7 objects transferred .*, 0 were there/)
    const leg = 'delays/seq-0001-leg-1.parquet'
    await assert.rejects(readFile(join(pulled, 'moved', leg)), /ENOENT/)
    const report = join(pulled, 'moved/report.html')
    await writeFile(report, 'damaged')

    await pull('--with-delays')
    assert.deepEqual(await readFile(join(pulled, 'moved', leg)), await readFile(join(bundle, leg)))
    assert.deepEqual(await readFile(report), await readFile(join(bundle, 'report.html')))
    const moving = { environment: here, folder: join(pulled, 'moved'), withDelays: true }
    assert.equal((await pullBundle({ ...moving, runId: 'moved' })).transferred, 0)
    await assert.rejects(
      pullBundle({ ...moving, runId: 'nobody' }),
      refusal(104, /nobody\/manifest\.json is not there: the run is not known/),
    )
  })

  await all.test('a bundle is pushed to another place and pulled from it; nothing changed or foreign is', async (t) => {
    const endpoint = await server(t)
    const there = await startedAt(t, endpoint)
    const push = ['bundle', 'push', 'moved', '--endpoint', endpoint, '--results', results, '--quiet']
    const count = /: (\d+) objects transferred \([\d.]+ [kM]B\), 0 were there\n$/.exec(
      await command(...push, '--with-delays'),
    )![1]
    assert.ok(Number(count) > 30, count)
    const moving = { runId: 'moved', environment: there, withDelays: true }
    const second = await pushBundle({ ...moving, folder: bundle })
    assert.deepEqual([second.transferred, second.kept], [0, Number(count)])

    const copy = join(folder, 'copy')
    await pullBundle({ ...moving, folder: copy })
    for (const key of ['ledger.ndjson', 'sequences/2.json', 'delays/seq-0002-leg-1.parquet'])
      assert.deepEqual(await readFile(join(copy, key)), await readFile(join(bundle, key)))

    const merged = join(copy, 'merged_percentiles/merged_percentiles.json')
    await rm(merged) // a hard link: writing into it would change what it is linked to
    await writeFile(merged, '{}')
    await assert.rejects(
      pushBundle({ ...moving, folder: copy }),
      /merged_percentiles\.json: its SHA-256 is .*, and should be .*: it was changed/,
    )
    const foreign = join(folder, 'foreign')
    await cp(join(results, 'other'), foreign, { recursive: true })
    await assert.rejects(
      pushBundle({ ...moving, folder: foreign }),
      refusal(92, /moved\/manifest\.json is another run's/),
    )
  })
  await end()
})

/** What the command would end with, and say. */
function refusal(exitCode: number, message: RegExp) {
  return (error: TurnaroundError) => {
    assert.equal(error.exitCode, exitCode)
    assert.match(error.message, message)
    return true
  }
}
