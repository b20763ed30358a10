import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import type { StartedEnvironment } from '../../src/environment/start-environment.ts'
import { buildGraph } from '../../src/jobs/graph.ts'
import type { JobResult } from '../../src/jobs/job-record.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { formatCompletion, parseIncoming } from '../../src/jobs/messages.ts'
import { queue } from '../../src/jobs/queue.ts'
import { startScheduler } from '../../src/jobs/scheduler.ts'
import { s3Store } from '../../src/results/s3-store.ts'
import { startedEnvironment, unkindEnvironment } from '../environment/started.ts'
import { jobsOf } from './plans.ts'

const diamond = { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }

/** A scheduler on real queues and a real table, and a hand-driven processor beside it. */
function scene({ clients, names, queueUrl }: StartedEnvironment, needs: Record<string, readonly string[]> = diamond) {
  const of = (name: string) => queue(clients, queueUrl(name))
  const queues = { incoming: of(names.incoming), outgoing: of(names.outgoing), dead: of(names.dlq) }
  const table = jobTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
  const objects = s3Store({ client: clients.s3, bucket: names.data, prefix: 'run' })
  const stopping = new AbortController()
  const scheduler = startScheduler({
    runId: 'run',
    workload: 'synthetic',
    graph: buildGraph(jobsOf(needs)),
    queues,
    table,
    objects,
    clock: systemClock,
    runStartedAtMs: 0,
    signal: stopping.signal,
  })

  const seen = new Set<string>()

  /** A message that comes twice is taken once. */
  async function nextJob(): Promise<string> {
    for (;;) {
      const request = { max: 1, visibilitySeconds: 60, signal: AbortSignal.timeout(30_000) }
      const [delivery] = await queues.incoming.receive(request)
      if (!delivery) continue
      await queues.incoming.delete([delivery])
      if (seen.has(delivery.messageId)) continue
      seen.add(delivery.messageId)
      return parseIncoming(delivery.body).message.job_id
    }
  }
  const record = (jobId: string) => table.markDone('run', resultOf(jobId))
  const report = async (jobId: string, runId = 'run') => {
    await queues.outgoing.send([completionOf(jobId, runId)])
  }
  return { scheduler, queues, table, nextJob, record, report, stop: () => stopping.abort() }
}

function resultOf(jobId: string): JobResult {
  const times = { sentAtMs: 1, receivedAtMs: 2, startedAtMs: 3, completedAtMs: 4, processingMs: 1 }
  const output = { outputKey: `run/output/${jobId}.json`, outputSha256: '0'.repeat(64), outputBytes: 1 }
  return { jobId, kind: 'work', attempt: 1, host: 'here', ...times, ...output }
}

function completionOf(jobId: string, runId: string): string {
  return formatCompletion({
    job_id: jobId,
    run_id: runId,
    status: 'completed',
    output_key: 'x',
    processing_time_ms: 1,
    completed_at: '2026-01-01T00:00:00Z',
    test_run_id: '',
    attempt: 1,
  })
}

test('a completion without a record releases nothing: the table is the truth', async (t) => {
  const { scheduler, nextJob, record, report } = scene(await unkindEnvironment(t))
  assert.equal(await nextJob(), 'a')
  await report('a')
  await systemClock.sleep(300)
  assert.equal(scheduler.progress().queued, 1)
  assert.equal(scheduler.progress().doneByKind.get('work'), undefined)
  await record('a')
  await report('a')
  const next = [await nextJob(), await nextJob()]
  assert.deepEqual(next.sort(), ['b', 'c'])
  for (const jobId of ['b', 'c']) await record(jobId).then(() => report(jobId))
  assert.equal(await nextJob(), 'd')
  await record('d').then(() => report('d'))
  assert.equal((await scheduler.outcome).state, 'finished')
})

test('a record whose completion was lost is found all the same', async (t) => {
  const { scheduler, nextJob, record } = scene(await unkindEnvironment(t), { a: [], b: ['a'] })
  for (const jobId of ['a', 'b']) {
    assert.equal(await nextJob(), jobId)
    await record(jobId)
  }
  assert.equal((await scheduler.outcome).state, 'finished')
})

test('completions that come twice, or from another run, are counted and change nothing', async (t) => {
  const { scheduler, nextJob, record, report } = scene(await startedEnvironment(t), { a: [], b: ['a'] })
  await nextJob()
  await record('a')
  await report('a', 'another-run')
  await report('a')
  assert.equal(await nextJob(), 'b')
  await report('a')
  await systemClock.sleep(200)
  await record('b').then(() => report('b'))
  const { counts } = await scheduler.outcome
  assert.equal(counts.duplicates, 1)
  assert.ok(counts.foreign >= 1)
})

test('a scheduler that is stopped and started again sends only what no row and no marker speaks of', async (t) => {
  const environment = await startedEnvironment(t)
  const first = scene(environment)
  assert.equal(await first.nextJob(), 'a')
  await first.record('a')
  await first.report('a')
  assert.equal(await first.nextJob().then((jobId) => ['b', 'c'].includes(jobId)), true)
  await first.nextJob()
  first.stop()
  assert.equal((await first.scheduler.outcome).state, 'stopped')
  const second = scene(environment)
  for (const jobId of ['b', 'c']) await second.record(jobId).then(() => second.report(jobId))
  assert.equal(await second.nextJob(), 'd')
  await second.record('d').then(() => second.report('d'))
  assert.equal((await second.scheduler.outcome).state, 'finished')
})

test('a message in the DLQ whose job was tried three times fails it and blocks what waits for it', async (t) => {
  const { scheduler, queues, table, nextJob } = scene(await unkindEnvironment(t), { a: [], b: ['a'] })
  assert.equal(await nextJob(), 'a')
  await table.recordAttempt('run', { jobId: 'a', kind: 'work' }, 3, { code: 'BOOM', message: 'it broke' })
  await queues.dead.send(['{"job_id":"a","run_id":"run","workload":"synthetic","kind":"work"}'])
  const { state, counts } = await scheduler.outcome
  assert.equal(state, 'finished')
  assert.equal(counts.deadLettered, 1)
  assert.equal((await table.records('run')).get('a')!.state, 'failed')
  assert.equal((await table.records('run')).get('b')!.state, 'blocked')
})

test('a message in the DLQ that nobody ever tried is sent again: killed hosts spend receives too', async (t) => {
  const { scheduler, queues, nextJob, record, report } = scene(await unkindEnvironment(t), { a: [] })
  assert.equal(await nextJob(), 'a')
  await queues.dead.send(['{"job_id":"a","run_id":"run","workload":"synthetic","kind":"work"}'])
  assert.equal(await nextJob(), 'a')
  await record('a')
  await report('a')
  const { state, counts } = await scheduler.outcome
  assert.equal(state, 'finished')
  assert.equal(counts.resent, 1)
})

test('a message SQS will never take ends the run with what is wrong with it', async (t) => {
  const environment = await unkindEnvironment(t)
  const { clients, names, queueUrl } = environment
  const incoming = queue(clients, queueUrl(names.incoming))
  await assert.rejects(incoming.send(['fine', 'not \uFFFE fine']), (error: Error & { exitCode: number }) => {
    assert.equal(error.exitCode, 104)
    assert.match(error.message, /SQS refuses a message/)
    return true
  })
})
