import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeAgain } from '../../../src/cli/report/judge-again.ts'
import { readBundle } from '../../../src/results/read-bundle.ts'
import { aTrafficBundle } from '../../merge/a-traffic-bundle.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'

test('the thresholds that a search looked with do not judge it as a whole; those that are given do', async (t) => {
  const resultsFolder = await temporaryFolder(t)
  const slow = { threshold: 'p(95)<1', abortOnFail: false, delayAbortEval: 0, optional: false, scope: 'total' as const }
  const thresholds = { http_req_duration: [slow] }
  const bundle = await readBundle(await aTrafficBundle(resultsFolder, { runId: 'run', manifest: { thresholds } }))
  const search = { ...bundle, traffic: { ...bundle.traffic!, search: {} as never } }
  const judge = async (of: typeof bundle, given?: typeof thresholds) =>
    (await judgeAgain(of, { given, metrics: undefined, resultsFolder })).results.thresholds?.map(({ ok }) => ok)
  assert.deepEqual(await judge(bundle), [false])
  assert.equal(await judge(search), undefined)
  assert.deepEqual(await judge(search, thresholds), [false])
})
