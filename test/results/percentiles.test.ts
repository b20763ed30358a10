import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { percentilesOf } from '../../src/results/percentiles.ts'

test('0 … 1000 have the percentiles one reads off', () => {
  const values = Float64Array.from({ length: 1001 }, (_, i) => 1000 - i)
  assert.deepEqual(percentilesOf(values), {
    percentile_50: 500,
    percentile_75: 750,
    percentile_90: 900,
    percentile_95: 950,
    percentile_99: 990,
    'percentile_99.5': 995,
    'percentile_99.9': 999,
  })
})

test('between two ranks the value is interpolated as NumPy does by default', () => {
  // np.percentile([-3, 1, 4, 10], [50, 75, 90, 95, 99, 99.5, 99.9]), worked out by hand: rank 3q from 0,
  // e.g. q = 0.9: rank 2.7, 4 + 0.7 * (10 - 4) = 8.2.
  assert.deepEqual(Object.values(percentilesOf(Float64Array.of(10, -3, 4, 1))), [2.5, 5.5, 8.2, 9.1, 9.82, 9.91, 9.982])
  // The same with values that are not whole, and so sorted: rank 2.7 of [-3.5, 1, 4, 10.5] is 4 + 0.7 * 6.5.
  assert.deepEqual(
    Object.values(percentilesOf(Float64Array.of(10.5, -3.5, 4, 1))),
    [2.5, 5.625, 8.55, 9.525, 10.305, 10.4025, 10.4805],
  )
})

test('one delay is every percentile', () => {
  assert.deepEqual(new Set(Object.values(percentilesOf(Float64Array.of(-7)))), new Set([-7]))
  assert.deepEqual(new Set(Object.values(percentilesOf(Float64Array.of(0.25)))), new Set([0.25]))
})

test('values have nine decimals, and none of them is -0', () => {
  assert.equal(percentilesOf(Float64Array.of(1 / 3)).percentile_50, 0.333333333)
  assert.ok(Object.is(percentilesOf(Float64Array.of(-1e-12)).percentile_50, 0))
  assert.ok(Object.is(percentilesOf(Float64Array.of(-0)).percentile_50, 0))
})

test('counting whole minutes and sorting them give the same', () => {
  const delays = fc.array(fc.integer({ min: -300, max: 3000 }), { minLength: 1, maxLength: 500 })
  fc.assert(
    fc.property(delays, (minutes) => {
      const counted = Object.values(percentilesOf(Float64Array.from(minutes)))
      // A shift by 2^-20 takes the other way, and is exact.
      const shift = 2 ** -20
      const sorted = Object.values(percentilesOf(Float64Array.from(minutes, (value) => value + shift)))
      sorted.forEach((value, i) => assert.ok(Math.abs(value - shift - counted[i]!) <= 1e-9, `${value} ${counted[i]}`))
    }),
  )
})

test('the percentile is the definition applied to sorted values, in any order they come', () => {
  const delays = fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(delays, (minutes) => {
      const sorted = minutes.toSorted((a, b) => a - b)
      const byDefinition = [500, 750, 900, 950, 990, 995, 999].map((k) => {
        const rank = ((sorted.length - 1) * k) / 1000
        const below = sorted[Math.floor(rank)]
        return below + (sorted[Math.ceil(rank)] - below) * (rank - Math.floor(rank))
      })
      const ours = Object.values(percentilesOf(Float64Array.from(minutes)))
      ours.forEach((value, i) => assert.ok(Math.abs(value - byDefinition[i]) < 1e-8, `${value} ${byDefinition[i]}`))
    }),
  )
})

test('the delays themselves are left as they were', () => {
  const delays = Float64Array.of(3.5, 1, 2)
  percentilesOf(delays)
  assert.deepEqual(delays, Float64Array.of(3.5, 1, 2))
})

test('no delays, and delays that are no number, are errors', () => {
  assert.throws(() => percentilesOf(new Float64Array(0)), /at least one delay, got none/)
  assert.throws(() => percentilesOf(Float64Array.of(1, NaN)), /must be finite numbers, got NaN at 1/)
  assert.throws(() => percentilesOf(Float64Array.of(Infinity, 1)), /must be finite numbers, got Infinity at 0/)
  assert.throws(() => percentilesOf(Float64Array.of(Infinity, -Infinity)), /must be finite numbers, got Infinity at 0/)
})
