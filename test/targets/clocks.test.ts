import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createMovableClock } from '../../src/targets/clock.ts'
import { Heap } from '../../src/heap.ts'
import { createPreciseClock } from '../../src/targets/precise-clock.ts'
import { createManualClock } from '../embedded/manual-clock.ts'

test('a clock that is put forward does at once what became due, in its order, and the rest at its new time', () => {
  const base = createManualClock(0)
  const clock = createMovableClock(base)
  const done: string[] = []
  clock.after(30, () => done.push('30'))
  clock.after(10, () => done.push('10'))
  clock.after(50, () => done.push('50'))
  const cancel = clock.after(20, () => done.push('20'))
  cancel()
  clock.advance(35)
  assert.deepEqual(done, ['10', '30'])
  assert.equal(clock.now(), 35)
  base.advance(14)
  assert.deepEqual(done, ['10', '30'])
  base.advance(1)
  assert.deepEqual(done, ['10', '30', '50'])
})

test('what one callback cancels does not happen, also when both became due at once', () => {
  const clock = createMovableClock(createManualClock(0))
  clock.after(10, () => cancel())
  const cancel = clock.after(20, () => assert.fail('was cancelled'))
  clock.advance(100)
})

test('the precise clock calls back in the order of the times, never early, and not what was cancelled', async () => {
  const clock = createPreciseClock()
  const startMs = clock.now()
  const called: number[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const ms of [12, 3.5, 0.2, 7]) {
    clock.after(ms, () => {
      assert.ok(clock.now() - startMs >= ms, `${clock.now() - startMs} is before ${ms}`)
      called.push(ms)
    })
  }
  clock.after(5, () => assert.fail('was cancelled'))()
  clock.after(13, resolve)
  await promise
  assert.deepEqual(called, [0.2, 3.5, 7, 12])
})

test('a heap gives back all it got, the smallest first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (first, second) => {
      const heap = new Heap<number>((value) => value)
      for (const value of first) heap.push(value)
      const half = Array.from({ length: Math.floor(first.length / 2) }, () => heap.pop()!)
      for (const value of second) heap.push(value)
      const sorted = first.toSorted((a, b) => a - b)
      assert.deepEqual(half, sorted.slice(0, half.length))
      const rest = [...sorted.slice(half.length), ...second].sort((a, b) => a - b)
      assert.deepEqual(
        Array.from({ length: heap.size }, () => heap.pop()),
        rest,
      )
      assert.equal(heap.pop(), undefined)
    }),
  )
})
