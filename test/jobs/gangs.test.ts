import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatIncoming } from '../../src/jobs/messages.ts'
import { gangJobs, gangScene, runFor, runShard } from './gang-scene.ts'

test('a gang begins at one instant, its follower sees every batch before the end, and what waits for it runs', async (t) => {
  const scene = await gangScene(t, gangJobs(3))
  const followed: string[] = []
  const agreed: [string, number][] = []
  const scheduler = scene.startScheduling({
    onAgreed: (gang, startAtMs) => void agreed.push([gang, startAtMs]),
    follower: {
      shipped: async (jobId, batches) => void followed.push(`${jobId} ${batches}`),
      ended: (jobId) => void followed.push(`${jobId} ended`),
    },
  })
  scene.startHost()
  await scheduler.finished()
  assert.equal(scene.loads.length, 3)
  const [first, ...others] = scene.loads.map(({ start }) => start)
  for (const start of others) {
    const apart = Math.abs(start.startAtMs - first.startAtMs)
    assert.ok(apart <= start.clock.uncertaintyMs + first.clock.uncertaintyMs, `${apart} ms apart`)
  }
  for (const jobId of ['load-0', 'load-1', 'load-2']) {
    assert.deepEqual(await scene.resultOf(jobId), { state: 'finished', reason: null, batches: 3 })
    const own = followed.filter((line) => line.startsWith(jobId))
    assert.deepEqual(own.slice(-2), [`${jobId} 3`, `${jobId} ended`])
  }
  assert.equal(scheduler.progress().gangs.get('load'), 'over')
  assert.deepEqual(agreed, [['load', (await scene.rows.read('run', 'load')).gang.startAtMs]])
  assert.deepEqual(scene.lost, [])
})

test('each job of a gang is done under the rules for targets that its run was admitted with', async (t) => {
  const targetRules = { stage: 'uat', allowed: ['shop.uat.example.com'] }
  const scene = await gangScene(t, gangJobs(2))
  const scheduler = scene.startScheduling({ targetRules })
  const seen: unknown[] = []
  scene.startHost({
    process(job, context) {
      if (context.gang) seen.push(context.targetRules)
      return runShard(job, context)
    },
  })
  await scheduler.finished()
  assert.deepEqual(seen, [targetRules, targetRules])
})

test('a gang is sent only when free slots cover all of it, and other jobs do not wait for that', async (t) => {
  const other = { jobId: 'other', kind: 'merge', needs: [], details: {} }
  const scene = await gangScene(t, [...gangJobs(3), other])
  const scheduler = scene.startScheduling()
  scene.startHost({ name: 'small', slots: 2 })
  await scene.until(() => scheduler.progress().doneByKind.get('merge') === 1)
  await scene.clock.run(scene.clock.sleep(20_000))
  assert.equal(scene.phase(scheduler), 'waiting')
  assert.equal(scheduler.progress().queued, 0)
  scene.startHost({ name: 'second', slots: 1 })
  await scheduler.finished()
  assert.equal(new Set(scene.loads.map(({ jobId }) => jobId)).size, 3)
  assert.deepEqual(scene.lost, [])
})

test('gangs that have nothing to do follow each other without waiting for their hosts to speak', async (t) => {
  const steps = Array.from({ length: 20 }, (_, at) => `step-${at + 1}`)
  const jobs = steps.flatMap((step, at) => gangJobs(2, step, at === 0 ? [] : [`${steps[at - 1]}-merge`]))
  const scene = await gangScene(t, jobs)
  const scheduler = scene.startScheduling()
  scene.startHost({ process: (job, { stores }) => stores.objects.put(`shards/${job.jobId}.json`, Buffer.from('{}')) })
  await scheduler.finished()
  assert.ok(scene.clock.monotonic() < 10_000, `${scene.clock.monotonic()} ms for ${steps.length} steps`)
})

test('a gang that gets no slots is cancelled with what was missing and what to do, and the run ends', async (t) => {
  const scene = await gangScene(t, gangJobs(4))
  const scheduler = scene.startScheduling({ slotsTimeoutMs: 10_000 })
  scene.startHost({ slots: 2 })
  await scheduler.finished()
  assert.deepEqual(scene.loads, [])
  const reason =
    '4 shards need 4 free slots, 1 host offers 2 after 10 s: start more hosts with turnaround work, or raise --slots'
  for (let shard = 0; shard < 4; shard++)
    assert.deepEqual(await scene.resultOf(`load-${shard}`), { state: 'lost', reason, began: false })
})

test('shards that are not ready in time cancel the gang: those that were ready hear why, nobody takes the rest', async (t) => {
  const scene = await gangScene(t, gangJobs(3))
  const scheduler = scene.startScheduling({ readyTimeoutMs: 8_000 })
  scene.startHost({
    slots: 2,
    async process(job, context) {
      if (job.jobId === 'load-merge') return runShard(job, context)
      if (job.jobId !== 'load-0') await context.sleep(9_000) // connects too slowly
      return runFor(3, job, context)
    },
  })
  scene.startHost({ name: 'liar', slots: 1 }).endReceiving()
  await scheduler.finished()
  assert.deepEqual(scene.loads, [])
  const results = await Promise.all(['load-0', 'load-1', 'load-2'].map(scene.resultOf))
  const never = results.filter(({ state }) => state === 'never_started')
  assert.equal(never.length + scene.lost.length, 3)
  assert.ok(scene.lost.length >= 1)
  for (const { reason } of results) {
    assert.match(reason!, /of 3 shards not ready within 8 s/)
    assert.match(reason!, /load-[12] was still starting on host/)
    assert.match(reason!, /load-[012] was taken by no host/)
  }
})

test('a shard that ends before it was ready ends the waiting of the others at once', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const scheduler = scene.startScheduling()
  scene.startHost({
    async process(job, context) {
      if (job.jobId !== 'load-1') return runShard(job, context)
      await context.sleep(2_000)
      return context.stores.objects.put('shards/load-1.json', Buffer.from('{"state":"failed"}'))
    },
  })
  await scheduler.finished()
  assert.ok(scene.clock.monotonic() < 10_000)
  assert.match((await scene.resultOf('load-0')).reason!, /load-1 ended before all shards were ready/)
})

test('a gang whose shards all end without being ready is no failure', async (t) => {
  const scene = await gangScene(t, gangJobs(3))
  const scheduler = scene.startScheduling()
  scene.startHost({
    process: ({ jobId }, { stores }) => stores.objects.put(`shards/${jobId}.json`, Buffer.from('{"state":"none"}')),
  })
  await scheduler.finished()
  assert.ok(scene.clock.monotonic() < 10_000)
  assert.deepEqual(scene.lost, [])
})

test('gangs behind one another each wait for their own slots, which the last one gives back', async (t) => {
  const scene = await gangScene(t, [...gangJobs(2, 'step-1'), ...gangJobs(2, 'step-2', ['step-1-merge'])])
  const scheduler = scene.startScheduling()
  scene.startHost({ slots: 2 })
  await scheduler.finished()
  assert.deepEqual(
    scene.loads.map(({ jobId }) => jobId.slice(0, 6)),
    ['step-1', 'step-1', 'step-2', 'step-2'],
  )
  assert.deepEqual(scene.lost, [])
})

test('two gangs at once never share slots: the second waits until the hosts have said what the first has left', async (t) => {
  const scene = await gangScene(t, [...gangJobs(2, 'one'), ...gangJobs(2, 'two')])
  const scheduler = scene.startScheduling()
  scene.startHost({
    slots: 3,
    process: (job, context) => (job.kind === 'merge' ? runShard(job, context) : runFor(6, job, context)),
  })
  await scene.until(() => scene.loads.length === 2)
  await scene.clock.run(scene.clock.sleep(3_000))
  assert.deepEqual([...scheduler.progress().gangs.values()].sort(), ['running', 'waiting'])
  await scheduler.finished()
  assert.deepEqual(scene.lost, [])
  assert.equal(scene.loads.length, 4)
})

test('the clocks of hosts are compared: each is told the start in its own, within what it says it may be wrong', async (t) => {
  const shifts = { ahead: 7_000, behind: -90_000 }
  const scene = await gangScene(t, gangJobs(2))
  const scheduler = scene.startScheduling()
  for (const [name, shiftMs] of Object.entries(shifts)) scene.startHost({ name, shiftMs, slots: 1 })
  await scheduler.finished()
  assert.deepEqual(new Set(scene.loads.map(({ host }) => host)), new Set(['ahead', 'behind']))
  const { gang } = await scene.rows.read('run', 'load')
  for (const { host, start } of scene.loads) {
    const shift = shifts[host as keyof typeof shifts]
    const { offsetMs, uncertaintyMs } = start.clock
    assert.ok(Math.abs(offsetMs - shift) <= uncertaintyMs, `${offsetMs} is not ${shift} ± ${uncertaintyMs}`)
    assert.ok(uncertaintyMs <= 20, `${uncertaintyMs} ms`)
    assert.equal(start.startAtMs, gang.startAtMs! + offsetMs)
  }
})

test('a shard on the scheduler’s own machine has its clock, and asks nobody', async (t) => {
  const scene = await gangScene(t, gangJobs(1))
  const scheduler = scene.startScheduling({ clockId: 'this-boot' })
  scene.startHost({ clockId: 'this-boot' })
  await scheduler.finished()
  assert.deepEqual(scene.loads[0].start.clock, { offsetMs: 0, uncertaintyMs: 0 })
  assert.equal((await scene.rows.read('run', 'load')).shards.get('load-0')!.ping, 0)
})

test('a reason to stop reaches every shard within seconds, and gangs to come are cancelled with it', async (t) => {
  const scene = await gangScene(t, [...gangJobs(3, 'step-1'), ...gangJobs(3, 'step-2', ['step-1-merge'])])
  const scheduler = scene.startScheduling()
  scene.startHost({
    process: (job, context) => (job.kind === 'merge' ? runShard(job, context) : runFor(1_000, job, context)),
  })
  await scene.until(() => scene.loads.length === 3)
  await scene.clock.run(scene.clock.sleep(5_000))
  const stoppedAt = scene.clock.monotonic()
  scheduler.stopGangs('errors above 50 %')
  scheduler.stopGangs('another reason')
  await scene.until(async () => (await scene.table.read('run', ['step-1-merge'])).length > 0)
  assert.ok(scene.clock.monotonic() - stoppedAt <= 5_000)
  await scheduler.finished()
  for (const shard of [0, 1, 2]) {
    const { state, reason } = await scene.resultOf(`step-1-${shard}`)
    assert.deepEqual({ state, reason }, { state: 'stopped', reason: 'errors above 50 %' })
    const never = await scene.resultOf(`step-2-${shard}`)
    assert.deepEqual(never, { state: 'stopped', reason: 'errors above 50 %', began: false })
  }
  assert.equal(scene.loads.length, 3)
})

test('a gang that gathers when it is to stop never begins, and its shards say that they were stopped', async (t) => {
  const scene = await gangScene(t, gangJobs(2))
  const scheduler = scene.startScheduling()
  scene.startHost({
    async process(job, context) {
      if (job.jobId === 'load-1') await context.sleep(10_000)
      return runShard(job, context)
    },
  })
  await scene.until(() => scene.phase(scheduler) === 'gathering')
  scheduler.stopGangs('stopped by Ctrl-C')
  await scheduler.finished()
  assert.deepEqual(scene.loads, [])
  for (const jobId of ['load-0', 'load-1']) {
    const { state, reason } = await scene.resultOf(jobId)
    assert.deepEqual({ state, reason }, { state: 'stopped', reason: 'stopped by Ctrl-C' })
  }
})

test('a follower that fails is reported once, and the run goes on', async (t) => {
  const scene = await gangScene(t)
  const errors: unknown[] = []
  const scheduler = scene.startScheduling({
    follower: {
      shipped: () => Promise.reject(new Error('cannot read')),
      ended: () => {
        throw new Error('cannot end')
      },
    },
    onFollowError: (error) => errors.push(error),
  })
  scene.startHost()
  await scheduler.finished()
  assert.deepEqual(errors.map(String), ['Error: cannot read'])
})

for (const awsLike of [1, 2]) {
  test(`however often and late messages come, no load begins twice (seed ${awsLike})`, async (t) => {
    const scene = await gangScene(t, gangJobs(6), { awsLike })
    const scheduler = scene.startScheduling()
    const hosts = ['a', 'b'].map((name) => scene.startHost({ name, slots: 4 }))
    const again = scene.graph.jobs.slice(0, 6).map((job) => formatIncoming('run', 'scene', job, job))
    await scene.until(() => scene.phase(scheduler) === 'gathering')
    await scene.queues.incoming.send(again)
    await scene.until(() => scene.loads.length === 6)
    await scene.queues.incoming.send(again)
    await scheduler.finished()
    assert.deepEqual(
      scene.loads.map(({ jobId }) => jobId).sort(),
      again.map((_, shard) => `load-${shard}`),
    )
    const outcomes = hosts.flatMap((host) => host.outcomes)
    assert.ok(outcomes.filter(({ type }) => type === 'dropped').length >= 6)
    assert.equal(outcomes.filter(({ type }) => type === 'failed' || type === 'malformed').length, 0)
    assert.deepEqual(scene.lost, [])
  })
}

test('a plan with gangs needs a scheduler that knows how to see them through', async (t) => {
  const scene = await gangScene(t)
  assert.throws(() => scene.startScheduling({}, 'without gangs'), /the plan has gangs/)
})
