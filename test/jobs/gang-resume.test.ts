import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatIncoming } from '../../src/jobs/messages.ts'
import type { Workload } from '../../src/workloads/workload.ts'
import { gangJobs, gangScene, runFor, runShard } from './gang-scene.ts'

const runLong: Workload['process'] = (job, context) =>
  job.kind === 'merge' ? runShard(job, context) : runFor(20, job, context)

test('a scheduler killed while its gang gathers is followed by one that starts it, once', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const first = scene.startScheduling()
  scene.startHost({
    async process(job, context) {
      if (job.jobId === 'load-1') await context.sleep(12_000)
      return runShard(job, context)
    },
  })
  await scene.until(async () => (await scene.rows.read('run', 'load')).shards.get('load-0')?.readyFor !== undefined)
  await first.stop()
  await scene.clock.run(scene.clock.sleep(8_000))
  assert.deepEqual(scene.loads, [])
  await scene.startScheduling().finished()
  assert.equal(scene.loads.length, 2)
  assert.deepEqual(scene.lost, [])
})

test('a scheduler on another machine has the clocks compared anew before it starts the gang', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const first = scene.startScheduling()
  scene.startHost({
    shiftMs: 500,
    async process(job, context) {
      if (job.jobId === 'load-1') await context.sleep(6_000)
      return runShard(job, context)
    },
  })
  await scene.until(async () => (await scene.rows.read('run', 'load')).shards.get('load-0')?.readyFor === 'scheduler')
  await first.stop()
  const own = { ...scene.clock, now: () => scene.clock.now() + 30_000 }
  await scene.startScheduling({ own, clockId: 'elsewhere' }).finished()
  for (const { start } of scene.loads) {
    assert.ok(Math.abs(start.clock.offsetMs + 29_500) <= start.clock.uncertaintyMs, JSON.stringify(start))
  }
  assert.equal(scene.loads.length, 2)
})

test('a scheduler killed while its gang runs is followed by one that only watches: the start stays, nothing runs twice', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const first = scene.startScheduling()
  const [survivor, victim] = ['survivor', 'victim'].map((name) => scene.startHost({ name, slots: 1, process: runLong }))
  await scene.until(() => scene.loads.length === 2)
  const before = (await scene.rows.read('run', 'load')).gang
  await first.stop()
  await scene.clock.run(scene.clock.sleep(3_000))
  victim.freeze()
  const followed = new Set<string>()
  const agreed: number[] = []
  const second = scene.startScheduling({
    onAgreed: (_gang, startAtMs) => void agreed.push(startAtMs),
    follower: { shipped: async (jobId) => void followed.add(jobId), ended: () => undefined },
  })
  await second.finished()
  assert.deepEqual((await scene.rows.read('run', 'load')).gang, before)
  assert.equal(scene.loads.length, 2)
  assert.equal(scene.lost.length, 1)
  assert.deepEqual([...followed].sort(), ['load-0', 'load-1'])
  assert.deepEqual(agreed, [before.startAtMs], 'time goes on counting from there')
  assert.equal(survivor.outcomes.filter(({ type }) => type === 'completed').length, 2)
})

test('a reason to stop outlives the scheduler that gave it', async (t) => {
  const scene = await gangScene(t, [...gangJobs(1, 'step-1'), ...gangJobs(1, 'step-2', ['step-1-merge'])])
  const first = scene.startScheduling()
  scene.startHost({ process: runLong })
  await scene.until(() => scene.loads.length === 1)
  first.stopGangs('budget reached')
  await scene.until(async () => (await scene.rows.read('run', 'step-1')).gang.stopReason !== undefined)
  await first.stop()
  await scene.startScheduling().finished()
  assert.equal((await scene.resultOf('step-1-0')).reason, 'budget reached')
  assert.equal((await scene.resultOf('step-2-0')).reason, 'budget reached')
  assert.equal(scene.loads.length, 1)
})

test('a scheduler killed between two messages of a gang is followed by one that sends the rest', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const [half] = scene.graph.jobs
  await scene.rows.call('run', 'load', 'scheduler')
  await scene.queues.incoming.send([formatIncoming('run', 'scene', half, half)])
  scene.startHost({ slots: 2 })
  await scene.until(async () => (await scene.rows.read('run', 'load')).shards.size === 1)
  await scene.startScheduling().finished()
  assert.deepEqual(scene.loads.map(({ jobId }) => jobId).sort(), ['load-0', 'load-1'])
  assert.deepEqual(scene.lost, [])
})

test('a scheduler killed after the last message and before it noted so sends them again, which nobody runs again', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  await scene.rows.call('run', 'load', 'scheduler')
  await scene.queues.incoming.send(scene.graph.jobs.slice(0, 2).map((job) => formatIncoming('run', 'scene', job, job)))
  const scheduler = scene.startScheduling()
  const host = scene.startHost()
  await scheduler.finished()
  assert.equal(scene.loads.length, 2)
  assert.ok(host.outcomes.every(({ type }) => type === 'completed' || type === 'dropped'))
})

test('a scheduler killed between a loss and its record is followed by one that records it', async (t) => {
  const scene = await gangScene(t, gangJobs(1))
  await scene.rows.cancel('run', 'load', 'no slots')
  assert.equal(await scene.rows.loseUnclaimed('run', 'load', 'load-0', 'no slots'), true)
  scene.startHost()
  await scene.startScheduling().finished()
  assert.deepEqual(await scene.resultOf('load-0'), { state: 'lost', reason: 'no slots', began: false })
  assert.deepEqual(scene.loads, [])
})
