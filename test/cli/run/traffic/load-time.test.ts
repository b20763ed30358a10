import assert from 'node:assert/strict'
import test from 'node:test'
import { createLoadTime } from '../../../../src/cli/run/traffic/load-time.ts'
import type { Clock } from '../../../../src/clock.ts'

/** A monotonic and a wall clock that are moved by hand, together or apart. */
function movedClock() {
  const time = { wall: 1_700_000_000_000, monotonic: 50 }
  const clock: Clock = {
    now: () => time.wall,
    monotonic: () => time.monotonic,
    sleep: () => Promise.reject(new Error('nobody waits here')),
  }
  const pass = (ms: number) => {
    time.wall += ms
    time.monotonic += ms
  }
  return { clock, pass, jump: (ms: number) => (time.wall += ms) }
}

test('time counts from the agreed start of the load, not while hosts gather, and whatever the wall clock does', () => {
  const { clock, pass, jump } = movedClock()
  const load = createLoadTime(true, clock)
  pass(40_000)
  assert.equal(load.elapsedMs(), undefined)
  load.began(clock.now() + 1_500)
  assert.equal(load.elapsedMs(), -1_500)
  pass(4_500)
  jump(3_600_000)
  assert.equal(load.elapsedMs(), 3_000)
})

test('of several starts the first counts, also where a scheduler takes them over later and in any order', () => {
  const { clock } = movedClock()
  const load = createLoadTime(true, clock)
  for (const secondsAgo of [10, 90, 50]) load.began(clock.now() - secondsAgo * 1_000)
  assert.equal(load.elapsedMs(), 90_000)
})

test('a run that makes no load counts from its own start', () => {
  const { clock, pass } = movedClock()
  const load = createLoadTime(false, clock)
  pass(7_000)
  assert.equal(load.elapsedMs(), 7_000)
})
