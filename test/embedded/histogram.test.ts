import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Histogram } from '../../src/embedded/histogram.ts'

test('a quantile is never too low, and at most a tenth too high', () => {
  const durations = fc.array(fc.double({ min: 0.001, max: 3_600_000, noNaN: true }), { minLength: 1 })
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (all, q) => {
      const histogram = new Histogram()
      for (const ms of all) histogram.add(ms)
      const exact = all.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * all.length)) - 1]
      const found = histogram.quantileMs(q)
      // A bucket's upper end may come out a rounding error below a duration that is just on it.
      assert.ok(found >= exact * (1 - 1e-9) && found <= exact * 1.1, `${found} for ${exact}`)
      assert.equal(histogram.count, all.length)
    }),
  )
})

test('durations beyond its range are held at its ends', () => {
  const histogram = new Histogram()
  assert.equal(histogram.quantileMs(0.5), 0)
  histogram.add(0)
  histogram.add(1e12)
  assert.equal(histogram.quantileMs(0), 0.001)
  assert.ok(histogram.quantileMs(1) > 3_600_000)
})
