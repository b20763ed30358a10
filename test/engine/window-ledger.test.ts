import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createWindowLedger } from '../../src/engine/window-ledger.ts'

test('a shard is complete when it has ended and all its windows have come, in whatever order', () => {
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 })
  fc.assert(
    fc.property(order, (numbers) => {
      const ledger = createWindowLedger(1)
      for (const number of numbers) assert.equal(ledger.receive(0, number), true)
      assert.equal(ledger.complete, false, 'it has not said that it ended')
      ledger.due(0, 8)
      assert.deepEqual(ledger.shards, [{ shard: 0, due: 8, received: 8, duplicates: 0, missing: [], complete: true }])
    }),
  )
})

test('missing windows are named: gaps and what should have come at the end', () => {
  const ledger = createWindowLedger(2)
  for (const number of [0, 1, 5, 3]) ledger.receive(1, number)
  ledger.due(1, 9)
  ledger.due(0, 0)
  const missing = [
    { from: 2, to: 2 },
    { from: 4, to: 4 },
    { from: 6, to: 8 },
  ]
  assert.deepEqual(
    ledger.shards[1].missing.toSorted((a, b) => a.from - b.from),
    missing,
  )
  assert.equal(ledger.complete, false)
})

test('a window that comes twice is told, counted and not new', () => {
  const ledger = createWindowLedger(1)
  assert.deepEqual(
    [0, 2, 2, 0, 1, 1].map((number) => ledger.receive(0, number)),
    [true, true, false, false, true, false],
  )
  ledger.due(0, 3)
  assert.deepEqual(ledger.shards[0], { shard: 0, due: 3, received: 3, duplicates: 3, missing: [], complete: true })
})

test('a shard that the run does not have is refused', () => {
  assert.throws(() => createWindowLedger(2).receive(2, 0), /shard 2 is not one of the run's 0 … 1/)
})
