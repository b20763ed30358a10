import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stream } from '../../../src/scenario/stream.ts'
import { durationDistribution } from '../../../src/workloads/flights/delay-phases.ts'
import { quantileSampler } from '../../../src/workloads/flights/quantile-sample.ts'

/** Exceeded once in 10^9 times by n independent draws (Dvoretzky, Kiefer, Wolfowitz; Massart 1990). */
function bound(n: number): number {
  return Math.sqrt(Math.log(2 / 1e-9) / (2 * n))
}

test('a sample holds every value as often as its probability says, to less than one either way', () => {
  const distribution = fc.oneof(
    fc.constantFrom(durationDistribution('departure'), durationDistribution('landing')),
    fc
      .tuple(
        fc.integer({ min: -5, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 300 }),
      )
      .filter(([, weights]) => weights.some((weight) => weight > 0))
      .map(([first, weights]) => {
        const total = weights.reduce((a, b) => a + b)
        return { first, probabilities: Float64Array.from(weights, (weight) => weight / total) }
      }),
  )
  fc.assert(
    fc.property(distribution, fc.integer({ min: 1, max: 3000 }), fc.integer(), (of, size, seed) => {
      const sample = new Int32Array(size)
      quantileSampler(of)(stream(seed, 'sample'), sample)
      const counts = new Map<number, number>()
      for (const value of sample) counts.set(value, (counts.get(value) ?? 0) + 1)
      for (const [index, probability] of of.probabilities.entries()) {
        const count = counts.get(of.first + index) ?? 0
        counts.delete(of.first + index)
        assert.ok(Math.abs(count - size * probability) < 1 + 1e-6, `${of.first + index}: ${count} of ${size}`)
        assert.ok(probability > 0 || count === 0)
      }
      assert.equal(counts.size, 0)
    }),
    { numRuns: 500 },
  )
})

test('each single replication follows the distribution over the seeds, the first as well as the last', () => {
  const of = durationDistribution('landing')
  const sampler = quantileSampler(of)
  const samples = Array.from({ length: 20_000 }, (_, seed) => {
    const sample = new Int32Array(5)
    sampler(stream(seed, 'one'), sample)
    return sample
  })
  for (const place of [0, 2, 4]) {
    let expected = 0
    for (const [index, probability] of of.probabilities.entries()) {
      expected += probability
      const share = samples.filter((sample) => sample[place] <= of.first + index).length / samples.length
      assert.ok(Math.abs(share - expected) < bound(samples.length), `replication ${place} at ${index}: ${share}`)
    }
  }
})

test('replications of two samples, and neighbours in one, are not correlated', () => {
  const size = 50_000
  const [a, b] = ['LHR', 'DUB'].map((name) => {
    const sample = new Int32Array(size)
    quantileSampler(durationDistribution('departure'))(stream(1, name), sample)
    return sample
  })
  const mean = a.reduce((sum, value) => sum + value, 0) / size
  const correlation = (x: Int32Array, y: Int32Array) => {
    const product = (u: Int32Array, v: Int32Array) =>
      u.reduce((sum, value, i) => sum + (value - mean) * (v[i] - mean), 0)
    return product(x, y) / Math.sqrt(product(x, x) * product(y, y))
  }
  // 6 standard deviations of a correlation of independent values
  assert.ok(Math.abs(correlation(a, b)) < 6 / Math.sqrt(size))
  assert.ok(Math.abs(correlation(a.subarray(1), a.subarray(0, size - 1))) < 6 / Math.sqrt(size))
})
