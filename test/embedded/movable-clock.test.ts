import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createMovableClock, type MovableClock } from '../../src/embedded/movable-clock.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

function movable(): { clock: MovableClock; base: ManualClock } {
  const base = createManualClock(0)
  return { base, clock: createMovableClock({ base, monotonicMs: () => base.now() }) }
}

test('however time passes, by itself or moved, callbacks come once, in order, at their time', () => {
  const step = fc.record({ isMoved: fc.boolean(), ms: fc.nat(500) })
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { maxLength: 20 }), fc.array(step), (delays, steps) => {
      const { clock, base } = movable()
      const called: number[] = []
      const total = steps.reduce((sum, { ms }) => sum + ms, 0)
      for (const delay of delays) {
        clock.after(delay, () => {
          assert.equal(clock.now(), delay)
          called.push(delay)
        })
      }
      for (const { isMoved, ms } of steps) (isMoved ? clock : base).advance(ms)
      assert.equal(clock.now(), total)
      // The manual base calls nothing due at once before time moves, the moved clock does.
      const due = delays.filter((delay) => (delay === 0 ? steps.length > 0 : delay <= total)).sort((a, b) => a - b)
      assert.deepEqual(called, due)
    }),
  )
})

test('a callback that is cancelled on the way is not called, one that is added is', () => {
  const { clock } = movable()
  const called: string[] = []
  const cancel = clock.after(20, () => called.push('cancelled'))
  clock.after(10, () => {
    cancel()
    clock.after(5, () => called.push(`added, at ${clock.now()}`))
  })
  clock.advance(30)
  assert.deepEqual(called, ['added, at 15'])
})

test('a long way with a callback that comes again every second ends, and so do the calls', () => {
  const { clock } = movable()
  let calls = 0
  const again = (): void => {
    calls += 1
    clock.after(1000, again)
  }
  clock.after(0, again)
  clock.advance(10 * 365 * 86_400_000)
  assert.equal(calls, 10_001, '10,000 at their time, one at the end')
  clock.advance(1000)
  assert.equal(calls, 10_002)
})

test('a delay longer than a timer holds is waited for in full', () => {
  const base = createManualClock(0)
  const month = 31 * 86_400_000
  const shortSighted = {
    now: () => base.now(),
    after: (ms: number, call: () => void) => base.after(Math.min(ms, 86_400_000), call),
  }
  const clock = createMovableClock({ base: shortSighted, monotonicMs: () => base.now() })
  let calledAt: number | undefined
  clock.after(month, () => (calledAt = clock.now()))
  base.advance(month - 10)
  assert.equal(calledAt, undefined)
  base.advance(10)
  assert.equal(calledAt, month)
})

test('back at the machine’s time, what is waited for takes no longer', () => {
  const { clock, base } = movable()
  let called = false
  clock.advance(5000)
  clock.after(100, () => (called = true))
  clock.rewind()
  assert.equal(clock.now(), 0)
  assert.equal(clock.offsetMs, 0)
  base.advance(99)
  assert.ok(!called)
  base.advance(1)
  assert.ok(called)
})

test('an error of one callback is thrown when all the others were called', () => {
  const { clock } = movable()
  let called = false
  clock.after(1, () => {
    throw new Error('of the first')
  })
  clock.after(2, () => (called = true))
  assert.throws(() => clock.advance(5), /of the first/)
  assert.ok(called)
  assert.equal(clock.now(), 5)
})
