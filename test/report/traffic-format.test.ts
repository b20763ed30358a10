import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compactMs,
  compactNumber,
  compactShare,
  formatActual,
  formatClock,
  formatShare,
} from '../../src/report/traffic-format.ts'

test('durations are written as k6 writes them', () => {
  const cases: [number | null, string][] = [
    [null, '—'],
    [NaN, '—'],
    [0, '0s'],
    [0.0125, '12.5µs'],
    [0.4, '400µs'],
    [0.999999, '1ms'],
    [1.204, '1.2ms'],
    [140.364, '140.36ms'],
    [999.999, '1s'],
    [2010, '2.01s'],
    [59_999, '1m0s'],
    [90_000, '1m30s'],
    [3_723_000, '1h2m3s'],
    [-5, '-5ms'],
  ]
  for (const [ms, text] of cases) assert.equal(compactMs(ms), text)
})

test('shares are cut, never rounded up to all or down to none', () => {
  assert.equal(compactShare(9999, 10_000), '99.99%')
  assert.equal(compactShare(99_999, 100_000), '99.99%')
  assert.equal(compactShare(0, 0), '0.00%')
  assert.equal(formatShare(1, 1_000_000), '< 0.01 %')
  assert.equal(formatShare(999_999, 1_000_000), '> 99.99 %')
  assert.equal(formatShare(0, 7), '0 %')
  assert.equal(formatShare(7, 7), '100 %')
  assert.equal(formatShare(1, 0), '—')
  assert.equal(formatShare(311, 1000), '31.1 %')
  assert.equal(formatShare(9995, 10_000), '99.95 %')
})

test('numbers keep six decimals at most', () => {
  assert.equal(compactNumber(133.9712918), '133.971292')
  assert.equal(compactNumber(3), '3')
  assert.equal(compactNumber(Infinity), '—')
})

test('a clock that runs has minutes and seconds, and hours where there are some', () => {
  assert.equal(formatClock(65_900), '01:05')
  assert.equal(formatClock(3_609_000), '1:00:09')
  assert.equal(formatClock(-1), '00:00')
})

test('what a threshold found is in the unit of its metric', () => {
  assert.equal(formatActual(37.5, 'http_req_duration{step:a}', 'p(95) < 200'), 'p(95)=37.5ms')
  assert.equal(formatActual(0.0057, 'http_req_failed', 'rate<0.01'), 'rate=0.57%')
  assert.equal(formatActual(0.5, 'checks{check:a}', 'rate>=0.9'), 'rate=50.00%')
  assert.equal(formatActual(134.5, 'http_reqs', 'rate>100'), 'rate=134.5')
  assert.equal(formatActual(12, 'job_end_to_end', 'avg!=3'), 'avg=12ms')
  assert.equal(formatActual(0.42, 'cost_usd', 'value<1'), 'value=0.42')
  assert.equal(formatActual(61, 'delay_in_minutes{sequence:7}', 'p(99)<90'), 'p(99)=61')
  assert.equal(formatActual(null, 'http_reqs', 'count>1'), 'no data')
})
