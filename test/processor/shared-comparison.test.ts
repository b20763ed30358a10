import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shareComparisons } from '../../src/processor/shared-comparison.ts'

const offset = { offsetMs: 5, uncertaintyMs: 1 }

function shared() {
  let nowMs = 0
  const comparison = shareComparisons({ now: () => 0, monotonic: () => nowMs, sleep: () => Promise.resolve() })
  return { comparison, pass: (ms: number) => (nowMs += ms) }
}

test('those who ask together share one comparison, and so does who asks a few seconds later', async () => {
  const { comparison, pass } = shared()
  let comparisons = 0
  const compare = async () => (comparisons++, offset)
  const all = await Promise.all([1, 2, 3].map(() => comparison.with('a', compare)))
  assert.deepEqual(all, [offset, offset, offset])
  pass(5_000)
  await comparison.with('a', compare)
  assert.equal(comparisons, 1)
  pass(5_001)
  await comparison.with('a', compare)
  assert.equal(comparisons, 2)
  await comparison.with('another clock', compare)
  assert.equal(comparisons, 3)
})

test('a comparison that came to nothing, or failed, is not kept', async () => {
  const { comparison } = shared()
  assert.equal(await comparison.with('a', async () => undefined), undefined)
  await assert.rejects(
    comparison.with('a', () => Promise.reject(new Error('no answer'))),
    /no answer/,
  )
  assert.deepEqual(await comparison.with('a', async () => offset), offset)
})
