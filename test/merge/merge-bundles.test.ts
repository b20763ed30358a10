import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { mergeInto } from '../../src/cli/report/merge-into.ts'
import { Figures } from '../../src/engine/figures.ts'
import { addEncodedFigures, decodeFigures, encodeFigures } from '../../src/engine/figures-encoding.ts'
import { resultsDigest } from '../../src/results/digest.ts'
import { diskStore } from '../../src/results/disk-store.ts'
import { readBundle } from '../../src/results/read-bundle.ts'
import { FIGURES_KEY, WINDOWS_KEY } from '../../src/results/traffic-layout.ts'
import { readWindows } from '../../src/results/traffic-windows.ts'
import { temporaryFolder } from '../results/temporary-folder.ts'
import { happening, type Happening } from '../results/traffic-figures-of.ts'
import { aTrafficBundle, someSeconds, type BundleOptions } from './a-traffic-bundle.ts'

const PLAIN = { threshold: [], thresholds: undefined, sequential: false, force: false }

async function merge(results: string, bundles: readonly string[], to: string, options: Partial<typeof PLAIN> = {}) {
  const output = join(results, to)
  const { results: document, traffic, notes } = await mergeInto({ ...PLAIN, ...options, bundles, output, results })
  return { folder: output, results: document, traffic: traffic!, notes }
}

/** The bytes on which everything else rests. */
async function figuresIn(folder: string) {
  const local = diskStore(folder)
  const [figures, windows] = [await local.get(FIGURES_KEY), await local.get(WINDOWS_KEY)]
  return { figures: sha256(figures), windows: sha256(windows) }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function windowsIn(folder: string) {
  const windows = [...readWindows(await diskStore(folder).get(WINDOWS_KEY))]
  return windows.map(({ number, shards, figures }) => ({ number, shards, starts: decodeFigures(figures).starts.due }))
}

async function threeBundles(t: TestContext, ...changes: Partial<BundleOptions>[]) {
  const results = await temporaryFolder(t)
  const folders: string[] = []
  for (const [at, runId] of ['run-b', 'run-a', 'run-c'].entries()) {
    const startedAt = `2026-01-3${at}T12:00:00.000Z`
    folders.push(await aTrafficBundle(results, { runId, startedAt, ...changes[at] }))
  }
  return { results, folders }
}

test('whatever the order and the grouping, the figures have the same bytes', async (t) => {
  const seconds = fc.array(fc.array(happening, { maxLength: 3 }), { maxLength: 4 })
  const shards = fc.array(seconds, { minLength: 1, maxLength: 2 })
  const runs = fc.tuple(shards, shards, shards)
  await fc.assert(
    fc.asyncProperty(runs, fc.boolean(), async (given, sequential) => {
      const { results, folders } = await threeBundles(t, ...given.map((one) => ({ shards: one })))
      const [a, b, c] = folders
      const all = await merge(results, [a, b, c], 'all', { sequential })
      const turned = await merge(results, [c, a, b], 'turned', { sequential })
      const ac = await merge(results, [a, c], 'ac', { sequential })
      const nested = await merge(results, [ac.folder, b], 'nested', { sequential })
      const bc = await merge(results, [c, b], 'bc', { sequential })
      const other = await merge(results, [a, bc.folder], 'other', { sequential })
      const expected = await figuresIn(all.folder)
      for (const { folder, traffic } of [turned, nested, other]) {
        assert.deepEqual(await figuresIn(folder), expected)
        assert.deepEqual(traffic, all.traffic)
      }
    }),
    { numRuns: 3 },
  )
})

test('every window, every start and every sample of all runs is in the merged figures, and nothing else', async (t) => {
  const slow: Happening[] = [{ step: 'checkout', outcome: 'timeout', ms: 3000 }]
  const { results, folders } = await threeBundles(t, {}, { shards: [someSeconds, [...someSeconds, slow]] })
  const { folder, traffic } = await merge(results, folders, 'all')
  const sum = new Figures()
  for (const source of folders) addEncodedFigures(await diskStore(source).get(FIGURES_KEY), sum)
  assert.deepEqual(await diskStore(folder).get(FIGURES_KEY), Buffer.from(encodeFigures(sum)))
  assert.equal(traffic.all_steps.count, 4 * 11 + 1)
  assert.deepEqual(await windowsIn(folder), [
    { number: 0, shards: [0, 1, 2, 3], starts: 40 },
    { number: 1, shards: [0, 1, 2, 3], starts: 4 },
    { number: 2, shards: [1], starts: 1 },
  ])
  // Users of the same second are users together: 1 + 2 of run-a, 1 each of the others.
  assert.equal(traffic.levels['vus'], 5)
})

test('percentiles come from all samples together and are never averaged', async (t) => {
  const results = await temporaryFolder(t)
  const many = (count: number, ms: number) => Array.from({ length: count }, () => ({ step: 'home', outcome: 'ok', ms }))
  const fast = await aTrafficBundle(results, { runId: 'fast', shards: [[many(970, 10)]] })
  const slow = await aTrafficBundle(results, { runId: 'slow', shards: [[many(30, 1000)]] })
  const { folder, traffic } = await merge(results, [fast, slow], 'both')
  const { p50, p95, p99 } = traffic.steps['home'].response_time_ms
  assert.ok(Math.abs(p50! - 10) < 0.1 && Math.abs(p95! - 10) < 0.1, `${p50} ${p95}`) // an average would say 505
  assert.ok(Math.abs(p99! - 1000) < 10)
  const stored = JSON.parse(await readFile(join(folder, 'percentiles/home.json'), 'utf8')) as { percentile_99: number }
  assert.equal(stored.percentile_99, p99)
})

test('one after the other: each run begins where the one before it ended, in the order in which they began', async (t) => {
  const { results, folders } = await threeBundles(t, {}, { shards: [[...someSeconds, ...someSeconds]] })
  const { folder, traffic } = await merge(results, folders.toReversed(), 'all', { sequential: true })
  assert.deepEqual(
    (await windowsIn(folder)).map(({ number, shards }) => [number, ...shards]),
    [...[0, 1].map((n) => [n, 1]), ...[2, 3, 4, 5].map((n) => [n, 0]), ...[6, 7].map((n) => [n, 2])],
  )
  assert.deepEqual(
    traffic.segments?.map(({ first_window, windows, duration_ms }) => [first_window, windows, duration_ms]),
    [
      [0, 2, 1700],
      [2, 4, 3700],
      [6, 2, 1700],
    ],
  )
  assert.equal(traffic.duration_ms, 1700 + 3700 + 1700)
  assert.equal(traffic.levels['vus'], 1)
})

test('jobs, shards, tables and the manifest say which run they are of', async (t) => {
  const { results, folders } = await threeBundles(t)
  const { folder, traffic } = await merge(results, folders, 'All of them!')
  const { manifest, ledger, results: document } = await readBundle(folder)
  assert.deepEqual(
    traffic.shards.map(({ job_id, shard }) => [job_id, shard]),
    [['run-a.shard-0', 0], ['run-b.shard-0', 1], ['run-c.shard-0', 2]], // prettier-ignore
  )
  assert.equal(new Set(ledger.map(({ job_id }) => job_id)).size, 6)
  assert.equal(ledger[0].job_id, 'run-a.shard-0')
  assert.deepEqual(await readdir(join(folder, 'delays')), [
    'run-a.shard-0.parquet',
    'run-b.shard-0.parquet',
    'run-c.shard-0.parquet',
  ])
  for (const { key, sha256: said } of traffic.files) assert.equal(sha256(await diskStore(folder).get(key)), said, key)
  const digests = await Promise.all(
    folders.map(async (one) => {
      const files = ['manifest.json', 'traffic.json'].map(async (key) => ({
        key,
        sha256: sha256(await readFile(join(one, key))),
      }))
      return resultsDigest(await Promise.all(files))
    }),
  )
  assert.deepEqual(
    manifest.merged!.sources.map(({ run_id, digest }) => [run_id, digest]),
    [['run-a', digests[1]], ['run-b', digests[0]], ['run-c', digests[2]]], // prettier-ignore
  )
  assert.equal(manifest.run_id, 'all-of-them')
  assert.deepEqual([document.jobs.total, document.jobs.done, document.exit_code], [6, 6, 0])
})

test('two runs of one name are told apart by their digests, also where one was merged before', async (t) => {
  const results = await temporaryFolder(t)
  const one = await aTrafficBundle(join(results, 'one'), { runId: 'nightly' })
  const two = await aTrafficBundle(join(results, 'two'), { runId: 'nightly', shards: [someSeconds, someSeconds] })
  const third = await aTrafficBundle(results, { runId: 'third' })
  const all = await merge(results, [one, two, third], 'all')
  const before = await merge(results, [third, one], 'before')
  const nested = await merge(results, [two, before.folder], 'nested')
  assert.deepEqual(nested.traffic, all.traffic)
  assert.deepEqual(await figuresIn(nested.folder), await figuresIn(all.folder))
  const jobs = all.traffic.shards.map(({ job_id }) => job_id)
  assert.equal(new Set(jobs).size, 4)
  assert.match(jobs.join(' '), /^(nightly_[0-9a-f]{8}\.shard-[01] ){3}third\.shard-0$/)
})

test('the merged run is worth as little as the least of its runs, and says which', async (t) => {
  const lost = { state: 'lost', reason: 'its host is gone', windows: null, totals: undefined } as const
  const stopped = { state: 'stopped', reason: 'threshold: http_reqs too many' } as const
  const signalled = { state: 'stopped', reason: 'signal: Ctrl-C' } as const
  const sockets = [[{ step: 'home', outcome: 'sockets', ms: 1 }]]
  const { results, folders } = await threeBundles(
    t,
    { document: stopped },
    { document: signalled },
    { shards: [sockets] },
  )
  const broken = await aTrafficBundle(results, { runId: 'broken', document: lost })
  const [b, a, c] = folders

  const saturated = await merge(results, [c, await aTrafficBundle(results, { runId: 'good' })], 'saturated')
  assert.ok(saturated.traffic.verdict.state === 'saturated')
  assert.deepEqual(saturated.traffic.verdict.exceeded, [
    { name: 'refused_sockets', where: 'run-c', value: 1, limit: 0 },
  ])
  assert.equal(saturated.results.exit_code, 90)

  const aborted = await merge(results, [b, a, c], 'aborted')
  assert.ok(aborted.traffic.verdict.state === 'aborted')
  assert.equal(aborted.traffic.verdict.reason, 'signal: run-a: Ctrl-C; run-b: http_reqs too many')
  assert.equal(aborted.results.exit_code, 105)

  const incomplete = await merge(results, [broken, aborted.folder], 'incomplete')
  assert.ok(incomplete.traffic.verdict.state === 'incomplete')
  assert.deepEqual(incomplete.traffic.verdict.reasons, [
    'broken: shard 0 never said that it ended; 2 of its windows arrived',
    'broken: shard-0 was lost: its host is gone',
    'run-a: aborted, signal: Ctrl-C',
    'run-b: aborted, threshold: http_reqs too many',
  ])
  assert.deepEqual(
    incomplete.traffic.verdict.shards.map(({ shard }) => shard),
    [0],
  )
  assert.equal(incomplete.results.exit_code, 91)
})

test('thresholds are evaluated over all runs together: those of the runs, or those given', async (t) => {
  const threshold = (text: string) => ({
    ...{ threshold: text, abortOnFail: false, delayAbortEval: 0, optional: false, scope: 'total' },
  })
  const manifest = { thresholds: { http_reqs: [threshold('count>20')] } }
  const { results, folders } = await threeBundles(t, { manifest }, { manifest })
  const own = await merge(results, folders, 'own')
  assert.deepEqual(own.results.thresholds, [
    { metric: 'http_reqs', expression: 'count>20', ok: true, actual: 33, note: null },
  ])
  assert.equal(own.results.exit_code, 0)
  const given = await merge(results, folders, 'given', { threshold: ['http_req_duration=p(99)<100'] } as object)
  assert.equal(given.results.exit_code, 99)
  assert.match(await readFile(join(given.folder, 'junit.xml'), 'utf8'), /failures="1"/)
})

test('windows of one after the other are judged without the seconds that are none', async (t) => {
  const { results, folders } = await threeBundles(t)
  const file = join(results, 'thresholds.json')
  await writeFile(file, JSON.stringify({ http_reqs: [{ threshold: 'count>=10', window: '1s' }] }))
  // Each run ends 0.7 s into its second second, with one request in it.
  const { results: document } = await merge(results, folders, 'all', { sequential: true, thresholds: file } as object)
  assert.deepEqual(
    document.thresholds?.map(({ ok, note }) => [ok, note]),
    [[true, 'of 3 windows of 1 s: worst seconds 0-1']],
  )
})

test('what does not add up is refused, all of it at once, and nothing is left behind', async (t) => {
  const closed = { load: { executor: 'constant-vus', vus: 3, duration: '5s' } }
  const { results, folders } = await threeBundles(t, {}, closed, { manifest: { scenario: 'another' } })
  const refused = async (bundles: readonly string[], pattern: RegExp, options: object = {}) => {
    await assert.rejects(merge(results, bundles, 'refused', options), (error: Error & { exitCode: number }) => {
      assert.equal(error.exitCode, 104)
      assert.match(error.message, pattern)
      return true
    })
    assert.deepEqual(
      (await readdir(results)).filter((name) => name.includes('refused')),
      [],
    )
  }
  const [open, vus, another] = folders
  await refused([open, vus, another], /scenario is another[^]*model is closed[^]*executor is constant-vus/)
  await refused([open], /is alone/)
  await refused([open, open], /run run-b is in .*run-b already/)
  const pair = await merge(results, [open, await aTrafficBundle(results, { runId: 'good' })], 'pair')
  await refused([pair.folder, open], /run run-b is in .*pair already/)
  const relay = await aTrafficBundle(results, { runId: 'relay', manifest: { workload: 'relay' } })
  await refused([open, relay], /its workload is relay/, { force: true })
  const search = await aTrafficBundle(results, { runId: 'search' })
  const document = JSON.parse(await readFile(join(search, 'traffic.json'), 'utf8')) as object
  await writeFile(join(search, 'traffic.json'), JSON.stringify({ ...document, executor: 'step-to-failure' }))
  await refused([open, search], /search: is a search \(step-to-failure\)/, { force: true })
  await refused([open, join(results, 'nowhere')], /nowhere.manifest\.json: does not exist/)
  const forced = await merge(results, folders, 'forced', { force: true })
  assert.equal(forced.traffic.model, 'closed')
  assert.equal(forced.traffic.executor, 'constant-arrival-rate, constant-vus')
})

test('flights and synthetic runs are refused with the reason, and so are figures that were changed', async (t) => {
  const results = await temporaryFolder(t)
  const good = await aTrafficBundle(results, { runId: 'good' })
  const flights = await aTrafficBundle(results, { runId: 'flights', manifest: { workload: 'flights' } })
  await rm(join(flights, 'traffic.json'))
  await assert.rejects(merge(results, [good, flights], 'x'), /each sequence or job by itself, and do not add up/)
  const unfinished = await aTrafficBundle(results, { runId: 'unfinished' })
  await rm(join(unfinished, 'traffic.json'))
  await assert.rejects(
    merge(results, [good, unfinished], 'x'),
    /unfinished has no figures \(traffic\.json\): 2 of its 2/,
  )
  const changed = await aTrafficBundle(results, { runId: 'changed', shards: [someSeconds, someSeconds] })
  await writeFile(join(changed, WINDOWS_KEY), await diskStore(good).get(WINDOWS_KEY))
  await assert.rejects(merge(results, [good, changed], 'x'), /windows\.bin: is not what traffic\.json beside it names/)
  await writeFile(join(results, 'taken'), 'mine')
  await assert.rejects(merge(results, [good, changed], 'taken'), /exists and is not empty; nothing is overwritten/)
  await assert.rejects(merge(results, [good, changed], 'good'), /exists and is not empty; nothing is overwritten/)
})

test('a run in which nothing happened adds nothing and breaks nothing', async (t) => {
  const never = { state: 'never_started', reason: 'no free slot', started_at: undefined, clock: null } as const
  const { results, folders } = await threeBundles(t, { shards: [[]], document: never })
  for (const sequential of [false, true]) {
    const { traffic, results: document } = await merge(results, folders, `all-${sequential}`, { sequential })
    assert.equal(traffic.all_steps.count, 22)
    assert.equal(document.exit_code, 91)
    assert.equal(traffic.started_at, '2026-01-31T12:00:00.000Z')
  }
})

test('a bundle of runs with several seeds has all of them, however it was merged', async (t) => {
  const seeded = (seed: number) => ({ manifest: { seed } })
  const { results, folders } = await threeBundles(t, seeded(7), seeded(3), seeded(7))
  const [a, b, c] = folders
  const same = await merge(results, [a, c], 'same')
  const all = await merge(results, [b, same.folder], 'all')
  const { manifest } = await readBundle(all.folder)
  assert.deepEqual([manifest.seed, manifest.seeds], [3, [3, 7]])
  assert.deepEqual([all.results.seed, all.results.seeds], [3, [3, 7]])
  assert.deepEqual([same.results.seed, same.results.seeds], [7, undefined])
  assert.match(await readFile(join(all.folder, 'summary.md'), 'utf8'), /, seed 3, 7\. /)
})
