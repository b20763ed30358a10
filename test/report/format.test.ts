import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  formatBytes,
  formatCount,
  formatEta,
  formatInstant,
  formatMs,
  formatNoun,
  formatRate,
  formatRatio,
} from '../../src/report/format.ts'

test('milliseconds take the unit a person would use', () => {
  const expected: readonly (readonly [number | null, string])[] = [
    [null, '—'],
    [Number.NaN, '—'],
    [0, '0 ms'],
    [0.004, '< 0.01 ms'],
    [0.42, '0.42 ms'],
    [9.994, '9.99 ms'],
    [9.996, '10.0 ms'],
    [812.4, '812 ms'],
    [999.6, '1.00 s'],
    [18_240, '18.2 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 00 s'],
    [725_000, '12 min 05 s'],
    [3_599_600, '1 h 00 min'],
    [11_220_000, '3 h 07 min'],
    [-20, '-20.0 ms'],
  ]
  for (const [ms, text] of expected) assert.equal(formatMs(ms), text)
})

test('bytes count in thousands', () => {
  assert.deepEqual([0, 512, 999, 1000, 1_460_000_000].map(formatBytes), ['0 B', '512 B', '999 B', '1.00 kB', '1.46 GB'])
})

test('counts, rates, ratios and nouns read as words do', () => {
  assert.equal(formatCount(1_404_000), '1,404,000')
  assert.equal(formatRate(77.06), '77.1/s')
  assert.equal(formatRate(1052, 'jobs'), '1,052 jobs/s')
  assert.equal(formatRate(null), '—')
  assert.equal(formatRatio(18.2, 9.6), '1.90 ×')
  assert.equal(formatRatio(18.2, 0), '—')
  assert.deepEqual([formatNoun(1, 'job'), formatNoun(0, 'job')], ['1 job', '0 jobs'])
})

test('what is left is rounded up to whole seconds', () => {
  assert.deepEqual([0, 10, 7000, 59_001, null].map(formatEta), ['0 s', '1 s', '7 s', '1 min 00 s', '—'])
})

test('an instant is shown in UTC, and anything else as it is', () => {
  assert.equal(formatInstant('2026-01-31T13:02:05.123Z'), '2026-01-31 13:02:05 UTC')
  assert.equal(formatInstant('yesterday'), 'yesterday')
})

test('no duration is printed with an exponent, NaN or more than three significant digits below a minute', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (ms) => {
      assert.match(formatMs(ms), /^(< )?[\d,.]+ (ms|s|min \d\d s|h \d\d min)$/)
    }),
  )
})
