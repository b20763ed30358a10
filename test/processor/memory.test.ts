import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemory } from '../../src/processor/memory.ts'

const one = () => 1

test('what was loaded is not loaded again, even by two who ask at once', async () => {
  const memory = createMemory(10)
  let loads = 0
  const load = async () => ++loads
  assert.deepEqual(await Promise.all([memory.remember('a', load, one), memory.remember('a', load, one)]), [1, 1])
  assert.equal(await memory.remember('a', load, one), 1)
})

test('beyond the budget the least recently used goes', async () => {
  const memory = createMemory(2)
  const loaded: string[] = []
  const ask = (key: string) => memory.remember(key, async () => loaded.push(key), one)
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key)
  assert.deepEqual(loaded, ['a', 'b', 'c', 'b'])
})

test('a load that fails is not kept', async () => {
  const memory = createMemory(2)
  await assert.rejects(
    memory.remember('a', () => Promise.reject(new Error('no')), one),
    /no/,
  )
  assert.equal(await memory.remember('a', async () => 7, one), 7)
})

test('something heavier than the whole budget is answered and not kept', async () => {
  const memory = createMemory(2)
  let loads = 0
  for (let times = 0; times < 2; times++)
    await memory.remember(
      'a',
      async () => ++loads,
      () => 3,
    )
  assert.equal(loads, 2)
})

test('entries pushed out while they load leave the budget as it was', async () => {
  const memory = createMemory(100)
  const slow = (value: number) => async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return value
  }
  for (let times = 0; times < 3; times++) {
    await Promise.all(['a', 'b', 'c'].map((key) => memory.remember(`${key}${times}`, slow(1), () => 90)))
  }
  let loads = 0
  for (let asks = 0; asks < 3; asks++)
    await memory.remember(
      'light',
      async () => ++loads,
      () => 1,
    )
  assert.equal(loads, 1)
})
