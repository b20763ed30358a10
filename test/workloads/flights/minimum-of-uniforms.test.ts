import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stream, type Stream } from '../../../src/scenario/stream.ts'
import { drawMinima, GREATEST_VALUE, LEAST_VALUE } from '../../../src/workloads/flights/minimum-of-uniforms.ts'

const VALUES = GREATEST_VALUE - LEAST_VALUE + 1

/** The largest distance to P(minimum ≤ v) = 1 - (1 - (v - least + 1) / n)^rows. */
function cdfDistance(minima: Float64Array, rows: number): number {
  const sorted = minima.toSorted()
  return sorted.reduce((distance, value, index) => {
    const expected = 1 - (1 - (value - LEAST_VALUE + 1) / VALUES) ** rows
    return Math.max(
      distance,
      Math.abs(expected - index / sorted.length),
      Math.abs(expected - (index + 1) / sorted.length),
    )
  }, 0)
}

function draw(rows: number, count: number, random: Stream): Float64Array {
  const minima = new Float64Array(count)
  drawMinima(random, new Int32Array(count).fill(rows - 1), minima)
  return minima
}

/** Exceeded once in 10^9 times (Dvoretzky, Kiefer, Wolfowitz; Massart 1990). */
function bound(n: number): number {
  return Math.sqrt(Math.log(2 / 1e-9) / (2 * n))
}

test('minima follow their distribution for every kind of row count', () => {
  for (const rows of [1, 2, 3, 10, 30, 66, 120, 153, 256]) {
    assert.ok(cdfDistance(draw(rows, 100_000, stream(1, 'minima', rows)), rows) < bound(100_000), `${rows} rows`)
  }
})

test('so do minima found by drawing every row', () => {
  const random = stream(2, 'every row')
  for (const rows of [1, 7, 66]) {
    const minima = Float64Array.from({ length: 20_000 }, () => {
      let least = Infinity
      for (let row = 0; row < rows; row++) least = Math.min(least, LEAST_VALUE + Math.floor(random.float64() * VALUES))
      return least
    })
    assert.ok(cdfDistance(minima, rows) < bound(20_000), `${rows} rows`)
  }
})

/** A stream that repeats two numbers. */
function twoNumbers(first: number, second: number): Stream {
  let next = second
  const uint32 = () => (next = next === first ? second : first)
  return { uint32, float64: () => assert.fail('not asked for'), integer: () => assert.fail('not asked for') }
}

test('each minimum is the inverse of its distribution function at a 53-bit uniform number, to a few units', () => {
  const uint32 = fc.oneof(
    fc.constantFrom(0, 1, 2, 2 ** 31, 2 ** 31 - 1, 2 ** 32 - 1),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  )
  fc.assert(
    fc.property(uint32, uint32, fc.integer({ min: 1, max: 256 }), (high, low, rows) => {
      fc.pre(high !== low)
      const [value] = draw(rows, 1, twoNumbers(high, low))
      const uniform = (high * 2 ** 21 + (low >>> 11) + 1) / 2 ** 53
      assert.ok(Number.isInteger(value) && value >= LEAST_VALUE && value <= GREATEST_VALUE, `${value}`)
      const expected = LEAST_VALUE + Math.min(VALUES - 1, Math.floor(-VALUES * Math.expm1(Math.log(uniform) / rows)))
      assert.ok(Math.abs(value - expected) <= 1, `${value} is not ${expected}`)
    }),
    { numRuns: 5000 },
  )
})
