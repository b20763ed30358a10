import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { sleepingPacer, spinningPacer } from '../../src/engine/pacer.ts'

const never = new AbortController().signal

test('a spinning pacer never answers before the instant, and says what it span', async () => {
  const pacer = spinningPacer(systemClock)
  for (const ms of [0.2, 1.5, 3.7, 12]) {
    const atMs = systemClock.monotonic() + ms
    await pacer.until(atMs, never)
    assert.ok(systemClock.monotonic() >= atMs)
  }
  assert.ok(pacer.spinMs > 0)
})

test('an instant that is past is not waited for', async () => {
  const clock = { ...systemClock, sleep: () => assert.fail('slept') }
  await spinningPacer(clock).until(systemClock.monotonic() - 1, never)
  await sleepingPacer(clock).until(systemClock.monotonic() - 1, never)
})

test('what waits in the event loop goes on while it spins', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 0)
  await spinningPacer({ ...systemClock, sleep: async () => undefined }).until(systemClock.monotonic() + 60, never)
  clearInterval(timer)
  assert.ok(turns > 0)
})

test('stop ends the wait', async () => {
  const stop = new AbortController()
  const waits = [spinningPacer(systemClock), sleepingPacer(systemClock)].map((pacer) =>
    pacer.until(systemClock.monotonic() + 3_600_000, stop.signal),
  )
  const spin = spinningPacer({ ...systemClock, sleep: async () => undefined }).until(Infinity, stop.signal)
  setImmediate(() => stop.abort())
  await Promise.all([...waits, spin])
})
