import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Figures } from '../../src/engine/figures.ts'
import { decodeFigures, encodeFigures } from '../../src/engine/figures-encoding.ts'
import { createWindowMerger, type MergedWindow } from '../../src/engine/window-merger.ts'

/** A window that says who and when it was: 10^shard starts, and a counter of its own. */
function windowOf(shard: number, number: number): Uint8Array<ArrayBuffer> {
  const figures = new Figures()
  figures.starts.due = 10 ** shard
  figures.counters.set(`window ${number}`, 1)
  figures.slip.record(shard * 1000 + number)
  return encodeFigures(figures)
}

function merging(shards: readonly number[]) {
  const windows: MergedWindow[] = []
  return { windows, merger: createWindowMerger({ shards, onWindow: (window) => windows.push(window) }) }
}

test('a window is handed out when every running shard has given it, in the order of numbers', () => {
  const { windows, merger } = merging([0, 1])
  merger.add(0, 0, windowOf(0, 0))
  merger.add(0, 1, windowOf(0, 1))
  assert.equal(windows.length, 0)
  merger.add(1, 0, windowOf(1, 0))
  assert.deepEqual(
    windows.map(({ number, shards }) => ({ number, shards })),
    [{ number: 0, shards: [0, 1] }],
  )
  merger.end(1)
  assert.deepEqual(windows[1].shards, [0])
  merger.end(0)
  assert.equal(merger.waiting, 0)
})

test('whoever comes when, each window is the sum of its shards, even where one lags far behind', () => {
  const shards = [0, 1, 2]
  const count = 30
  const turns = fc.array(fc.constantFrom(...shards), { minLength: 0, maxLength: 100 })
  fc.assert(
    fc.property(turns, (order) => {
      const { windows, merger } = merging(shards)
      const next = [0, 0, 0]
      const step = (shard: number) =>
        next[shard] < count && merger.add(shard, next[shard], windowOf(shard, next[shard]++))
      order.forEach(step)
      for (const shard of shards) while (next[shard] < count) step(shard)
      shards.forEach((shard) => merger.end(shard))
      assert.deepEqual(
        windows.map(({ number }) => number),
        Array.from({ length: count }, (_, number) => number),
      )
      for (const { number, figures } of windows) {
        const merged = decodeFigures(figures)
        assert.equal(merged.starts.due, 111)
        assert.deepEqual([...merged.counters], [[`window ${number}`, 3]])
      }
    }),
    { numRuns: 30 },
  )
})

test('a window that a shard left out does not hold up the others', () => {
  const { windows, merger } = merging([0, 1])
  merger.add(1, 1, windowOf(1, 1)) // its window 0 never comes
  merger.add(0, 0, windowOf(0, 0))
  merger.add(0, 1, windowOf(0, 1))
  assert.deepEqual(
    windows.map(({ number, shards }) => [number, shards]),
    [
      [0, [0]],
      [1, [0, 1]],
    ],
  )
})
