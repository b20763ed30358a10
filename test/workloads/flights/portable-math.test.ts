import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exp, log, normalCdf, sinCos } from '../../../src/workloads/flights/portable-math.ts'

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`)
}

test('exp and log agree with the engine to 14 digits', () => {
  const real = fc.double({ min: -40, max: 40, noNaN: true })
  fc.assert(fc.property(real, (x) => assertNear(exp(x) / Math.exp(x), 1, 1e-14)))
  const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true })
  fc.assert(fc.property(positive, (x) => assertNear(log(x), Math.log(x), 1e-14 * Math.max(1, Math.abs(Math.log(x))))))
})

test('sine and cosine agree with the engine within 4e-15', () => {
  fc.assert(
    fc.property(fc.double({ min: -2 * Math.PI, max: 2 * Math.PI, noNaN: true }), (angle) => {
      assertNear(sinCos(angle).sin, Math.sin(angle), 4e-15)
      assertNear(sinCos(angle).cos, Math.cos(angle), 4e-15)
    }),
  )
})

test('the normal distribution function has the values of the tables', () => {
  // Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.1
  assert.equal(normalCdf(0), 0.5)
  assertNear(normalCdf(1), 0.841344746068543, 1e-14)
  assertNear(normalCdf(-2), 0.022750131948179, 1e-14)
  assertNear(normalCdf(3), 0.99865010196837, 1e-14)
  assertNear(normalCdf(7.25), 1, 1e-12)
})
