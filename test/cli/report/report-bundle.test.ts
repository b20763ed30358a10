import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { mergeInto } from '../../../src/cli/report/merge-into.ts'
import { reportBundle, type ReportOptions } from '../../../src/cli/report/report-bundle.ts'
import type { ThresholdResult } from '../../../src/results/documents.ts'
import { aTrafficBundle, someSeconds } from '../../merge/a-traffic-bundle.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'

const REPORTS = ['junit.xml', 'k6-summary.json', 'report.html', 'summary.md']

function report(folder: string, options: Partial<ReportOptions> = {}) {
  return reportBundle({ folder, threshold: [], thresholds: undefined, results: join(folder, '..'), ...options })
}

/** Every file and its digest. */
async function contents(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const digests = files.sort().map(async (file) => {
    return [
      file.slice(folder.length + 1),
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    ] as const
  })
  return new Map(await Promise.all(digests))
}

function aThreshold(text: string, changes: object = {}) {
  return { threshold: text, abortOnFail: false, delayAbortEval: 0, optional: false, scope: 'total', ...changes }
}

test('only the reports are written, and nothing else of the bundle changes', async (t) => {
  const folder = await aTrafficBundle(await temporaryFolder(t), { runId: 'mine' })
  const before = await contents(folder)
  const { results, traffic } = await report(folder)
  const after = await contents(folder)
  assert.deepEqual(
    [...after.keys()].filter((file) => !before.has(file)),
    REPORTS,
  )
  for (const [file, digest] of before) assert.equal(after.get(file), digest, file)
  assert.deepEqual([results.exit_code, traffic?.all_steps.count], [0, 11])
  assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /storefront-baseline/)
})

test('with another folder for them the bundle stays as it is, wherever it lies', async (t) => {
  const results = await temporaryFolder(t)
  const elsewhere = join(results, 'a copy')
  await cp(await aTrafficBundle(results, { runId: 'mine' }), elsewhere, { recursive: true })
  const before = await contents(elsewhere)
  const output = join(results, 'reports', 'mine')
  await report(elsewhere, { output })
  assert.deepEqual(await contents(elsewhere), before)
  assert.deepEqual((await readdir(output)).sort(), REPORTS)
})

test('the run’s own thresholds are evaluated again, or those given instead; the exit code follows', async (t) => {
  const manifest = { thresholds: { http_reqs: [aThreshold('count>10'), aThreshold('count>100')] } }
  const folder = await aTrafficBundle(await temporaryFolder(t), { runId: 'mine', manifest })
  const own = await report(folder)
  assert.deepEqual(
    own.results.thresholds?.map(({ ok, actual }) => [ok, actual]),
    [
      [true, 11],
      [false, 11],
    ],
  )
  assert.equal(own.results.exit_code, 99)
  assert.match(await readFile(join(folder, 'summary.md'), 'utf8'), /❌/)
  const given = await report(folder, { threshold: ['http_req_duration=p(50)<30', 'http_reqs{step:home}=count==11'] })
  assert.deepEqual(
    given.results.thresholds?.map(({ ok }) => ok),
    [true, true],
  )
  assert.equal(given.results.exit_code, 0)
})

test('a run without stored thresholds keeps what it was judged by', async (t) => {
  const kept: ThresholdResult = { metric: 'http_reqs', expression: 'count>99', ok: false, actual: 11, note: null }
  const results = { thresholds: [kept], exit_code: 99 as const }
  const folder = await aTrafficBundle(await temporaryFolder(t), { runId: 'mine', results })
  const again = await report(folder)
  assert.deepEqual([again.results.thresholds, again.results.exit_code], [[kept], 99])
})

test('thresholds that are not there any more take no exit code with them, and the verdict keeps its own', async (t) => {
  const results = await temporaryFolder(t)
  const failed = { threshold: ['http_reqs=count>99'] }
  const held = { threshold: ['http_reqs=count>1'] }
  const codes = async (folder: string) => {
    return [(await report(folder, failed)).results.exit_code, (await report(folder, held)).results.exit_code]
  }
  const lost = { state: 'lost', reason: 'gone', windows: null, totals: undefined } as const
  const sockets = [[[...someSeconds[0], { step: 'home', outcome: 'sockets', ms: 1 }]]]
  const signalled = { state: 'stopped', reason: 'signal: Ctrl-C' } as const
  const unsent = { upload: { url: 's3://bucket/x', error: 'denied' }, exit_code: 89 as const }
  assert.deepEqual(await codes(await aTrafficBundle(results, { runId: 'lost', document: lost })), [91, 91])
  assert.deepEqual(await codes(await aTrafficBundle(results, { runId: 'sockets', shards: sockets })), [90, 90])
  assert.deepEqual(await codes(await aTrafficBundle(results, { runId: 'signal', document: signalled })), [105, 105])
  assert.deepEqual(await codes(await aTrafficBundle(results, { runId: 'unsent', results: unsent })), [99, 89])
})

test('the threshold that ended a run has failed, whatever the figures came to afterwards', async (t) => {
  const stopping: ThresholdResult = {
    ...{ metric: 'http_reqs', expression: 'count<11', ok: false, actual: 12 },
    note: 'stopped the run: http_reqs count<11 failed after 1 s',
  }
  const folder = await aTrafficBundle(await temporaryFolder(t), {
    runId: 'mine',
    manifest: { thresholds: { http_reqs: [aThreshold('count<11'), aThreshold('count<99')] } },
    document: { state: 'stopped', reason: 'threshold: http_reqs count<11 failed after 1 s' },
    results: { thresholds: [stopping] },
  })
  const { results } = await report(folder)
  assert.deepEqual(
    results.thresholds?.map(({ ok, note }) => [ok, note]),
    [
      [false, stopping.note],
      [true, null],
    ],
  )
  assert.equal(results.exit_code, 99)
})

test('a baseline is looked for among the results; where it is gone, the run’s own judgement stands and is said', async (t) => {
  const results = await temporaryFolder(t)
  const slower = [[[{ step: 'home', outcome: 'ok', ms: 40 }]]]
  await aTrafficBundle(results, { runId: 'before' })
  const baseline = { run: 'before', worseBy: '10%' }
  const manifest = { thresholds: { http_req_duration: [aThreshold('p(50)<1000', { baseline })] } }
  const kept: ThresholdResult = {
    metric: 'http_req_duration',
    expression: 'p(50)<1000',
    ok: true,
    actual: 1,
    note: null,
  }
  const folder = await aTrafficBundle(results, {
    runId: 'mine',
    shards: slower,
    manifest,
    results: { thresholds: [kept] },
  })
  const again = await report(folder)
  assert.equal(again.results.exit_code, 99)
  assert.match(again.results.thresholds![0].note!, /baseline before had 19/)
  await rm(join(results, 'before'), { recursive: true })
  const alone = await report(folder)
  assert.deepEqual([alone.results.thresholds, alone.results.exit_code], [[kept], 0])
  assert.match(alone.notes.join(), /before: no whole bundle is there[^]*as the run itself judged them/)
})

test('a merged bundle is a bundle: its report is made again, and judged the same', async (t) => {
  const results = await temporaryFolder(t)
  const manifest = { thresholds: { http_reqs: [aThreshold('count>=10', { window: 1000 }), aThreshold('count>30')] } }
  const bundles = [
    await aTrafficBundle(results, { runId: 'a', manifest }),
    await aTrafficBundle(results, { runId: 'b', startedAt: '2026-02-01T12:00:00.000Z' }),
  ]
  const output = join(results, 'both')
  const options = { threshold: [], thresholds: undefined, force: false, results }
  const merged = await mergeInto({ ...options, bundles, output, sequential: true })
  const before = await contents(output)
  const again = await report(output)
  assert.deepEqual(again.results, merged.results)
  assert.equal(again.results.exit_code, 99)
  assert.deepEqual(await contents(output), before)
})

test('figures that are gone or were changed are neither judged nor shown', async (t) => {
  const folder = await aTrafficBundle(await temporaryFolder(t), { runId: 'mine' })
  const judged = () => report(folder, { threshold: ['http_reqs=count>1'] })
  await writeFile(join(folder, 'figures.bin'), 'x')
  await assert.rejects(judged(), /figures\.bin: is not what traffic\.json beside it names/)
  await rm(join(folder, 'figures.bin'))
  await assert.rejects(judged(), /figures\.bin: does not exist; turnaround bundle pull mine brings it/)
  await assert.rejects(report(folder), /figures\.bin: does not exist/)
})

test('windows that were changed are not reported, whether or not there are thresholds', async (t) => {
  const folder = await aTrafficBundle(await temporaryFolder(t), { runId: 'mine' })
  const windows = await readFile(join(folder, 'windows.bin'))
  await writeFile(join(folder, 'windows.bin'), windows.subarray(0, -1))
  await assert.rejects(report(folder), /windows\.bin: is not what traffic\.json beside it names: it was changed/)
})

test('what is no bundle is said to be none, with the file and the way out', async (t) => {
  const results = await temporaryFolder(t)
  const folder = await aTrafficBundle(results, { runId: 'mine' })
  const refused = (pattern: RegExp, where = folder) =>
    assert.rejects(report(where), (error: Error & { exitCode: number }) => {
      assert.equal(error.exitCode, 104)
      assert.match(error.message, pattern)
      return true
    })
  await refused(/results.manifest\.json: does not exist; a bundle is the folder/, join(results, 'results'))
  await writeFile(join(folder, 'traffic.json'), '{"format_version":2}')
  await refused(/traffic\.json: is not what its name says: format_version/)
  await writeFile(join(folder, 'traffic.json'), 'x')
  await refused(/traffic\.json: is not JSON/)
  await writeFile(join(folder, 'ledger.ndjson'), '{}\n{')
  await refused(/ledger\.ndjson:2 is not a line of a ledger/)
  await rm(join(folder, 'results.json'))
  await refused(/results\.json: does not exist: the run has not ended/)
})
