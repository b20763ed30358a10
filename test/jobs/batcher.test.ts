import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBackground } from '../../src/jobs/background.ts'
import { createBatcher } from '../../src/jobs/batcher.ts'

test('the first item goes at once, what comes meanwhile travels together, never more than the size', async () => {
  const batches: number[][] = []
  const gates: (() => void)[] = []
  const batcher = createBatcher<number>(
    async (items) => {
      batches.push(items)
      await new Promise<void>((open) => gates.push(open))
    },
    3,
    { clock: { sleep: () => Promise.resolve() } },
  )
  const added = [1, 2, 3, 4, 5].map((item) => batcher.add(item))
  assert.deepEqual(batches, [[1]])
  for (let at = 0; at < 3; at++) {
    gates[at]()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(added)
  assert.deepEqual(batches, [[1], [2, 3, 4], [5]])
})

test('behind a batch of several there is a moment for more; behind a single item there is none', async () => {
  const batches: number[][] = []
  const pauses: number[] = []
  const clock = {
    async sleep(ms: number) {
      if (pauses.push(ms) === 1) void batcher.add(5)
    },
  }
  const batcher = createBatcher<number>(async (items) => void batches.push(items), 3, { clock })
  await Promise.all([1, 2, 3].map((item) => batcher.add(item)))
  assert.deepEqual(pauses, [])
  await Promise.all([10, 11, 12, 13, 4].map((item) => batcher.add(item)))
  assert.deepEqual(batches, [[1], [2, 3], [10], [11, 12, 13], [4, 5]])
  assert.deepEqual(pauses, [5])
})

test('with a linger a batch waits to be full, and no longer than that', async () => {
  const batches: number[][] = []
  const asleep: { ms: number; wake: () => void }[] = []
  const clock = {
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((wake, reject) => {
        asleep.push({ ms, wake })
        signal?.addEventListener('abort', () => reject(new Error('full')), { once: true })
      }),
  }
  const batcher = createBatcher<number>(async (items) => void batches.push(items), 3, { lingerMs: 50, clock })
  const first = batcher.add(1)
  assert.deepEqual([batches.length, asleep[0].ms], [0, 50])
  asleep[0].wake()
  await first
  await Promise.all([2, 3, 4].map((item) => batcher.add(item)))
  assert.deepEqual(batches, [[1], [2, 3, 4]])
})

test('an error reaches those whose batch it was, and the next batch goes on', async () => {
  let calls = 0
  const batcher = createBatcher<string>(async () => {
    if (++calls === 1) throw new Error('refused')
  }, 10)
  const [first, second] = await Promise.allSettled([batcher.add('a'), batcher.add('b')])
  assert.equal(first.status, 'rejected')
  assert.equal(second.status, 'fulfilled')
})

test('background work is bounded, and its first error is thrown to who waits next', async () => {
  const background = createBackground(2)
  let running = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
  }
  for (let item = 0; item < 10; item++) await background.add(work)
  await background.settled()
  assert.equal(most, 2)
  await background.add(() => Promise.reject(new Error('lost')))
  await assert.rejects(background.settled(), /lost/)
})
