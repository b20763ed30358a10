import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { systemClock } from '../../src/clock.ts'
import { WakeUps } from '../../src/engine/wake-ups.ts'
import { steppedClock } from '../stepped-clock.ts'

/** Runs until all of these instants were met; answers when each was, in the order of waking. */
async function wokenAt(dues: readonly number[]): Promise<(readonly [due: number, at: number])[]> {
  const clock = steppedClock()
  const woken: [number, number][] = []
  const all = Promise.withResolvers<void>()
  const wakeUps = new WakeUps(clock, ({ dueMs }) => {
    woken.push([dueMs, clock.monotonic()])
    if (woken.length === dues.length) all.resolve()
  })
  for (const dueMs of dues) wakeUps.add({ dueMs })
  await nextTurn()
  await clock.until(all.promise, 1, 1_000_000)
  return woken
}

test('each is woken at its instant, whatever the order in which they came', async () => {
  const dues = [500, 20.5, 900, 20.5, 3, 899.25]
  const sorted = dues.toSorted((a, b) => a - b)
  assert.deepEqual(
    await wokenAt(dues),
    sorted.map((due) => [due, due]),
  )
})

test('who is overdue is woken at once, and more than fit into a turn all the same', async () => {
  const dues = Array.from({ length: 300 }, (_, at) => (at % 3 === 0 ? -5 : 7))
  const woken = await wokenAt(dues)
  assert.deepEqual([woken.filter(([due, at]) => due === -5 && at === 0).length, woken.at(-1)], [100, [7, 7]])
})

test('whoever is woken may wait again, also for an instant before all others', async () => {
  const clock = steppedClock()
  const woken: number[] = []
  const all = Promise.withResolvers<void>()
  const wakeUps = new WakeUps<{ dueMs: number }>(clock, (sleeper) => {
    woken.push(clock.monotonic())
    if (woken.length === 5) return all.resolve()
    sleeper.dueMs += 10
    wakeUps.add(sleeper)
  })
  wakeUps.add({ dueMs: 1000 })
  wakeUps.add({ dueMs: 10 })
  await nextTurn()
  await clock.until(all.promise, 1)
  assert.deepEqual(woken, [10, 20, 30, 40, 50])
})

test('nobody is woken before the instant by timers that fire early', async () => {
  const late: number[] = []
  const all = Promise.withResolvers<void>()
  const wakeUps = new WakeUps(systemClock, ({ dueMs }) => {
    late.push(systemClock.monotonic() - dueMs)
    if (late.length === 40) all.resolve()
  })
  const startMs = systemClock.monotonic()
  for (let at = 0; at < 40; at++) wakeUps.add({ dueMs: startMs + at * 0.7 })
  await all.promise
  assert.ok(Math.min(...late) >= 0)
})

test('all are woken when they are called, and no sleep is left behind', async () => {
  let asleep = 0
  const clock = {
    ...systemClock,
    async sleep(ms: number, signal?: AbortSignal) {
      asleep += 1
      await systemClock.sleep(ms, signal).finally(() => (asleep -= 1))
    },
  }
  const woken: number[] = []
  const wakeUps = new WakeUps(clock, ({ dueMs }) => woken.push(dueMs))
  const hourMs = clock.monotonic() + 3_600_000
  for (const dueMs of [hourMs, hourMs + 1]) wakeUps.add({ dueMs })
  wakeUps.wakeAll()
  await nextTurn()
  assert.deepEqual([woken, asleep], [[hourMs, hourMs + 1], 0])
})
