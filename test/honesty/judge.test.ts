import assert from 'node:assert/strict'
import test from 'node:test'
import { Histogram } from '../../src/engine/histogram.ts'
import { compare, type Noise, noiseP95Ms, trueQuantile } from '../../src/honesty/judge.ts'
import { recordLag } from '../../src/honesty/lag.ts'

function histogramOf(...ms: number[]): Histogram {
  const histogram = new Histogram()
  for (const one of ms) histogram.record(one * 1000)
  return histogram
}

const calm: Noise = { path: histogramOf(0.1), generator: undefined }
/** 1, 2, … 1000 ms. */
const thousand = Float64Array.from({ length: 1000 }, (_, at) => at + 1)

test('a true percentile is the smallest value that its share did not exceed, as in the histogram', () => {
  const backwards = thousand.toReversed().toSorted()
  assert.deepEqual(
    [0.5, 0.9, 0.95, 0.99, 0.999, 1].map((q) => trueQuantile(backwards, q)),
    [500, 900, 950, 990, 999, 1000],
  )
  assert.equal(trueQuantile(new Float64Array(0), 0.5), 0)
})

test('what was recorded exactly is within the bound, the bucket included', () => {
  const rows = compare(thousand, thousand, histogramOf(...thousand), calm)
  assert.ok(rows.every(({ within }) => within))
  for (const { error_ms, true_ms } of rows) assert.ok(error_ms >= 0 && error_ms <= true_ms / 128)
})

test('the bound is 1 %, a bucket, a millisecond and the noise that was measured', () => {
  const noise: Noise = { path: histogramOf(0.2), generator: histogramOf(0.05) }
  const [p50] = compare(thousand, thousand, histogramOf(500), noise)
  assert.ok(Math.abs(p50.noise_ms - 0.25) < 1e-9)
  assert.ok(Math.abs(p50.bound_ms - (5 + 500 / 128 + 1 + 0.25)) < 1e-9)
})

test('beyond the bound is told, whether too much or too little was reported', () => {
  const late = compare(thousand, thousand, histogramOf(...thousand.map((ms) => ms * 1.03)), calm)
  assert.deepEqual(
    late.map(({ within }) => within),
    [false, false, false, false, false, false],
  )
  const early = compare(thousand, thousand, histogramOf(...thousand.map((ms) => ms * 0.95)), calm)
  assert.ok(early.every(({ within, error_ms }) => !within && error_ms < 0))
})

test('a generator that omits what it did not send is far beyond the bound of a freeze', () => {
  // Ten seconds at 100/s with a standstill of two: the truth, and what a closed loop of 10 connections sees of it.
  const waited = Array.from({ length: 200 }, (_, at) => 2002.5 - 10 * at)
  const truth = Float64Array.from([...Array.from({ length: 800 }, () => 2.5), ...waited])
  const omitted = [...Array.from({ length: 800 }, () => 2.5), ...Array.from({ length: 10 }, () => 2002.5)]
  const rows = compare(truth, truth, histogramOf(...omitted), { path: histogramOf(5), generator: histogramOf(5) })
  assert.deepEqual(
    rows.filter(({ within }) => !within).map(({ quantile }) => quantile),
    [0.9, 0.95, 0.99],
  )
})

test('where an exchange hands its noise on to those behind it, the bound knows', () => {
  const slower = thousand.map((ms) => ms + 12)
  const [p50] = compare(thousand, slower, histogramOf(511), calm)
  assert.equal(p50.noise_ms, 12)
  assert.ok(p50.within)
})

test('a standstill counts for all who would have come while it lasted', () => {
  const lags: number[] = []
  recordLag(20, 5, (ms) => lags.push(ms))
  assert.deepEqual(lags, [20, 15, 10, 5])
})

test('noise is of the way and of the generator together', () => {
  assert.equal(noiseP95Ms({ path: histogramOf(3), generator: histogramOf(4) }), 7)
})
