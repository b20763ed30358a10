import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AWS_CAPS, overCaps, type Asked } from '../../src/guard/limits.ts'

const SMALL: Asked = { jobs: 100, seconds: 60, dollars: 0.5, demands: {} }

test('a run below every cap is not refused, and at a cap neither', () => {
  assert.deepEqual(overCaps(SMALL, AWS_CAPS, 'uat'), [])
  const exactly = { jobs: 100, 'duration-minutes': 1, 'rate-per-second': 0, dollars: 0.5 }
  assert.deepEqual(overCaps(SMALL, exactly, 'uat'), [])
})

const OVER: readonly (readonly [string, Partial<Asked>, RegExp])[] = [
  ['jobs', { jobs: 1_000_001 }, /1,000,001 jobs are more than the 1,000,000 that uat allows \(caps\.jobs/],
  ['planned duration', { seconds: 5 * 3600 }, /300 minutes are longer than the 240 .*caps\.duration-minutes/],
  ['asked duration', { demands: { durationSeconds: 5 * 3600 } }, /300 minutes are longer than the 240/],
  ['rate', { demands: { ratePerSecond: 10_001 } }, /10,001 a second are more than the 10,000 .*caps\.rate-per-second/],
  [
    'a rate without a bound',
    { demands: { ratePerSecond: Infinity } },
    /nothing but the target bounds .*caps\.rate-per-second/,
  ],
  ['dollars', { dollars: 100.5 }, /about \$100\.5 are more than the \$100 .*caps\.dollars/],
]

for (const [what, asked, says] of OVER) {
  test(`${what} above the cap is refused with amount and limit`, () => {
    const [refusal, ...others] = overCaps({ ...SMALL, ...asked }, AWS_CAPS, 'uat')
    assert.match(refusal, says)
    assert.match(refusal, /no scenario can raise/)
    assert.deepEqual(others, [])
  })
}

test('all that is too much is said at once', () => {
  const all = { jobs: 2e6, seconds: 1e6, dollars: 1e4, demands: { ratePerSecond: 1e6 } }
  assert.equal(overCaps(all, AWS_CAPS, 'uat').length, 4)
})

test('where nothing is capped everything may run', () => {
  assert.deepEqual(overCaps({ jobs: 1e9, seconds: 1e9, dollars: 1e9, demands: {} }, {}, 'embedded'), [])
})
