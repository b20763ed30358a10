import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Workload } from '../../src/workloads/workload.ts'
import { gangJobs, gangScene, runFor, runShard, type ShardResult } from './gang-scene.ts'

const runLong: Workload['process'] = (job, context) =>
  job.kind === 'merge' ? runShard(job, context) : runFor(30, job, context)

test('a shard whose host falls silent is recorded as lost after 15 s, and its late result changes nothing', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const scheduler = scene.startScheduling()
  const frozen = scene.startHost({ name: 'frozen', slots: 1, process: runLong })
  scene.startHost({ name: 'alive', slots: 1, process: runLong })
  await scene.until(() => scene.loads.length === 2)
  await scene.clock.run(scene.clock.sleep(4_000))
  const frozenAt = scene.clock.monotonic()
  frozen.freeze()
  await scene.until(() => scene.lost.length === 1)
  const silentMs = scene.clock.monotonic() - frozenAt
  assert.ok(silentMs >= 14_000 && silentMs <= 19_000, `${silentMs} ms`)
  frozen.thaw()
  await scheduler.finished()
  const { jobId } = scene.loads.find(({ host }) => host === 'frozen')!
  assert.deepEqual(scene.lost, [jobId])
  const { state, reason, began }: ShardResult = await scene.resultOf(jobId)
  assert.deepEqual({ state, began }, { state: 'lost', began: true })
  assert.match(reason!, /its host frozen has said nothing for 1[56] s/)
  await scene.until(() => frozen.outcomes.some(({ type }) => type === 'dropped'))
  assert.match(JSON.stringify(frozen.outcomes), /taken this job for lost/)
  const [record] = await scene.table.read('run', [jobId])
  assert.equal(record.host, 'frozen')
  assert.equal((await scene.resultOf(jobId)).state, 'lost', 'the late result was not stored over it')
})

test('a shard that falls silent before the start cancels its gang', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const scheduler = scene.startScheduling({ readyTimeoutMs: 60_000 })
  const frozen = scene.startHost({
    ...{ name: 'frozen', slots: 1 },
    async process(job, context) {
      await context.sleep(5_000)
      return runShard(job, context)
    },
  })
  scene.startHost({ name: 'alive', slots: 2 })
  await scene.until(async () => (await scene.rows.read('run', 'load')).shards.size === 2)
  frozen.freeze()
  await scheduler.finished()
  assert.deepEqual(scene.loads, [])
  assert.equal(scene.lost.length, 1)
  const waited = await scene.resultOf(scene.lost[0] === 'load-0' ? 'load-1' : 'load-0')
  assert.equal(waited.state, 'never_started')
  assert.match(waited.reason!, /load-\d is lost: its host frozen has said nothing/)
})

test('a result that is in the table stays, however silent its host is afterwards', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const scheduler = scene.startScheduling()
  const host = scene.startHost({ process: (job, context) => runFor(200, job, context) })
  await scene.until(() => scene.loads.length === 2)
  // Sweeps, which would find the result too, are half a minute apart by now.
  await scene.clock.run(scene.clock.sleep(62_000 - scene.clock.monotonic()), 100_000)
  const result = {
    ...{ jobId: 'load-0', kind: 'shard', attempt: 1, outputKey: 'run/shards/own.json', outputSha256: '0'.repeat(64) },
    ...{
      outputBytes: 1,
      sentAtMs: 1,
      receivedAtMs: 1,
      startedAtMs: 1,
      completedAtMs: 1,
      processingMs: 1,
      host: 'host',
    },
  }
  await scene.table.markDone('run', result) // and was killed before its completion
  host.freeze()
  scene.startHost({ name: 'another' })
  await scheduler.finished()
  assert.deepEqual(scene.lost, ['load-1'])
  assert.equal((await scene.table.read('run', ['load-0']))[0].outputKey, 'run/shards/own.json')
})

test('a shard that breaks after its claim is lost at once, with what it died of, and is never tried again', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const scheduler = scene.startScheduling()
  const host = scene.startHost({
    async process(job, context) {
      const result = await runShard(job, context)
      if (job.jobId === 'load-1') throw new Error('it broke')
      return result
    },
  })
  const { counts } = await scheduler.finished()
  assert.deepEqual(scene.lost, ['load-1'])
  assert.equal((await scene.resultOf('load-1')).reason, 'load-1 failed on host: it broke')
  assert.equal((await scene.resultOf('load-0')).state, 'finished')
  assert.equal(host.outcomes.filter(({ type }) => type === 'dropped').length, 1)
  assert.equal(scene.loads.length, 2)
  assert.equal(counts.resent, 0)
})

test('a message that is gone before anybody claimed it is not sent again: the ready timeout covers it', async (t) => {
  const scene = await gangScene(t, gangJobs(1))
  const scheduler = scene.startScheduling()
  const host = scene.startHost({ name: 'promises' })
  host.endReceiving()
  await scene.until(() => scene.phase(scheduler) === 'gathering')
  const request = { max: 10, visibilitySeconds: 600, signal: AbortSignal.timeout(30_000) }
  await scene.queues.incoming.delete(await scene.queues.incoming.receive(request))
  await scene.until(() => scene.lost.length === 1)
  assert.match(
    (await scene.resultOf('load-0')).reason!,
    /1 of 1 shard not ready within 30 s: load-0 was taken by no host/,
  )
  scene.startHost()
  const { counts } = await scheduler.finished()
  assert.equal(counts.resent, 0)
})

test('a dead letter of a gang is neither sent again nor a failure of its job', async (t) => {
  const scene = await gangScene(t, gangJobs(1))
  const scheduler = scene.startScheduling()
  scene.startHost({ process: runLong })
  await scene.until(() => scene.loads.length === 1)
  await scene.queues.dead.send(['{"job_id":"load-0","run_id":"run","workload":"scene","kind":"shard","details":{}}'])
  const { counts } = await scheduler.finished()
  assert.deepEqual({ resent: counts.resent, deadLettered: counts.deadLettered }, { resent: 0, deadLettered: 1 })
  assert.equal((await scene.resultOf('load-0')).state, 'finished')
  assert.equal(scene.loads.length, 1)
})
