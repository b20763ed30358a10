import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Histogram } from '../../src/engine/histogram.ts'
import { quantilesOf } from '../../src/report/quantiles.ts'
import { aggregate, percentileUs } from '../../src/thresholds/aggregate.ts'
import type { Aggregation } from '../../src/thresholds/expression.ts'
import type { Reading } from '../../src/thresholds/reading.ts'

const durationUs = fc.integer({ min: 0, max: 3_600_000_000 })
const p = (percent: number): Aggregation => ({ method: 'p', percent })

function histogramOf(durations: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const us of durations) histogram.record(us)
  return histogram
}

function sorted(...values: readonly number[]): Reading {
  return { type: 'trend', form: 'sorted', values: Float64Array.from(values).sort() }
}

test('p(N) of merged histograms is never below the exact one and at most 1 % above it, for any N', () => {
  const shards = fc.array(fc.array(durationUs, { maxLength: 100 }), { minLength: 1, maxLength: 5 })
  const percent = fc.oneof(fc.constantFrom(50, 90, 95, 99, 99.9, 99.99), fc.double({ min: 0, max: 100, noNaN: true }))
  fc.assert(
    fc.property(shards, percent, (parts, given) => {
      const all = parts.flat().sort((a, b) => a - b)
      fc.pre(all.length > 0)
      const merged = new Histogram()
      for (const part of parts) merged.merge(histogramOf(part))
      const micros = Math.round(given * 1e6)
      const exact = all[Math.max(0, Math.ceil((micros * all.length) / 1e8) - 1)] / 1000
      const actual = aggregate({ type: 'trend', form: 'histogram', values: merged }, p(given))
      assert.ok(actual !== null && actual >= exact && actual <= exact * 1.01, `${actual} for ${exact}`)
    }),
  )
})

test("p(N) is the histogram's own quantile, and 0 the minimum", () => {
  fc.assert(
    fc.property(
      fc.array(durationUs, { minLength: 1, maxLength: 100 }),
      fc.integer({ min: 1, max: 100_000 }),
      (us, n) => {
        const histogram = histogramOf(us)
        assert.equal(percentileUs(histogram, n / 1000), histogram.quantileUs(n / 100_000))
        assert.equal(percentileUs(histogram, 0), Math.min(...us))
      },
    ),
  )
})

test('a percentile finer than a thousandth of a percent still finds its rank', () => {
  const histogram = new Histogram()
  for (let i = 0; i < 1_000_000; i++) histogram.record(i < 999_999 ? 100 : 9_000)
  assert.equal(percentileUs(histogram, 99.9999), 100)
  assert.equal(percentileUs(histogram, 99.99991), 9_000)
})

test('a histogram answers milliseconds: average, minimum and maximum exactly', () => {
  const reading: Reading = { type: 'trend', form: 'histogram', values: histogramOf([1_000, 2_000, 6_000_003]) }
  const all = (['avg', 'min', 'max'] as const).map((method) => aggregate(reading, { method }))
  assert.deepEqual(all, [2001.001, 1, 6000.003])
})

test('sorted values are interpolated between closest ranks, as the report does', () => {
  assert.equal(aggregate(sorted(1, 2, 3, 4), { method: 'med' }), 2.5)
  assert.equal(aggregate(sorted(10, 20, 30), p(75)), 25)
  assert.equal(aggregate(sorted(10, 20, 60), { method: 'avg' }), 30)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 50 }), (values) => {
      const { p50, p90, p99, min, max } = quantilesOf(values)
      const reading = sorted(...values)
      const ours = [p(50), p(90), p(99), p(0), p(100)].map((aggregation) => aggregate(reading, aggregation))
      assert.deepEqual(
        ours.map((value) => value?.toFixed(6)),
        [p50, p90, p99, min, max].map((value) => value?.toFixed(6)),
      )
      assert.deepEqual([aggregate(reading, { method: 'min' }), aggregate(reading, { method: 'max' })], [min, max])
    }),
  )
})

test('counters, rates and gauges have their own aggregations, and null where nothing was observed', () => {
  const counter = { type: 'counter', count: 30, observed: 40, durationMs: 2_000 } as const
  assert.equal(aggregate(counter, { method: 'count' }), 30)
  assert.equal(aggregate(counter, { method: 'rate' }), 15)
  assert.equal(aggregate({ ...counter, count: 0 }, { method: 'count' }), 0)
  assert.equal(aggregate({ ...counter, count: 0, observed: 0 }, { method: 'count' }), null)
  assert.equal(aggregate({ ...counter, durationMs: 0 }, { method: 'rate' }), null)
  assert.equal(aggregate({ type: 'rate', trues: 1, total: 4 }, { method: 'rate' }), 0.25)
  assert.equal(aggregate({ type: 'rate', trues: 0, total: 0 }, { method: 'rate' }), null)
  assert.equal(aggregate({ type: 'gauge', value: 7 }, { method: 'value' }), 7)
  assert.equal(aggregate({ type: 'gauge', value: null }, { method: 'value' }), null)
  assert.equal(aggregate(sorted(), p(95)), null)
  assert.equal(aggregate({ type: 'trend', form: 'histogram', values: new Histogram() }, p(95)), null)
})

test('an aggregation of another type is an error, never a guess', () => {
  assert.throws(() => aggregate({ type: 'gauge', value: 7 }, p(95)), /a gauge has no p\(95\)/)
  assert.throws(() => aggregate({ type: 'rate', trues: 1, total: 2 }, { method: 'count' }), /a rate has no count/)
  assert.throws(() => aggregate(sorted(1), { method: 'count' }), /a trend has no count/)
})
