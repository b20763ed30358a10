import assert from 'node:assert/strict'
import { test } from 'node:test'
import { executorSchema } from '../../../src/engine/schedule/settings.ts'
import { canonicalJson } from '../../../src/results/canonical-json.ts'
import { resultStores } from '../../../src/results/result-stores.ts'
import { createRunFigures } from '../../../src/results/traffic-run-figures.ts'
import { emptyShard, json } from '../../../src/workloads/traffic/shard-document.ts'
import { summarizeTraffic } from '../../../src/workloads/traffic/summarize.ts'
import { trafficDocument } from '../../../src/workloads/traffic/traffic-document.ts'
import { trafficWorkload } from '../../../src/workloads/traffic/traffic-workload.ts'
import { figuresOf } from '../../results/traffic-figures-of.ts'
import { memoryStore, testSchema, testSpec } from './run-traffic.ts'

function documentOf(verdict: Parameters<typeof trafficDocument>[0]['verdict']) {
  const run = createRunFigures()
  for (const number of [0, 1]) {
    const ok = Array.from({ length: 9 }, () => ({ step: 'home', outcome: 'ok', ms: 20 }))
    run.add(number, figuresOf([...ok, { step: 'home', outcome: 'timeout', ms: 1000 }]))
  }
  return trafficDocument({
    verdict,
    workload: 'test',
    model: 'open',
    executor: 'constant-arrival-rate',
    scheduleDigest: 'abc',
    target: 'shop',
    shards: [
      emptyShard({ job_id: 'shard-0', shard: 0, host: 'here', state: 'finished', reason: null, duration_ms: 2000 }),
    ],
    ledger: [],
    figures: run.finish(),
    files: [],
  })
}

test('a finished run is summed up in lines and as data', async () => {
  const objects = memoryStore()
  await objects.put('traffic.json', json(documentOf({ state: 'valid', measures: [] })))
  const { lines, data } = await summarizeTraffic(resultStores(objects))
  const texts = Object.fromEntries(lines.map(({ label, text }) => [label, text]))
  assert.deepEqual(texts, {
    verdict: 'valid',
    load: 'constant-arrival-rate (open), 1 shard → shop',
    starts: '20 due, 20 started, 0 late, 0 dropped',
    'offered, achieved': '10, 10 iterations/s',
    iterations: '18 ok, 2 timeout',
    steps: '20, 10/s',
    errors: '2 (10 %): 2 timeout',
    'response time': 'p50 20.1 ms   p95 1000 ms   p99 1000 ms   max 1000 ms',
    'service time': 'p50 19.1 ms   p95 999 ms   p99 999 ms   max 999 ms',
    'schedule slip': 'p99 0.1 ms   max 0.1 ms',
    checks: '18 of 20 held',
    'schedule digest': 'abc',
  })
  assert.equal(data['schedule_digest'], 'abc')
  assert.doesNotThrow(() => canonicalJson(data))
})

test('what is wrong with a run stands beside its verdict', async () => {
  const objects = memoryStore()
  const measure = { name: 'cpu_share', where: 'thread', value: 0.991234, limit: 0.9 } as const
  await objects.put('traffic.json', json(documentOf({ state: 'saturated', measures: [measure], exceeded: [measure] })))
  const { lines } = await summarizeTraffic(resultStores(objects))
  assert.equal(lines[0].text, 'saturated: cpu_share 0.991, at most 0.9')
})

test('a workload is a spec: plan, demands and description come from it', () => {
  const workload = trafficWorkload({ ...testSpec, requestsPerIteration: () => 2 })
  const load = executorSchema.parse({ executor: 'constant-arrival-rate', rate: 10, duration: '1s', gracefulStop: 0 })
  const settings = testSchema.parse({ target: 'shop', load })
  assert.equal([...workload.plan(settings, 1, undefined).jobs].length, 2)
  assert.deepEqual(workload.demands(settings), { ratePerSecond: 20, durationSeconds: 1, targets: ['shop'] })
  assert.equal(workload.describe(settings, 1).starts, 10)
})
