import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildGraph } from '../../../src/jobs/graph.ts'
import { DETAILS_LIMIT_BYTES } from '../../../src/jobs/messages.ts'
import { resultStores } from '../../../src/results/result-stores.ts'
import { expectTraffic } from '../../../src/workloads/traffic/expect.ts'
import { settingsOf, parseDetails } from '../../../src/workloads/traffic/job-details.ts'
import { isSearch, planTraffic } from '../../../src/workloads/traffic/plan.ts'
import { memoryStore, testSchema } from './run-traffic.ts'

function planOf(load: object, shards = 2) {
  const settings = testSchema.parse({ target: 'shop', load, shards })
  const plan = planTraffic({ settings, seed: 5 })
  return { settings, jobs: [...plan.jobs], documents: [...plan.documents] }
}

const brief = ({ jobId, kind, needs, gang }: ReturnType<typeof planOf>['jobs'][number]) => [
  jobId,
  kind,
  needs,
  gang?.name,
]

test('shards are one gang, and the merge waits for all of them', () => {
  const { jobs, documents } = planOf({ executor: 'constant-vus', vus: 4, duration: '1m' })
  assert.deepEqual(jobs.map(brief), [
    ['shard-0', 'traffic-shard', [], 'load'],
    ['shard-1', 'traffic-shard', [], 'load'],
    ['merge', 'traffic-merge', ['shard-0', 'shard-1'], undefined],
  ])
  assert.ok(jobs.every(({ gang }) => gang === undefined || gang.size === 2))
  assert.deepEqual(documents, [])
  assert.equal(buildGraph(jobs).size, 3)
  assert.deepEqual(expectTraffic(jobs[0]), { outputBytes: 135_000, processingMs: 90_000 })
})

test('a search is a gang for each step, with a decision between them', () => {
  const { jobs } = planOf({ executor: 'step-to-failure', maxRate: 100, maxSteps: 2 }, 1)
  assert.deepEqual(jobs.map(brief), [
    ['step-1-shard-0', 'traffic-shard', [], 'step-1'],
    ['step-1-decide', 'traffic-decide', ['step-1-shard-0'], undefined],
    ['step-2-shard-0', 'traffic-shard', ['step-1-decide'], 'step-2'],
    ['step-2-decide', 'traffic-decide', ['step-2-shard-0'], undefined],
    ['merge', 'traffic-merge', ['step-2-decide'], undefined],
  ])
  assert.equal(buildGraph(jobs).size, 5)
  assert.equal(expectTraffic(jobs[0]).processingMs, 60_000) // one step, not all of them
})

test('a search is known by its decisions, be it of one step', () => {
  const search = planOf({ executor: 'step-to-failure', maxRate: 100, maxSteps: 1 })
  const run = planOf({ executor: 'constant-vus', vus: 4, duration: '1m' })
  assert.deepEqual(
    [search, run].map(({ jobs }) => isSearch(buildGraph(jobs))),
    [true, false],
  )
})

test('settings too large for a message travel once, as a document', async () => {
  const timestampsMs = Array.from({ length: 100_000 }, (_, at) => at)
  const { jobs, documents, settings } = planOf({ executor: 'replay', timestampsMs }, 3)
  for (const { details } of jobs) assert.ok(JSON.stringify(details).length < DETAILS_LIMIT_BYTES / 10)
  assert.deepEqual(
    documents.map(({ key }) => key),
    ['traffic-settings.json'],
  )
  const objects = memoryStore()
  await objects.put(documents[0].key, Buffer.from(documents[0].body))
  assert.deepEqual(await settingsOf(parseDetails(jobs[0]), resultStores(objects).objects), settings)
})
