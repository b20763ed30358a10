import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleMetrics, decodeWindow, runMetrics, wholeSeconds } from '../../../src/cli/run/bundle-metrics.ts'
import { encodeFigures } from '../../../src/engine/figures-encoding.ts'
import { diskStore } from '../../../src/results/disk-store.ts'
import { readBundle } from '../../../src/results/read-bundle.ts'
import { resultStores } from '../../../src/results/result-stores.ts'
import { aTrafficBundle } from '../../merge/a-traffic-bundle.ts'
import { makeEntry, makeResults, makeUnrun } from '../../report/documents.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'
import { figuresOf } from '../../results/traffic-figures-of.ts'

const HTTP = { traffic: { protocol: 'http' } } as const
const WHOLE = { windows: 2, duration_ms: 1700, started_at: null }

function windows(count: number) {
  const figures = encodeFigures(figuresOf([]))
  return Array.from({ length: count }, (_, number) => decodeWindow({ number, figures }))
}

function numbers(count: number, document: Parameters<typeof wholeSeconds>[1]): number[] {
  return Array.from(wholeSeconds(windows(count), document), ({ number }) => number)
}

test('the last second counts only where it is a whole one', () => {
  assert.deepEqual(numbers(3, { duration_ms: 2999.9 }), [0, 1])
  assert.deepEqual(numbers(3, { duration_ms: 3000 }), [0, 1, 2])
  assert.deepEqual(numbers(0, { duration_ms: 0 }), [])
})

test('of runs that follow each other the last second of each is looked at', () => {
  const segments = [
    { ...WHOLE, first_window: 0 },
    { ...WHOLE, first_window: 2, windows: 0, duration_ms: 0 },
    { ...WHOLE, first_window: 2, duration_ms: 2000 },
    { ...WHOLE, first_window: 4 },
  ]
  assert.deepEqual(numbers(6, { duration_ms: 5400, segments }), [0, 2, 3, 4])
})

test('a traffic run has its figures, its jobs and its seconds', async (t) => {
  const folder = await aTrafficBundle(await temporaryFolder(t), { runId: 'mine' })
  const { local, ledger, results, traffic } = await readBundle(folder)
  const { source, windows: seconds } = await runMetrics(local, HTTP, { ledger, results }, traffic)
  assert.partialDeepStrictEqual(source.find('http_reqs', {}), { type: 'counter', count: 11, durationMs: 1700 })
  assert.partialDeepStrictEqual(source.find('jobs', {}), { type: 'counter', count: 2 })
  assert.partialDeepStrictEqual(source.find('vus_max', {}), { type: 'gauge', value: 1 })
  const counts = Array.from(seconds, ({ number, source: second }) => [number, second.find('http_reqs', {})])
  assert.partialDeepStrictEqual(counts, [[0, { count: 10, durationMs: 1000 }]])
  assert.equal(counts.length, 1)
})

test('a run that did not come to its figures has its jobs alone', async (t) => {
  const local = diskStore(await temporaryFolder(t))
  const ledger = [makeEntry(), makeUnrun('failed')]
  const jobs = { ledger, results: makeResults({}, ledger) }
  for (const metrics of [HTTP, { delays: true }, {}] as const) {
    const { source, windows: none } = await runMetrics(local, metrics, jobs, undefined)
    assert.equal(source.find('http_reqs', {}), undefined)
    assert.equal(source.find('delay_in_minutes', { sequence: '1' }), undefined)
    assert.partialDeepStrictEqual(source.find('jobs_failed', {}), { count: 1 })
    assert.deepEqual([...none], [])
  }
})

test('percentiles of delays are there once every job is done', async (t) => {
  const local = diskStore(await temporaryFolder(t))
  const percentiles = {
    ...{ percentile_50: 3, percentile_75: 4, percentile_90: 5, percentile_95: 6, percentile_99: 7 },
    ...{ 'percentile_99.5': 8, 'percentile_99.9': 9 },
  }
  await resultStores(local).merged.store(new Map([[7, percentiles]]))
  const ledger = [makeEntry()]
  const { source } = await runMetrics(local, { delays: true }, { ledger, results: makeResults() }, undefined)
  const found = source.find('delay_in_minutes', { sequence: '7' })
  assert.ok(found?.type === 'trend' && found.form === 'percentiles')
  assert.equal(found.values.get(99.9), 9)
})

test('a bundle on disk is all that a baseline needs; one that is not whole is refused', async (t) => {
  const folder = await aTrafficBundle(await temporaryFolder(t), { runId: 'before' })
  const source = await bundleMetrics(folder)
  assert.partialDeepStrictEqual(source.find('http_reqs', {}), { count: 11 })
  await rm(join(folder, 'figures.bin'))
  await assert.rejects(bundleMetrics(folder), /figures\.bin does not exist/)
  await rm(join(folder, 'traffic.json'))
  await assert.rejects(bundleMetrics(folder), /traffic\.json does not exist/)
})
