import assert from 'node:assert/strict'
import { test } from 'node:test'
import { executorSchema } from '../../../src/engine/schedule/settings.ts'
import { describeLoad } from '../../../src/workloads/traffic/describe-load.ts'
import { trafficDemands } from '../../../src/workloads/traffic/expect.ts'

const describe = (load: object, shape: { shards?: number; requestsPerIteration?: number; iterationMs?: number } = {}) =>
  describeLoad(executorSchema.parse(load), 1, { shards: 1, ...shape })

test('an open load has its starts counted, shared out exactly and priced in CPU', () => {
  const load = { executor: 'constant-arrival-rate', rate: 100, timeUnit: '2s', duration: '9s' }
  const description = describe(load, { shards: 4, requestsPerIteration: 5 })
  assert.deepEqual([description.model, description.starts, description.peakRatePerSecond], ['open', 450, 50])
  assert.deepEqual(description.shares, [113, 113, 112, 112])
  assert.equal(description.generator.cpuSeconds, 0.09)
  assert.match(description.generator.assumption, /25,000 requests .* 5 requests an iteration/)
  assert.equal(description.durationMs, 9000)
  assert.equal(description.scheduleDigest, describe(load).scheduleDigest)
})

test('a Poisson load has the starts that its seed draws', () => {
  const description = describe({ executor: 'poisson-arrival-rate', rate: 100, duration: '10s' }, { shards: 2 })
  assert.ok(description.starts !== null && description.starts !== 1000 && Math.abs(description.starts - 1000) < 150)
  assert.equal(description.shares[0]! + description.shares[1]!, description.starts)
})

test('the peak is the highest rate on the way, and of recorded starts their densest second', () => {
  const stages = [
    { duration: '1s', target: 30 },
    { duration: '1s', target: 5 },
  ]
  assert.equal(describe({ executor: 'ramping-arrival-rate', startRate: 10, stages }).peakRatePerSecond, 30)
  const timestampsMs = [0, 1000, 1500, 1999, 2000, 5000]
  assert.equal(describe({ executor: 'replay', timestampsMs }).peakRatePerSecond, 3)
})

test('a closed load is bounded only where it is known how long an iteration takes', () => {
  const load = { executor: 'constant-vus', vus: 10, duration: '20s' }
  const unknown = describe(load)
  assert.deepEqual([unknown.starts, unknown.peakRatePerSecond, unknown.generator.cpuSeconds], [null, null, null])
  assert.match(unknown.generator.assumption, /^how many requests/)
  const known = describe(load, { iterationMs: 500, shards: 3 })
  assert.deepEqual([known.peakRatePerSecond, known.shares], [20, [4, 3, 3]])
  assert.equal(known.generator.cpuSeconds, 400 / 25_000)
})

test('a search says what it may come to', () => {
  const load = { executor: 'step-to-failure', maxRate: 500, stepDuration: '10s', maxSteps: 6 }
  const description = describe(load, { shards: 2 })
  assert.deepEqual([description.starts, description.mostSteps, description.durationMs], [null, 6, 60_000])
  assert.deepEqual([description.peakRatePerSecond, description.shares], [500, [null, null]])
})

test('what a scenario would do to its target is told to the guard', () => {
  const load = executorSchema.parse({ executor: 'constant-arrival-rate', rate: 10, duration: '1m', gracefulStop: '5s' })
  assert.deepEqual(trafficDemands(load, { targets: ['shop'], requestsPerIteration: 3 }), {
    ratePerSecond: 30,
    durationSeconds: 65,
    targets: ['shop'],
  })
})
