import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { systemClock } from '../../src/clock.ts'
import { environmentOf, type StartedEnvironment } from '../../src/environment/start-environment.ts'
import { noMetrics } from '../../src/hosts/job-metrics.ts'
import { runThreadsHost } from '../../src/hosts/threads/threads-host.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { formatIncoming, parseCompletion, type Completion } from '../../src/jobs/messages.ts'
import { queue, type Delivery } from '../../src/jobs/queue.ts'
import { unkindEnvironment } from '../environment/started.ts'

/** Stopped before the server its messages come from: `await using`, because hooks of the test run in their order. */
function startHost(environment: StartedEnvironment, options: { maxJobMs?: number; graceMs?: number } = {}) {
  const stop = new AbortController()
  const ready = Promise.withResolvers<void>()
  const ended = runThreadsHost({
    environment: environmentOf(environment),
    workers: 1,
    slotsPerWorker: 4,
    memoryBytes: 1e6,
    testRunId: 'baseline-001',
    registry: new URL('../../src/workloads/registry.ts', import.meta.url).href,
    log: pino({ level: 'silent' }),
    metrics: noMetrics,
    signal: stop.signal,
    onReady: ready.resolve,
    ...options,
  })
  async function end(): Promise<void> {
    stop.abort()
    await ended
  }
  return { ready: ready.promise, end, [Symbol.asyncDispose]: end }
}

function jobMessage(jobId: string, workDurationMs: number): string {
  const details = { work_duration_ms: workDurationMs, data_size_kb: 1, seed: 1 }
  return formatIncoming('run', 'synthetic', { jobId, kind: 'synthetic', needs: [], details }, { details })
}

function queuesOf({ clients, names, queueUrl }: StartedEnvironment) {
  const of = (name: string) => queue(clients, queueUrl(name))
  const table = jobTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
  return { incoming: of(names.incoming), outgoing: of(names.outgoing), dead: of(names.dlq), table }
}

async function receiveUntil(source: ReturnType<typeof queue>, count: number): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  const late = AbortSignal.timeout(120_000) // three deaths cost their message's visibility each, on an unkind server more
  while (deliveries.length < count) {
    deliveries.push(...(await source.receive({ max: 10, visibilitySeconds: 60, signal: late })))
  }
  return deliveries
}

test('jobs are done, recorded, reported and deleted', async (t) => {
  const environment = await unkindEnvironment(t)
  const { incoming, outgoing, table } = queuesOf(environment)
  await incoming.send(['a', 'b', 'c'].map((jobId) => jobMessage(jobId, 1)))
  await using host = startHost(environment)
  await host.ready
  const completions = new Map<string, Completion>()
  while (completions.size < 3) {
    // The same one may come twice.
    for (const { body } of await receiveUntil(outgoing, 1)) {
      const completion = parseCompletion(body)!
      completions.set(completion.job_id, completion)
    }
  }
  assert.deepEqual([...completions.keys()].sort(), ['a', 'b', 'c'])
  assert.ok(
    [...completions.values()].every(({ test_run_id: id, status }) => id === 'baseline-001' && status === 'completed'),
  )
  const records = await table.records('run')
  assert.ok([...records.values()].every(({ state, outputSha256 }) => state === 'done' && outputSha256?.length === 64))
  while (!(await incoming.isEmpty())) await systemClock.sleep(20)
})

test('a thread that dies is replaced, its job is delivered again, and after three deaths the job is dead-lettered', async (t) => {
  const environment = await unkindEnvironment(t)
  const { incoming, outgoing, dead, table } = queuesOf(environment)
  await incoming.send([jobMessage('endless', 600_000)])
  await using host = startHost(environment, { maxJobMs: 300 })
  await host.ready
  const [letter] = await receiveUntil(dead, 1)
  assert.match(letter.body, /endless/)
  const record = (await table.records('run')).get('endless')!
  assert.equal(record.error!.code, 'WORKER_DIED')
  assert.match(record.error!.message, /longer than 300 ms/)
  assert.equal(record.attempt, 3)
  await incoming.send([jobMessage('after', 1)])
  const [completion] = await receiveUntil(outgoing, 1)
  assert.match(completion.body, /"after"/)
})

test('a stopped host finishes what it can, and gives back the rest at once', async (t) => {
  const environment = await unkindEnvironment(t)
  const { incoming, outgoing } = queuesOf(environment)
  await incoming.send([jobMessage('short', 500), jobMessage('long', 600_000)])
  await using host = startHost(environment, { graceMs: 2_000 })
  await host.ready
  while ((await stateOf(environment)).inFlight < 2) await systemClock.sleep(20)
  await host.end()
  assert.match((await receiveUntil(outgoing, 1))[0].body, /"short"/)
  const [given] = await receiveUntil(incoming, 1)
  assert.match(given.body, /"long"/)
  assert.equal(given.receiveCount, 2)
})

async function stateOf({ endpoint, names }: StartedEnvironment): Promise<{ inFlight: number }> {
  const response = await fetch(`${endpoint}/_turnaround/state`)
  const { queues } = (await response.json()) as { queues: { name: string; in_flight: number }[] }
  return { inFlight: queues.find(({ name }) => name === names.incoming)!.in_flight }
}

test('a second delivery of a finished job writes nothing again and reports once more', async (t) => {
  const environment = await unkindEnvironment(t)
  const { incoming, outgoing, table } = queuesOf(environment)
  await incoming.send([jobMessage('twice', 1)])
  await using host = startHost(environment)
  await host.ready
  await receiveUntil(outgoing, 1)
  const before = (await table.records('run')).get('twice')
  await incoming.send([jobMessage('twice', 1)])
  const [again] = await receiveUntil(outgoing, 1)
  assert.equal(parseCompletion(again.body)!.job_id, 'twice')
  assert.deepEqual((await table.records('run')).get('twice'), before)
})
