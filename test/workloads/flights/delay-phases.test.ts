import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Direction } from '../../../src/results/stores.ts'
import { percentilesOf } from '../../../src/results/percentiles.ts'
import { stream, type Stream } from '../../../src/scenario/stream.ts'
import { drawDurations } from '../../../src/workloads/flights/delay-models.ts'
import { durationDistribution } from '../../../src/workloads/flights/delay-phases.ts'

/** The percentiles flights.md gives: 50, 75, 90, 95, 99, 99.5, 99.9. */
const GIVEN = {
  departure: [66, 70, 77, 82, 90, 93, 97],
  landing: [16, 25, 30, 75, 111, 115, 119],
} as const

test('50,000 draws have the percentiles of flights.md within 1.5 minutes, at any airport and seed', () => {
  for (const direction of ['departure', 'landing'] as const) {
    for (let seed = 1; seed <= 10; seed++) {
      const durations = new Int32Array(50_000)
      drawDurations(direction, 'LHR', seed, durations)
      const found = Object.values(percentilesOf(Float64Array.from(durations)))
      for (const [index, given] of GIVEN[direction].entries()) {
        assert.ok(Math.abs(found[index] - given) <= 1.5, `${direction} seed ${seed}: ${found.join(' ')}`)
      }
    }
  }
})

/** Phase by phase, as flights.md tells it, with the engine's own functions. */
function simulateDeparture(random: Stream): number {
  const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
  const exponential = (mean: number) => -mean * Math.log(1 - random.float64())
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.float64())) * Math.cos(2 * Math.PI * random.float64())
  let rows = 1 + 1 + clip(Math.floor(exponential(8)) + 10, 50, 70)
  const trouble = random.float64()
  if (trouble < 0.05) rows += random.integer(5, 24) + random.integer(1, 5)
  else if (trouble < 0.15) rows += random.integer(2, 14) + random.integer(1, 5)
  rows += 1 + 1 + 1
  rows += Math.max(1, [0, 0, 1, 1, 2, 3, 5][random.integer(0, 6)])
  rows += clip(Math.floor(7 + 4 * normal()), 5, 35)
  rows += Math.max(1, clip(Math.floor(exponential(1.5)), 0, 8))
  return rows + 1 - 1
}

function simulateLanding(random: Stream): number {
  const part = random.float64()
  if (part < 0.3) return random.integer(1, 10) - 1
  return (part < 0.9 ? random.integer(11, 30) : random.integer(31, 120)) - 1
}

/** The largest distance between the distribution function and that of the values. */
function cdfDistance(direction: Direction, values: Int32Array): number {
  const { first, probabilities } = durationDistribution(direction)
  const counts = new Float64Array(probabilities.length)
  for (const value of values) {
    assert.ok(value >= first && value < first + probabilities.length, `${value} cannot be`)
    counts[value - first]++
  }
  let distance = 0
  let expected = 0
  let found = 0
  for (const [index, probability] of probabilities.entries()) {
    expected += probability
    found += counts[index] / values.length
    distance = Math.max(distance, Math.abs(expected - found))
  }
  return distance
}

/** Exceeded once in 10^9 times by n independent draws (Dvoretzky, Kiefer, Wolfowitz; Massart 1990). */
function bound(n: number): number {
  return Math.sqrt(Math.log(2 / 1e-9) / (2 * n))
}

test('the exact distributions are those of a simulation phase by phase', () => {
  const random = stream(42, 'simulation')
  assert.ok(
    cdfDistance(
      'departure',
      Int32Array.from({ length: 300_000 }, () => simulateDeparture(random)),
    ) < bound(300_000),
  )
  assert.ok(
    cdfDistance(
      'landing',
      Int32Array.from({ length: 300_000 }, () => simulateLanding(random)),
    ) < bound(300_000),
  )
})

test('probabilities worked out by hand: the shortest departure and each landing minute', () => {
  const departure = durationDistribution('departure')
  // 50 boarding, no trouble, 1 for the taxi, 5 taxiing (N < 6), 1 waiting, 6 fixed: 63 rows
  const shortest = (1 - Math.exp(-41 / 8)) * 0.85 * (4 / 7) * 0.401293674317076 * (1 - Math.exp(-2 / 1.5))
  assert.equal(departure.first, 62)
  assert.ok(Math.abs(departure.probabilities[0] - shortest) < 1e-12)
  assert.equal(departure.first + departure.probabilities.length - 1, 152)
  const landing = durationDistribution('landing')
  assert.equal(landing.first, 0)
  assert.equal(landing.probabilities.length, 120)
  for (const [minute, probability] of landing.probabilities.entries()) {
    assert.ok(Math.abs(probability - (minute < 30 ? 0.03 : 0.1 / 90)) < 1e-15)
  }
})
