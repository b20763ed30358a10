import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeHistogram } from '../../src/engine/encoding.ts'
import { Histogram } from '../../src/engine/histogram.ts'
import type { Reading } from '../../src/thresholds/reading.ts'
import { createSlidingReading } from '../../src/thresholds/sliding-reading.ts'

function trendOf(durations: readonly number[]): Reading {
  const values = new Histogram()
  for (const us of durations) values.record(us)
  return { type: 'trend', form: 'histogram', values }
}

function bytesOf(reading: Reading | undefined): string {
  if (reading === undefined) return 'nothing'
  assert.ok(reading.type === 'trend' && reading.form === 'histogram')
  return Buffer.from(encodeHistogram(reading.values)).toString('hex')
}

test('it always holds the sum of the last readings, maxima that have left again included', () => {
  const second = fc.option(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { maxLength: 4 }))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.array(second, { maxLength: 40 }), (length, seconds) => {
      const sliding = createSlidingReading(length)
      for (const [at, durations] of seconds.entries()) {
        sliding.push(durations === null ? undefined : trendOf(durations))
        const last = seconds.slice(Math.max(0, at + 1 - length), at + 1).filter((one) => one !== null)
        assert.equal(bytesOf(sliding.sum), last.length === 0 ? 'nothing' : bytesOf(trendOf(last.flat())))
        assert.equal(sliding.isFull, at + 1 >= length)
      }
    }),
  )
})

test('counters, rates and gauges add up their own way', () => {
  const sliding = createSlidingReading(2)
  for (const count of [1, 10, 100]) sliding.push({ type: 'counter', count, observed: 1, durationMs: 1000 })
  assert.deepEqual(sliding.sum, { type: 'counter', count: 110, observed: 2, durationMs: 2000 })
  sliding.clear()
  assert.equal(sliding.sum, undefined)
  for (const trues of [1, 2, 4]) sliding.push({ type: 'rate', trues, total: 10 })
  assert.deepEqual(sliding.sum, { type: 'rate', trues: 6, total: 20 })
  sliding.clear()
  for (const value of [9, 3, null]) sliding.push({ type: 'gauge', value })
  assert.deepEqual(sliding.sum, { type: 'gauge', value: 3 })
})
