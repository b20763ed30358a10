import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchSilence } from '../../src/jobs/silence.ts'

function watched() {
  let nowMs = 0
  const clock = { now: () => 0, monotonic: () => nowMs, sleep: () => Promise.resolve() }
  return { silence: watchSilence(clock), pass: (ms: number) => (nowMs += ms) }
}

test('silence grows while a number stands still, and ends when it moves, in either direction', () => {
  const { silence, pass } = watched()
  assert.equal(silence.of('a', 7), 0)
  pass(1_000)
  assert.equal(silence.of('a', 7), 1_000)
  pass(500)
  assert.equal(silence.of('a', 7), 1_500)
  assert.equal(silence.of('b', 7), 0)
  pass(500)
  assert.equal(silence.of('a', 1), 0)
})

test('time in which nobody looked, because the watcher was paused or the table away, is nobody’s silence', () => {
  const { silence, pass } = watched()
  silence.of('a', 1)
  pass(3_600_000)
  assert.equal(silence.of('a', 1), 2_000)
})
