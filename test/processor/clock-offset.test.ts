import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clockOffset, type Exchange } from '../../src/processor/clock-offset.ts'

/** `out` and `back` milliseconds on the way, at a moment of the other clock. */
function exchange(truth: number, [at, out, back]: readonly [number, number, number]): Exchange {
  return { askedMs: at - out + truth, otherMs: at, answeredMs: at + back + truth }
}

const ways = fc.tuple(fc.nat(1e9), fc.nat(500), fc.nat(500))

test('of one exchange the uncertainty is half its round trip', () => {
  assert.deepEqual(clockOffset([exchange(700, [5_000, 30, 10])]), { offsetMs: 690, uncertaintyMs: 20 })
})

test('the shortest way out and the shortest way back count, of whichever exchange', () => {
  const exchanges = [exchange(-50, [0, 2, 90]), exchange(-50, [100, 80, 4]), exchange(-50, [200, 40, 40])]
  assert.deepEqual(clockOffset(exchanges), { offsetMs: -49, uncertaintyMs: 3 })
})

test('the truth is never further away than the uncertainty, however lopsided the ways', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.array(ways, { minLength: 1, maxLength: 8 }), (truth, trips) => {
      const { offsetMs, uncertaintyMs } = clockOffset(trips.map((trip) => exchange(truth, trip)))
      assert.ok(Math.abs(offsetMs - truth) <= uncertaintyMs)
      for (const [, out, back] of trips) assert.ok(uncertaintyMs <= (out + back) / 2)
    }),
  )
})

test('a clock that was set in between leaves only the last exchange', () => {
  const before = exchange(0, [1_000, 5, 5])
  const after = exchange(60_000, [2_000, 8, 8])
  assert.deepEqual(clockOffset([before, after]), { offsetMs: 60_000, uncertaintyMs: 8 })
})
