import assert from 'node:assert/strict'
import test from 'node:test'
import { RateLimiter } from '../../../src/targets/storefront/rate-limiter.ts'
import { createManualClock, type ManualClock } from '../../embedded/manual-clock.ts'

function createLimiter(): { limiter: RateLimiter; clock: ManualClock } {
  const clock = createManualClock()
  const user = { perMinute: 60, perHour: 1000 }
  const admin = { perMinute: 300, perHour: 10_000 }
  return { limiter: new RateLimiter({ user, admin, clock }), clock }
}

/** Requests spread evenly over a time; answers how many were allowed. */
function offer(count: number, seconds: number, keyOf: (index: number) => string): number {
  const { limiter, clock } = createLimiter()
  let allowed = 0
  for (let index = 0; index < count; index += 1) {
    if (limiter.check(keyOf(index)).isAllowed) allowed += 1
    clock.advance((seconds * 1000) / count)
  }
  return allowed
}

test('70 a minute for 2 minutes: 60 of each minute pass', () => {
  assert.equal(
    offer(140, 120, () => 'user-1'),
    120,
  )
})

test('250 in 5 minutes all pass: that is under the limit of the minute and of the hour', () => {
  assert.equal(
    offer(250, 300, () => 'user-1'),
    250,
  )
})

test('a user at 59 a minute meets the limit of the hour after 1000', () => {
  assert.equal(
    offer(59 * 30, 1800, () => 'user-1'),
    1000,
  )
})

test('an admin at 350 a minute for 2 minutes: 300 of each minute pass', () => {
  assert.equal(
    offer(700, 120, () => 'admin-1'),
    600,
  )
})

test('100 users do not take from each other', () => {
  assert.equal(
    offer(100 * 60, 60, (index) => `user-${index % 100}`),
    6000,
  )
})

test('a ramp from 100 to 1000 a minute and back by one user passes 60 in every minute', () => {
  const { limiter, clock } = createLimiter()
  for (const perMinute of [100, 500, 1000, 500, 100]) {
    let allowed = 0
    for (let index = 0; index < perMinute; index += 1) {
      if (limiter.check('user-1').isAllowed) allowed += 1
      clock.advance(60_000 / perMinute)
    }
    assert.equal(allowed, 60, `at ${perMinute} a minute`)
  }
})

test('a refused request says when to come back, and one that comes then passes', () => {
  const { limiter, clock } = createLimiter()
  for (let index = 0; index < 60; index += 1) assert.equal(limiter.check('user-1').remaining, 59 - index)
  clock.advance(30_500)
  const refused = limiter.check('user-1')
  const { isAllowed, limit, remaining, retryAfterSeconds } = refused
  assert.deepEqual(
    { isAllowed, limit, remaining, retryAfterSeconds },
    { isAllowed: false, limit: 60, remaining: 0, retryAfterSeconds: 30 },
  )
  assert.equal(refused.resetMs, clock.now() + 29_500)
  clock.advance(29_499)
  assert.equal(limiter.check('user-1').isAllowed, false)
  clock.advance(1)
  assert.equal(limiter.check('user-1').isAllowed, true)
})

test('users of a past hour are forgotten', () => {
  const { limiter, clock } = createLimiter()
  for (let index = 0; index < 10_000; index += 1) limiter.check(`user-${index}`)
  clock.advance(3_600_000)
  limiter.check('user-new')
  assert.deepEqual(limiter.state(), { users: 1, allowed: 10_001, limited: 0 })
})
