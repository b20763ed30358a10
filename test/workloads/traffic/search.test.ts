import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Figures } from '../../../src/engine/figures.ts'
import { resultStores } from '../../../src/results/result-stores.ts'
import type { ShardDocument } from '../../../src/results/traffic-document.ts'
import { WINDOWS_KEY } from '../../../src/results/traffic-layout.ts'
import { readWindows } from '../../../src/results/traffic-windows.ts'
import { thresholdsSchema, type ThresholdsInput } from '../../../src/thresholds/schema.ts'
import { readDecision } from '../../../src/workloads/traffic/decision.ts'
import { compileLoad, isRunnable } from '../../../src/workloads/traffic/load-settings.ts'
import { planTraffic } from '../../../src/workloads/traffic/plan.ts'
import { processTraffic } from '../../../src/workloads/traffic/process.ts'
import { readTrafficDocument } from '../../../src/results/read-traffic-document.ts'
import { figuresOf } from '../../results/traffic-figures-of.ts'
import { storeCannedShard } from './canned-shard.ts'
import { contextOf, memoryStore, testGang, testSchema, testSpec } from './run-traffic.ts'

/** What a target and its generator do at a rate. */
type Behaviour = (rate: number) => {
  readonly ms: number
  readonly outcome?: string
  readonly dropped?: number
  readonly document?: Partial<ShardDocument>
}

const SEARCH = {
  executor: 'step-to-failure',
  ...{ startRate: 10, minRate: 1, maxRate: 1000, stepDuration: '2s', maxSteps: 30, precision: 0.1 },
}
const SHARDS = 2

/** A whole search whose steps are made up; gangs after its answer are run for real and must not begin. */
async function search(behaviour: Behaviour, options: { load?: object; thresholds?: ThresholdsInput } = {}) {
  const thresholds = options.thresholds && thresholdsSchema().parse(options.thresholds)
  const settings = testSchema.parse({ target: 'shop', load: { ...SEARCH, ...options.load }, shards: SHARDS })
  const objects = memoryStore()
  const stores = resultStores(objects)
  const load = compileLoad(settings)
  assert.ok(!isRunnable(load))
  const gang = testGang(99) // nobody gets ready with it
  const rates: number[] = []
  for (const job of planTraffic({ settings, seed: 3, thresholds }).jobs) {
    const step = Number(job.details['step'])
    const { next } = await readDecision(objects, job.kind === 'traffic-merge' ? step : step - 1, load)
    if (job.kind !== 'traffic-shard' || next.state !== 'step') {
      await processTraffic(job, contextOf(job, stores, gang), testSpec)
      continue
    }
    const shard = Number(job.details['shard'])
    if (shard === 0) rates.push(next.rate)
    await storeCannedShard(objects, { jobId: job.jobId, shard, ...shardAt(behaviour(next.rate)) })
  }
  return { document: await readTrafficDocument(stores.objects), rates, objects }
}

function shardAt({ ms, outcome = 'ok', dropped = 0, document = {} }: ReturnType<Behaviour>): {
  readonly windows: Figures[]
  readonly document: Partial<ShardDocument>
} {
  const windows = [0, 1].map(() => figuresOf([{ step: 'home', outcome, ms }]))
  windows[0].starts.due += dropped
  windows[0].starts.dropped += dropped
  return { windows, document: { ...document, totals: undefined } }
}

test('a search finds the rate from which on its target is slow, and runs no step after that', async () => {
  const { document, rates, objects } = await search((rate) => ({ ms: rate <= 120 ? 20 : 4000 }))
  assert.equal(document.verdict.state, 'valid')
  assert.ok(document.search)
  assert.equal(document.search.endedBy, 'confident')
  assert.ok(document.search.rate > 100 && document.search.rate <= 120, `${document.search.rate}`)
  assert.deepEqual(
    document.search.tried.map(({ rate }) => rate),
    rates,
  )
  assert.ok(rates.length < 30)
  assert.deepEqual(document.search.tried[0], { rate: 10, outcome: 'met', p95_ms: 20, error_share: 0 })
  assert.equal(document.shards.length, rates.length * SHARDS)
  assert.deepEqual(
    document.ledger.map(({ shard }) => shard),
    document.shards.map((_, at) => at),
  )
  const windows = [...readWindows(objects.bodies.get(WINDOWS_KEY)!)]
  assert.deepEqual(
    windows.map(({ number }) => number),
    Array.from({ length: rates.length * 2 }, (_, number) => number),
  )
  const idle = JSON.parse(Buffer.from(objects.bodies.get('shards/step-30-shard-1.json')!).toString())
  assert.deepEqual(
    [idle.state, idle.reason],
    ['never_started', `the search had its answer after ${rates.length} steps`],
  )
})

test('errors fail a step as slowness does, and starts dropped in it are the target’s failure', async () => {
  const { document } = await search((rate) => (rate <= 40 ? { ms: 5 } : { ms: 5, outcome: 'http_5xx', dropped: 3 }))
  assert.equal(document.verdict.state, 'valid')
  assert.ok(document.search!.rate > 30 && document.search!.rate <= 40)
})

test('a generator that can do no more ends the search, and the run says saturated', async () => {
  const health = {
    ...{ where: 'thread', watchedMs: 2000, eventLoopDelayP99Ms: 1, spinShare: 0, gcShare: 0 },
    ...{ cpuShare: 0.99, openFiles: 20, openFilesLimit: 1000 },
  }
  const { document } = await search((rate) => ({ ms: 5, ...(rate > 80 && { document: { health: [health] } }) }))
  assert.equal(document.search!.endedBy, 'generator')
  assert.ok(document.verdict.state === 'saturated')
  assert.deepEqual(
    document.verdict.exceeded.map(({ name }) => name),
    ['cpu_share'],
  )
})

test('a search whose step was stopped ends with what it knows', async () => {
  const { document, rates } = await search((rate) =>
    rate < 40 ? { ms: 5 } : { ms: 5, document: { state: 'stopped', reason: 'Ctrl-C' } },
  )
  assert.equal(document.verdict.state === 'aborted' && document.verdict.reason, 'Ctrl-C')
  assert.deepEqual(rates, [10, 21, 41]) // doubled, as near as the rates that it can tell apart
  assert.equal(document.search!.tried.length, 2)
  assert.equal(document.shards.length, 6)
})

test('a step that is incomplete decides nothing', async () => {
  const { document, rates } = await search(() => ({
    ms: 5,
    document: { state: 'lost', reason: 'gone', windows: null },
  }))
  assert.equal(document.verdict.state, 'incomplete')
  assert.deepEqual(rates, [10])
  assert.equal(document.search, undefined)
})

test('a scenario’s own thresholds decide instead of the defaults, but for those that are about another run than a step', async () => {
  const thresholds = {
    'response_time{step:home}': ['med<=30', { threshold: 'med<1', window: '1s' }],
    iterations: [{ threshold: 'count>1e9', baseline: 'another' }],
  }
  const { document } = await search((rate) => ({ ms: rate }), { thresholds })
  assert.ok(document.search!.rate > 25 && document.search!.rate <= 30, `${document.search!.rate}`)
})
