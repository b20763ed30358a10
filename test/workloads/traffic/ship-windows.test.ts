import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Figures } from '../../../src/engine/figures.ts'
import { encodeFigures } from '../../../src/engine/figures-encoding.ts'
import type { MergedWindow } from '../../../src/engine/window-merger.ts'
import type { ObjectStore } from '../../../src/results/stores.ts'
import { windowsBatchKey } from '../../../src/results/traffic-layout.ts'
import { readWindows } from '../../../src/results/traffic-windows.ts'
import { shipWindows } from '../../../src/workloads/traffic/ship-windows.ts'
import { steppedClock } from '../../stepped-clock.ts'
import { memoryStore } from './run-traffic.ts'

function windowOf(number: number): MergedWindow {
  return { number, shards: [0], figures: encodeFigures(new Figures()) }
}

function shipping(options: { put?: ObjectStore['put']; onShipped?: () => Promise<void>; mostWaitingBytes?: number }) {
  const clock = steppedClock()
  const memory = memoryStore()
  const announced: number[] = []
  const shipper = shipWindows({
    jobId: 'shard-0',
    objects: { ...memory, ...(options.put && { put: options.put }) },
    everyMs: 1000,
    clock,
    async onShipped(batches) {
      await options.onShipped?.()
      announced.push(batches)
    },
    ...(options.mostWaitingBytes !== undefined && { mostWaitingBytes: options.mostWaitingBytes }),
  })
  const numbersIn = (batch: number) =>
    Array.from(readWindows(memory.bodies.get(windowsBatchKey('shard-0', batch))!), ({ number }) => number)
  return { clock, memory, shipper, announced, numbersIn }
}

test('windows go in a batch every second, and each batch is announced', async () => {
  const { clock, shipper, announced, numbersIn } = shipping({})
  shipper.add(windowOf(0))
  shipper.add(windowOf(1))
  await clock.until(clock.sleep(1500), 2)
  shipper.add(windowOf(2))
  assert.deepEqual(await clock.until(shipper.finish(1000), 1), { batches: 2, error: undefined })
  assert.deepEqual([numbersIn(0), numbersIn(1)], [[0, 1], [2]])
  assert.deepEqual(announced, [1, 2])
})

test('while the store fails windows gather in memory, and the next batch is larger', async () => {
  let fails = true
  const memory = memoryStore()
  const put: ObjectStore['put'] = async (key, body) => {
    if (fails) throw new Error('away')
    return memory.put(key, body)
  }
  const { clock, shipper } = shipping({ put })
  shipper.add(windowOf(0))
  await clock.until(clock.sleep(10_000), 2)
  for (const number of [1, 2, 3]) shipper.add(windowOf(number))
  fails = false
  assert.deepEqual(await clock.until(shipper.finish(60_000), 1, 120_000), { batches: 2, error: undefined })
  const numbers = [...memory.bodies.values()].map((body) => Array.from(readWindows(body), ({ number }) => number))
  assert.deepEqual(numbers, [[0], [1, 2, 3]])
})

test('a store that never comes back is given up after the bound, with its reason', async () => {
  const { clock, shipper } = shipping({ put: () => Promise.reject(new Error('away for good')) })
  shipper.add(windowOf(0))
  const result = await clock.until(shipper.finish(30_000), 1, 120_000)
  assert.deepEqual(result, { batches: 0, error: 'away for good' })
})

test('a store that does not answer is given up as well', async () => {
  const { clock, shipper } = shipping({ put: () => new Promise(() => undefined) })
  shipper.add(windowOf(0))
  const result = await clock.until(shipper.finish(30_000), 1, 120_000)
  assert.deepEqual(result, { batches: 0, error: 'the store did not answer within 30000 ms' })
})

test('what waits is bounded: the newest windows are left out', async () => {
  const { clock, shipper, numbersIn } = shipping({ mostWaitingBytes: windowOf(0).figures.length * 2 })
  for (const number of [0, 1, 2, 3]) shipper.add(windowOf(number))
  await clock.until(shipper.finish(1000), 1)
  assert.deepEqual(numbersIn(0), [0, 1])
})

test('an announcement that fails is made up for by the next', async () => {
  let calls = 0
  const onShipped = async () => {
    if (calls++ === 0) throw new Error('the table is busy')
  }
  const { clock, shipper, announced } = shipping({ onShipped })
  shipper.add(windowOf(0))
  await clock.until(clock.sleep(1500), 2)
  shipper.add(windowOf(1))
  assert.deepEqual(await clock.until(shipper.finish(1000), 1), { batches: 2, error: undefined })
  assert.deepEqual(announced, [2])
})

test('a job that is no longer this host’s is not asked for again', async () => {
  const lost = Object.assign(new Error('shard-0 is no longer this host’s'), { code: 'GANG_LOST' })
  let asked = 0
  const put = () => {
    asked += 1
    return Promise.reject(lost)
  }
  const { clock, shipper } = shipping({ put })
  shipper.add(windowOf(0))
  await clock.until(clock.sleep(10_000), 1)
  assert.deepEqual(await clock.until(shipper.finish(30_000), 1), { batches: 0, error: lost.message })
  assert.equal(asked, 1)
})
