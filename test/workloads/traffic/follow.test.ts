import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeFigures } from '../../../src/engine/figures-encoding.ts'
import { windowsBatchKey } from '../../../src/results/traffic-layout.ts'
import { followTraffic } from '../../../src/workloads/traffic/follow.ts'
import { figuresOf } from '../../results/traffic-figures-of.ts'
import { storeCannedShard } from './canned-shard.ts'
import { memoryStore } from './run-traffic.ts'

async function following(shards: number, jobIds: readonly string[], windows = 3) {
  const objects = memoryStore()
  for (const [at, jobId] of jobIds.entries()) {
    const figures = Array.from({ length: windows }, () => figuresOf([{ step: 'home', outcome: 'ok', ms: 5 }]))
    await storeCannedShard(objects, { jobId, shard: at % shards, windows: figures, batchSizes: [1, 1, 1] })
  }
  const seen: [number, number][] = []
  const follower = followTraffic(
    { shards },
    { objects, onWindow: ({ number, figures }) => seen.push([number, decodeFigures(figures).starts.due]) },
  )
  return { follower, seen, objects }
}

test('a window is handed out once, when every running shard has shipped it', async () => {
  const { follower, seen } = await following(2, ['shard-0', 'shard-1'])
  await follower.shipped('shard-0', 2)
  assert.deepEqual(seen, [])
  await follower.shipped('shard-1', 1)
  await follower.shipped('shard-1', 1)
  assert.deepEqual(seen, [[0, 2]])
  await follower.shipped('shard-1', 3)
  assert.deepEqual(seen, [
    [0, 2],
    [1, 2],
  ])
})

test('a shard that ended or is lost does not hold the others, and comes to nothing afterwards', async () => {
  const { follower, seen } = await following(2, ['shard-0', 'shard-1'])
  await follower.shipped('shard-0', 3)
  follower.ended('shard-1')
  await follower.shipped('shard-1', 3)
  follower.ended('shard-0')
  follower.ended('merge')
  assert.deepEqual(seen, [
    [0, 1],
    [1, 1],
    [2, 1],
  ])
})

test('a batch that cannot be read now is read with the next call', async () => {
  const { follower, seen, objects } = await following(1, ['shard-0'])
  const key = windowsBatchKey('shard-0', 1)
  const body = objects.bodies.get(key)!
  objects.bodies.delete(key)
  await assert.rejects(follower.shipped('shard-0', 2), /windows\/shard-0\/1.bin does not exist/)
  objects.bodies.set(key, body)
  await follower.shipped('shard-0', 3)
  assert.deepEqual(
    seen.map(([number]) => number),
    [0, 1, 2],
  )
})

test('a damaged batch is left out', async () => {
  const { follower, seen, objects } = await following(1, ['shard-0'])
  objects.bodies.get(windowsBatchKey('shard-0', 1))![9] ^= 1
  await follower.shipped('shard-0', 3)
  follower.ended('shard-0')
  assert.deepEqual(
    seen.map(([number]) => number),
    [0, 2],
  )
})

test('the steps of a search go on in one count of windows', async () => {
  const { follower, seen } = await following(1, ['step-1-shard-0', 'step-2-shard-0'])
  await follower.shipped('step-1-shard-0', 3)
  follower.ended('step-1-shard-0')
  follower.ended('step-1-decide')
  await follower.shipped('step-2-shard-0', 2)
  assert.deepEqual(
    seen.map(([number]) => number),
    [0, 1, 2, 3, 4],
  )
})
