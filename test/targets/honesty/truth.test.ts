import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { behaviourOf, type HonestyKind, honestyKinds, simulate, truth } from '../../../src/targets/index.ts'

const evenly = (count: number, gapMs: number) => Float64Array.from({ length: count }, (_, index) => index * gapMs)

/** The value of which a share `q` of all is below. */
function percentile(values: Float64Array, q: number): number {
  return values.toSorted()[Math.min(values.length - 1, Math.floor(q * values.length))]
}

function isNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 0.01, `${actual} is not within 1 % of ${expected}`)
}

test('a 2 s freeze at 100/s over 10 s has the known percentiles', () => {
  const times = truth(behaviourOf('freeze'), evenly(1000, 10), 300)
  assert.equal(percentile(times, 0.5), 2.5)
  isNear(percentile(times, 0.9), 1015)
  isNear(percentile(times, 0.99), 1905)
  isNear(percentile(times, 1), 2005)
})

test('with 10 connections what has queued up behind the freeze comes ten at a time', () => {
  const times = truth(behaviourOf('freeze'), evenly(1000, 10), 10)
  assert.equal(percentile(times, 0.9), 1035)
  // Arrival 99 of the freeze leaves with the tenth batch: 2000 - 990 waited for the thaw, then 10 x 2.5.
  assert.equal(times[499], 2000 - 990 + 10 * 2.5)
})

test('what is under way when the freeze begins is late by its whole length', () => {
  const target = behaviourOf('freeze', { service_ms: 10, freeze_at_ms: 5, freeze_ms: 100 })
  assert.deepEqual([...truth(target, [0, 1, 5, 104, 105], 9)], [110, 110, 110, 11, 10])
})

test('a queue beyond a known rate grows by what does not fit', () => {
  const target = behaviourOf('saturating', { rate_per_second: 200, servers: 2 })
  // Pairs are done at 10, 20, 30 … ms, arrivals come every 2.5 ms.
  assert.deepEqual([...truth(target, evenly(6, 2.5), 100)], [10, 10, 12.5 + 2.5, 15, 20, 20])
  const times = truth(target, evenly(4000, 2.5), 10_000)
  isNear(times.at(-1)!, 4000 * 5 - 4000 * 2.5)
})

test('below the known rate nobody waits', () => {
  const times = truth(behaviourOf('saturating', { rate_per_second: 200, servers: 2 }), evenly(1000, 5), 100)
  assert.deepEqual(new Set(times), new Set([10]))
})

test('a slow start is slow at first and then even', () => {
  const times = truth(behaviourOf('slow-start'), [0, 1500, 3000, 9000], 9)
  assert.deepEqual([...times], [200, 2.5 + 197.5 / 2, 2.5, 2.5])
})

test('error bursts answer 503 in the last second of every four', () => {
  const { statuses, responseMs } = simulate(behaviourOf('error-bursts'), [0, 2999, 3000, 3999, 4000, 7500], 9)
  assert.deepEqual([...statuses], [200, 200, 503, 503, 200, 503])
  assert.deepEqual([...responseMs], [2.5, 2.5, 0.5, 0.5, 2.5, 0.5])
})

test('a bimodal target has as many slow answers as its share says, the same for the same seed', () => {
  const times = (seed: number) => truth(behaviourOf('bimodal', {}, seed), evenly(10_000, 10), 100)
  const slow = times(1).filter((ms) => ms === 50).length
  assert.ok(slow > 900 && slow < 1100, `${slow} of 10,000`)
  assert.deepEqual(times(1), times(1))
  assert.notDeepEqual(times(1), times(2))
})

const anyKind = fc.constantFrom<HonestyKind>(...honestyKinds)
const anyArrivals = fc
  .array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 60 })
  .map((quarters) => quarters.map((quarter) => quarter / 4).sort((a, b) => a - b))

test('a response takes no less than its service, which takes no less than its work, for all targets', () => {
  fc.assert(
    fc.property(anyKind, anyArrivals, fc.integer({ min: 1, max: 20 }), (kind, arrivals, connections) => {
      const { responseMs, serviceMs } = simulate(behaviourOf(kind), arrivals, connections)
      responseMs.forEach((ms, index) => assert.ok(ms >= serviceMs[index] && serviceMs[index] > 0.49))
    }),
  )
})

test('where no arrival waits for a connection, response and service are one', () => {
  fc.assert(
    fc.property(anyKind, anyArrivals, (kind, arrivals) => {
      const { responseMs, serviceMs } = simulate(behaviourOf(kind), arrivals, arrivals.length)
      assert.deepEqual(responseMs, serviceMs)
    }),
  )
})

test('more connections never make a steady, frozen or saturated target slower for anybody', () => {
  const kinds = fc.constantFrom<HonestyKind>('steady', 'freeze', 'saturating')
  fc.assert(
    fc.property(kinds, anyArrivals, fc.integer({ min: 1, max: 20 }), (kind, arrivals, connections) => {
      const few = truth(behaviourOf(kind), arrivals, connections)
      const more = truth(behaviourOf(kind), arrivals, connections + 1)
      more.forEach((ms, index) => assert.ok(ms <= few[index] + 1e-9))
    }),
  )
})

test('when the schedule starts does not matter', () => {
  const times = truth(behaviourOf('freeze'), evenly(1000, 10), 10)
  const later = truth(
    behaviourOf('freeze'),
    evenly(1000, 10).map((ms) => ms + 4096),
    10,
  )
  assert.deepEqual(later, times)
})

test('arrivals that go back, and no connections at all, are refused', () => {
  assert.throws(() => truth(behaviourOf('steady'), [0, 2, 1], 1), /must not decrease, got 1 after 2 at 2/)
  assert.throws(() => truth(behaviourOf('steady'), [0], 0), /connections must be at least 1, got 0/)
})
