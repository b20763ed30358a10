import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchClock } from '../../../src/cli/run/watch-clock.ts'
import { clockJumpText } from '../../../src/report/clock-jump-text.ts'

/** By how much the clock seems to have been set after a minute in which it was set by this much. */
function jumpOf(setMs: number): number | undefined {
  let [wallMs, monotonicMs] = [Date.UTC(2026, 0, 1), 17]
  const jump = watchClock({ now: () => wallMs, monotonic: () => monotonicMs, sleep: () => Promise.resolve() })
  wallMs += 60_000 + setMs
  monotonicMs += 60_000
  return jump()
}

test('a clock that was set by a second or more while a run went on is noticed', () => {
  assert.deepEqual([0, 999, -999, 1000, -3_600_000].map(jumpOf), [undefined, undefined, undefined, 1000, -3_600_000])
})

test('the summary says which figures that spoils', () => {
  assert.equal(clockJumpText({}), undefined)
  assert.match(clockJumpText({ clock_jump_ms: -3_600_000 })!, /^was set 1 h 00 min back: makespan, .* may be wrong/)
  assert.match(clockJumpText({ clock_jump_ms: 5000 })!, /^was set 5\.00 s forward, or this machine slept: /)
})
