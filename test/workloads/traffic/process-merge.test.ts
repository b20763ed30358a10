import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Figures } from '../../../src/engine/figures.ts'
import { resultStores } from '../../../src/results/result-stores.ts'
import { shardKey, windowsBatchKey } from '../../../src/results/traffic-layout.ts'
import { planTraffic } from '../../../src/workloads/traffic/plan.ts'
import { processTraffic } from '../../../src/workloads/traffic/process.ts'
import { recordLostShard } from '../../../src/workloads/traffic/record-lost.ts'
import { readTrafficDocument } from '../../../src/results/read-traffic-document.ts'
import { figuresOf, happening } from '../../results/traffic-figures-of.ts'
import { storeCannedShard, type CannedShard } from './canned-shard.ts'
import { contextOf, memoryStore, testSchema, testSpec, type MemoryStore } from './run-traffic.ts'

const LOAD = { executor: 'constant-arrival-rate', rate: 10, duration: '5s' }

async function merge(objects: MemoryStore, shards: number) {
  const settings = testSchema.parse({ target: 'https://user:secret@shop.test/api?key=1', load: LOAD, shards })
  const stores = resultStores(objects)
  const job = [...planTraffic({ settings, seed: 1 }).jobs].at(-1)!
  await processTraffic(job, contextOf(job, stores), testSpec)
  return readTrafficDocument(stores.objects)
}

function windowsOf(count: number, ms = 20): Figures[] {
  return Array.from({ length: count }, () => figuresOf([{ step: 'home', outcome: 'ok', ms }]))
}

async function canned(...shards: readonly Omit<CannedShard, 'jobId' | 'shard'>[]): Promise<MemoryStore> {
  const objects = memoryStore()
  for (const [shard, one] of shards.entries()) {
    await storeCannedShard(objects, { ...one, jobId: `shard-${shard}`, shard })
  }
  return objects
}

test('however windows were batched and whichever shard had them, the results have the same bytes', async () => {
  const seconds = fc.array(fc.array(happening, { maxLength: 3 }), { minLength: 1, maxLength: 6 })
  const shards = fc.array(seconds, { minLength: 1, maxLength: 4 })
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 })
  const results = async (given: readonly Omit<CannedShard, 'jobId' | 'shard'>[]) => {
    const objects = await canned(...given)
    const { timeline, heat, steps, all_steps, levels, verdict } = await merge(objects, given.length)
    assert.equal(verdict.state, 'valid')
    const isShared = (key: string) => !/^(windows\/|shards\/|traffic.json)/.test(key)
    const bodies = [...objects.bodies].filter(([key]) => isShared(key)).sort(([a], [b]) => (a < b ? -1 : 1))
    // Who had a window is in windows.bin; all else does not know.
    return {
      timeline,
      heat,
      steps,
      all_steps,
      levels,
      bodies: bodies.filter(([key]) => key !== 'windows.bin'),
      all: bodies,
    }
  }
  await fc.assert(
    fc.asyncProperty(shards, fc.array(sizes, { minLength: 4, maxLength: 4 }), async (given, batches) => {
      const all = given.map((windows) => windows.map((one) => figuresOf(one)))
      const plain = await results(all.map((windows) => ({ windows })))
      const batched = await results(all.map((windows, at) => ({ windows, batchSizes: batches[at] })))
      assert.deepEqual(batched, plain)
      const turned = await results(all.map((windows) => ({ windows })).toReversed())
      assert.deepEqual({ ...turned, all: 0 }, { ...plain, all: 0 })
    }),
    { numRuns: 25 },
  )
})

test('percentiles are those of all shards together, in milliseconds, under the names of the steps', async () => {
  const steps = ['home', 'https://shop.test/' + 'a'.repeat(300)]
  const window = figuresOf(steps.flatMap((step) => [1, 2, 3, 4].map((ms) => ({ step, outcome: 'ok', ms }))))
  const objects = await canned({ windows: [window] }, { windows: [window] })
  const document = await merge(objects, 2)
  const read = (key: string) => JSON.parse(Buffer.from(objects.bodies.get(key)!).toString()) as object
  const expected = {
    ...{ percentile_50: 2.007, percentile_75: 3.007, percentile_90: 4, percentile_95: 4, percentile_99: 4 },
    ...{ 'percentile_99.5': 4, 'percentile_99.9': 4, min: 1, mean: 2.5, max: 4 },
  }
  assert.deepEqual(read('percentiles/home.json'), expected)
  assert.deepEqual(read('merged_percentiles/merged_percentiles.json'), { [steps[0]]: expected, [steps[1]]: expected })
  const long = document.files.map(({ key }) => key).find((key) => key.startsWith('percentiles/https%3A%2F%2Fshop'))
  assert.ok(long !== undefined && long.length < 255)
  assert.equal(document.target, 'https://shop.test/api')
})

test('a batch that is missing makes the run incomplete, with the windows that lack', async () => {
  const objects = await canned({ windows: windowsOf(6) }, { windows: windowsOf(6) })
  objects.bodies.delete(windowsBatchKey('shard-1', 1))
  const document = await merge(objects, 2)
  assert.ok(document.verdict.state === 'incomplete')
  assert.deepEqual(document.verdict.reasons, [
    'shard 1: 4 of 6 windows arrived, missing 2-3',
    'windows/shard-1/1.bin does not exist in the test',
  ])
  assert.deepEqual(document.ledger[1].missing, [{ from: 2, to: 3 }])
  assert.equal(document.all_steps.count, 10)
})

test('a batch that is damaged is left out and told', async () => {
  const objects = await canned({ windows: windowsOf(4) })
  objects.bodies.get(windowsBatchKey('shard-0', 0))![20] ^= 1
  const document = await merge(objects, 1)
  assert.ok(document.verdict.state === 'incomplete')
  assert.match(document.verdict.reasons.join('; '), /missing 0-1; windows\/shard-0\/0.bin: is damaged/)
})

test('of a lost shard everything counts that it had shipped', async () => {
  const objects = await canned({ windows: windowsOf(4) }, { windows: windowsOf(3), batchSizes: [1, 1, 1] })
  objects.bodies.delete(shardKey('shard-1'))
  const job = { jobId: 'shard-1', kind: 'traffic-shard', details: { seed: 1, shards: 2, shard: 1 } }
  await recordLostShard(job, { reason: 'its host is gone', stores: resultStores(objects) })
  const document = await merge(objects, 2)
  assert.ok(document.verdict.state === 'incomplete')
  assert.deepEqual(document.verdict.reasons, [
    'shard 1 never said that it ended; 3 of its windows arrived',
    'shard-1 was lost: its host is gone',
  ])
  assert.equal(document.shards[1].batches, 3)
  assert.equal(document.all_steps.count, 7)
})

test('a shard of which there is no word at all is lost', async () => {
  const objects = await canned({ windows: windowsOf(2) })
  const { verdict } = await merge(objects, 2)
  assert.ok(verdict.state === 'incomplete')
  assert.match(verdict.reasons.join('; '), /shard-1 was lost: shards\/shard-1.json does not exist/)
})

test('a shard that was given up keeps its word where it had one, and the first word stays', async () => {
  const objects = await canned({ windows: windowsOf(2) })
  const stores = resultStores(objects)
  const before = objects.bodies.get(shardKey('shard-0'))!
  const job = (shard: number) => ({
    jobId: `shard-${shard}`,
    kind: 'traffic-shard',
    details: { seed: 1, shards: 2, shard },
  })
  const kept = await recordLostShard(job(0), { reason: 'too late', stores })
  assert.deepEqual([kept.key, kept.bytes], ['shards/shard-0.json', before.length])
  const first = await recordLostShard(job(1), { reason: 'no free slot', stores, began: false })
  const second = await recordLostShard(job(1), { reason: 'something else', stores })
  assert.deepEqual(second, first)
  const { verdict } = await merge(objects, 2)
  assert.deepEqual(verdict.state === 'incomplete' && verdict.reasons, ['shard-1 never started: no free slot'])
})

test('clocks that may be wrong by more than 50 ms make the run incomplete', async () => {
  const clock = { offset_ms: 3, uncertainty_ms: 80 }
  const { verdict } = await merge(await canned({ windows: windowsOf(2), document: { clock } }), 1)
  assert.deepEqual(verdict.state === 'incomplete' && verdict.reasons, [
    'clocks: that of host, which ran shard-0, may be wrong by 80 ms, at most 50 are allowed',
  ])
})

test('windows that do not add up to what the shards counted make the run incomplete', async () => {
  const objects = await canned({ windows: windowsOf(3) })
  const document = JSON.parse(Buffer.from(objects.bodies.get(shardKey('shard-0'))!).toString())
  document.totals.samples += 1
  await objects.put(shardKey('shard-0'), Buffer.from(JSON.stringify(document)))
  const { verdict } = await merge(objects, 1)
  assert.deepEqual(verdict.state === 'incomplete' && verdict.reasons, [
    'the windows add up to 3 samples, and the shards counted 4',
  ])
})

test('a generator without sockets was the bottleneck', async () => {
  const sockets = figuresOf([{ step: 'home', outcome: 'sockets', ms: 1 }])
  const { verdict } = await merge(await canned({ windows: [sockets] }), 1)
  assert.ok(verdict.state === 'saturated')
  assert.deepEqual(verdict.exceeded, [{ name: 'refused_sockets', where: '', value: 1, limit: 0 }])
})

test('the same reason of several shards counts once, the most frequent first', async () => {
  const failure = (message: string, count: number) => ({ message, stack: 'at there', count })
  const objects = await canned(
    { windows: windowsOf(1), document: { failures: [failure('a', 2)] } },
    { windows: windowsOf(1), document: { failures: [failure('b', 3), failure('a', 4)] } },
  )
  const { failures } = await merge(objects, 2)
  assert.deepEqual(failures, [failure('a', 6), failure('b', 3)])
})
