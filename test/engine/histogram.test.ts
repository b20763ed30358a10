import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeHistogram, encodeHistogram } from '../../src/engine/encoding.ts'
import { BUCKETS, bucketOf, Histogram, upperUsOf } from '../../src/engine/histogram.ts'

const LONGEST_US = 2 ** 32 - 1
const HOUR_US = 3_600_000_000
const durationUs = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: HOUR_US }))

function histogramOf(...durations: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const us of durations) histogram.record(us)
  return histogram
}

test('a bucket holds its upper bound, and the next microsecond belongs to the next bucket', () => {
  for (let bucket = 0; bucket < BUCKETS - 1; bucket++) {
    assert.equal(bucketOf(upperUsOf(bucket)), bucket)
    assert.equal(bucketOf(upperUsOf(bucket) + 1), bucket + 1)
  }
  assert.equal(upperUsOf(BUCKETS - 1), LONGEST_US)
})

test('a quantile is never below the truth and at most 1 % above it, from 1 µs to 1 h', () => {
  const quantiles = [0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1]
  fc.assert(
    fc.property(
      fc.array(durationUs, { minLength: 1, maxLength: 200 }),
      fc.constantFrom(...quantiles),
      (durations, q) => {
        const sorted = durations.toSorted((a, b) => a - b)
        const truth = sorted[Math.max(1, Math.ceil((q * 1000 * sorted.length) / 1000)) - 1]
        const reported = histogramOf(...durations).quantileUs(q)
        assert.ok(reported >= truth && reported <= truth * 1.01, `${reported} for ${truth}`)
      },
    ),
  )
})

test('ranks are counted in whole numbers: 99.9 % of a thousand is the 999th', () => {
  const histogram = histogramOf(...Array.from({ length: 999 }, () => 100), 5000)
  assert.equal(histogram.quantileUs(0.999), 100)
  assert.equal(histogram.quantileUs(0.99901), 5000)
})

test('count, minimum, maximum, sum and mean are exact', () => {
  const histogram = histogramOf(1, 999_999, 1_000_001, HOUR_US)
  const { count, minUs, maxUs, sumUs, meanUs } = histogram
  assert.deepEqual([count, minUs, maxUs, sumUs, meanUs], [4, 1, HOUR_US, 3_602_000_001n, 900_500_000.25])
})

test('an empty histogram answers 0 everywhere', () => {
  const { count, minUs, maxUs, sumUs, meanUs } = new Histogram()
  assert.deepEqual([count, minUs, maxUs, sumUs, meanUs, new Histogram().quantileUs(0.99)], [0, 0, 0, 0n, 0, 0])
})

test('what is longer than the range keeps its exact maximum and is never reported shorter', () => {
  const histogram = histogramOf(1000, 5 * HOUR_US)
  assert.equal(histogram.maxUs, 5 * HOUR_US)
  assert.equal(histogram.quantileUs(0.99), 5 * HOUR_US)
})

test('a duration that is no number is refused, a negative one is 0', () => {
  for (const bad of [Number.NaN, Infinity]) assert.throws(() => histogramOf(bad), RangeError)
  assert.equal(histogramOf(-0.4).maxUs, 0)
})

test('a refused duration leaves the histogram as it was', () => {
  const histogram = histogramOf(7)
  assert.throws(() => histogram.record(Number.NaN))
  assert.deepEqual(encodeHistogram(histogram), encodeHistogram(histogramOf(7)))
})

test('any order and grouping of merges gives identical bytes', () => {
  const parts = fc.array(fc.array(durationUs, { maxLength: 30 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(parts, fc.infiniteStream(fc.nat()), (durations, choices) => {
      const direct = encodeHistogram(histogramOf(...durations.flat()))
      const left = durations.map((part) => histogramOf(...part))
      while (left.length > 1) {
        const [one] = left.splice(choices.next().value % left.length, 1)
        const other = left[choices.next().value % left.length]
        other.merge(choices.next().value % 2 === 0 ? one : decodeHistogram(encodeHistogram(one)))
      }
      assert.deepEqual(encodeHistogram(left[0]), direct)
    }),
  )
})

test('the encoding is read back to the same histogram', () => {
  fc.assert(
    fc.property(fc.array(durationUs, { maxLength: 100 }), (durations) => {
      const histogram = histogramOf(...durations)
      const read = decodeHistogram(encodeHistogram(histogram))
      assert.deepEqual([...read.buckets()], [...histogram.buckets()])
      assert.deepEqual(
        [read.count, read.minUs, read.maxUs, read.sumUs],
        [histogram.count, histogram.minUs, histogram.maxUs, histogram.sumUs],
      )
    }),
  )
})

test('a sum beyond what a double holds stays exact', () => {
  const big = histogramOf(...Array.from({ length: 3 }, () => 2 ** 51 + 1))
  for (let doubled = 0; doubled < 20; doubled++) big.merge(decodeHistogram(encodeHistogram(big)))
  assert.equal(big.sumUs, 3n * (2n ** 51n + 1n) * 2n ** 20n)
  assert.equal(decodeHistogram(encodeHistogram(big)).sumUs, big.sumUs)
})

test('bytes that are cut, too long, of another version or nonsense are refused', () => {
  const bytes = encodeHistogram(histogramOf(5, 70_000, 70_000, 3_000_000))
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeHistogram(bytes.slice(0, length)), RangeError, `${length} bytes`)
  }
  assert.throws(() => decodeHistogram(new Uint8Array([...bytes, 0])), /1 bytes follow/)
  assert.throws(() => decodeHistogram(new Uint8Array([2, ...bytes.slice(1)])), /version 2/)
  assert.throws(() => decodeHistogram(new Uint8Array([1, 0xff, 0xff, 0x7f, 1, 1, 1])), RangeError)
  assert.throws(() => decodeHistogram(new Uint8Array([1, 1, 1, 1, 1, 0xff, 0x7f, 1])), /a bucket must be/)
})

test('the encoding of version 1 does not change', () => {
  const histogram = histogramOf(1, 1, 200, 300, 1_000_000)
  assert.equal(
    Buffer.from(encodeHistogram(histogram)).toString('hex'),
    '01 04 01 c0843d b6883d 0a c60101 cd0001 dd0b01'.replaceAll(' ', ''),
  )
})

test('a cleared histogram is like a new one', () => {
  const histogram = histogramOf(5, 6_000_000)
  histogram.clear()
  histogram.record(9)
  assert.deepEqual(encodeHistogram(histogram), encodeHistogram(histogramOf(9)))
})
