import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultStores } from '../../../src/results/result-stores.ts'
import { loadScenario } from '../../../src/scenario/load-scenario.ts'
import { relay } from '../../../src/workloads/relay/index.ts'
import { relaySchema, SCENARIOS } from '../../../src/workloads/relay/schema.ts'
import { readTrafficDocument } from '../../../src/results/read-traffic-document.ts'
import { started } from '../../targets/start-target.ts'
import { contextOf, memoryStore, testGang } from '../traffic/run-traffic.ts'
import { settingsOf } from './run-relay.ts'

test('a run of two shards on load threads ends in one document, with the results of requirement 000 in it', async (t) => {
  const target = await started(t, 'relay')
  const settings = settingsOf({
    target: target.url,
    scenario: 'async-delivery',
    connectionPairs: 3,
    shards: 2,
    delaySeconds: 0.1,
  })
  const stores = resultStores(memoryStore())
  const gang = testGang(2)
  const jobs = [...relay.plan(settings, 1).jobs]
  const perform = (job: (typeof jobs)[number]) => relay.process(job, contextOf(job, stores, gang))
  await Promise.all(jobs.filter((job) => job.gang).map(perform))
  await perform(jobs.at(-1)!)

  const document = await readTrafficDocument(stores.objects)
  assert.deepEqual([document.workload, document.model, document.starts.due], ['relay', 'open', 3])
  assert.notEqual(document.verdict.state, 'incomplete')
  assert.equal(document.levels['disconnected'] ?? 0, 0)
  const { scenario, config, results } = document.extra!['relay'] as Record<string, Record<string, unknown>>
  assert.equal(scenario, 'async-delivery')
  assert.deepEqual(config, { connections: 3, durationSec: 60, rampUpSec: 0.1, delaySec: 0.1, storedMessages: 1 })
  assert.deepEqual(Object.keys(results).sort(), [
    'connectTime',
    'connections',
    'disconnects',
    'handshake',
    'recovery',
    'retries',
    'sessions',
    'timing',
  ])
  assert.deepEqual(results['sessions'], { attempted: 3, ok: 3 })

  const { lines } = await relay.summarize(settings, stores)
  const textOf = (label: string) => lines.find((line) => line.label === label)?.text ?? ''
  assert.match(textOf('connections'), /^6 of 6, 6 at once, 0 after retries; p50 /)
  assert.match(textOf('recovered'), /^3 of 3; p50 /)
})

test('every shipped scenario is valid, and its SLOs can fail the run', async () => {
  for (const name of SCENARIOS) {
    const { settings, thresholds } = await loadScenario(`relay-${name}`)
    assert.equal(settings['scenario'], name)
    assert.ok(Object.keys(thresholds ?? {}).length > 0, `relay-${name} asks for nothing`)
  }
})

test('what a scenario would do to its target is known before', () => {
  const demandsOf = (given: object) => relay.demands!(relaySchema.parse(given))
  assert.deepEqual(demandsOf({ connections: 500, rampUpSeconds: 5 }).ratePerSecond, 100)
  // 40 connections in 5 s, and 20 pairs with a message and an answer every 4 s.
  const messaging = { scenario: 'steady-messaging', connectionPairs: 20, rampUpSeconds: 5, messageIntervalSeconds: 4 }
  assert.equal(demandsOf(messaging).ratePerSecond, 18)
  assert.deepEqual(demandsOf({ history: { ttlSeconds: 8 } }).standIns, {
    relay: { history_ttl_seconds: 8, session_history_size: 20, handshake_history_size: 5 },
  })
})
