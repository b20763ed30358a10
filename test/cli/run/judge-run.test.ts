import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { judgeRun, readBaselines, type RunToJudge } from '../../../src/cli/run/judge-run.ts'
import { InvalidInputError } from '../../../src/errors.ts'
import { readBundle } from '../../../src/results/read-bundle.ts'
import { thresholdsSchema, type ThresholdsInput } from '../../../src/thresholds/schema.ts'
import { aTrafficBundle } from '../../merge/a-traffic-bundle.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'

const metrics = { traffic: { protocol: 'http' } } as const

function parse(thresholds: ThresholdsInput) {
  return thresholdsSchema().parse(thresholds)
}

async function runOf(folder: string, changes: Partial<RunToJudge> = {}): Promise<RunToJudge> {
  return { ...(await readBundle(folder)), metrics, stopped: undefined, baselines: new Map(), ...changes }
}

test('thresholds are held against the whole run, its seconds and its jobs, in the scenario’s order', async (t) => {
  const folder = await aTrafficBundle(await temporaryFolder(t), { runId: 'mine' })
  const thresholds = parse({
    http_req_duration: ['p(50)<100', { threshold: 'max<100', window: '1s' }],
    jobs: ['count==2'],
    'http_req_duration{step:nobody}': ['p(95)<1', { threshold: 'p(95)<1', optional: true }],
  })
  const results = await judgeRun(thresholds, await runOf(folder))
  assert.deepEqual(
    results.map(({ metric, ok }) => [metric, ok]),
    [
      ['http_req_duration', true],
      ['http_req_duration', true], // the slow answer came in the last second, which is no whole one
      ['jobs', true],
      ['http_req_duration{step:nobody}', false],
      ['http_req_duration{step:nobody}', true],
    ],
  )
  assert.match(results[3].note!, /no data: there is no step nobody/)
})

test('the threshold that stopped the run has failed', async (t) => {
  const folder = await aTrafficBundle(await temporaryFolder(t), { runId: 'mine' })
  const stopped = { kind: 'threshold', text: 'too many', index: 1, metric: 'http_reqs' } as const
  const thresholds = parse({ http_reqs: ['count<99', { threshold: 'count<100', abortOnFail: true }] })
  const results = await judgeRun(thresholds, await runOf(folder, { stopped }))
  assert.deepEqual(
    results.map(({ ok, note }) => [ok, note]),
    [
      [true, null],
      [false, 'stopped the run: too many'],
    ],
  )
})

test('baselines are found by run id among the results, or by their path, each once', async (t) => {
  const results = await temporaryFolder(t)
  await aTrafficBundle(results, { runId: 'before' })
  const path = await aTrafficBundle(join(results, 'elsewhere'), { runId: 'other' })
  const baseline = (run: string) => ({ threshold: 'p(95)<9999', baseline: run })
  const thresholds = parse({ http_req_duration: [baseline('before'), baseline(path), baseline('before')] })
  const found = await readBaselines(thresholds, results)
  assert.deepEqual([...found.keys()], ['before', path])
  const judged = await judgeRun(thresholds, await runOf(path, { baselines: found }))
  assert.ok(judged.every(({ ok, note }) => ok && note?.includes('10 % worse is')))
})

test('a baseline that is not there is named with the place that was looked at, before anything runs', async (t) => {
  const results = await temporaryFolder(t)
  const thresholds = parse({ http_reqs: [{ threshold: 'count>1', baseline: 'gone' }] })
  await assert.rejects(readBaselines(thresholds, results), (error) => {
    assert.ok(error instanceof InvalidInputError)
    assert.deepEqual(
      error.faults.map((fault) => fault.path),
      ['gone'],
    )
    assert.ok(error.message.includes(join(results, 'gone', 'manifest.json')))
    return true
  })
  assert.equal((await readBaselines(undefined, results)).size, 0)
})
