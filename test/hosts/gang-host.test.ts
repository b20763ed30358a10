import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { systemClock } from '../../src/clock.ts'
import { environmentOf, type StartedEnvironment } from '../../src/environment/start-environment.ts'
import { noMetrics } from '../../src/hosts/job-metrics.ts'
import { runThreadsHost } from '../../src/hosts/threads/threads-host.ts'
import { bootId } from '../../src/jobs/boot-id.ts'
import { gangTable } from '../../src/jobs/gang-table.ts'
import { hostTable } from '../../src/jobs/host-table.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { formatIncoming, parseCompletion } from '../../src/jobs/messages.ts'
import { queue } from '../../src/jobs/queue.ts'
import { startedEnvironment } from '../environment/started.ts'

/** Two slots on one thread. */
function startHost(environment: StartedEnvironment, maxJobMs: number) {
  const stop = new AbortController()
  const ended = runThreadsHost({
    environment: environmentOf(environment),
    ...{ workers: 1, slotsPerWorker: 2, memoryBytes: 1e6, testRunId: undefined, graceMs: 2_000, maxJobMs },
    registry: new URL('gang-workload.ts', import.meta.url).href,
    log: pino({ level: 'silent' }),
    metrics: noMetrics,
    signal: stop.signal,
  })
  const end = async () => {
    stop.abort()
    await ended
  }
  return { end, [Symbol.asyncDispose]: end }
}

function tablesOf({ clients, names, queueUrl }: StartedEnvironment) {
  const rows = { client: clients.dynamodb, tableName: names.jobs, clock: systemClock }
  const of = (name: string) => queue(clients, queueUrl(name))
  const queues = { incoming: of(names.incoming), outgoing: of(names.outgoing) }
  const begun = async () => {
    const Prefix = 'run/begun/'
    const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: names.data, Prefix }))
    return Contents.map(({ Key }) => Key!.slice(Prefix.length, Prefix.length + 'load-0'.length)).sort()
  }
  return { ...queues, gangs: gangTable(rows), hosts: hostTable(rows), jobs: jobTable(rows), begun }
}

function messageOf(jobId: string, kind: string, size: number): string {
  const gang = { name: 'load', size }
  return formatIncoming('run', 'gang', { jobId, kind, needs: [], details: {}, gang }, { details: {} })
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await condition()); await systemClock.sleep(20)) {
    assert.ok(Date.now() < end, `did not come true: ${condition.toString()}`)
  }
}

test('a claimed job lives without its message and longer than jobs may take; its host tells what slots are left', async (t) => {
  const environment = await startedEnvironment(t)
  const { incoming, outgoing, gangs, hosts, jobs, begun } = tablesOf(environment)
  await using host = startHost(environment, 500)
  await until(async () => (await hosts.readAll())[0]?.freeSlots === 2)
  await incoming.send([messageOf('load-0', 'steady', 1), messageOf('load-0', 'steady', 1)])
  await until(async () => (await gangs.read('run', 'load')).shards.size === 1)
  await until(() => incoming.isEmpty())
  await until(async () => (await hosts.readAll())[0].freeSlots === 1)
  const before = (await gangs.read('run', 'load')).shards.get('load-0')!
  await systemClock.sleep(1_500)
  assert.ok((await gangs.read('run', 'load')).shards.get('load-0')!.beat > before.beat)
  await gangs.call('run', 'load', bootId() ?? 'no boot id here')
  const startAtMs = Date.now() + 300
  await gangs.start('run', 'load', startAtMs)
  const deliveries = await outgoing.receive({ max: 10, visibilitySeconds: 60, signal: AbortSignal.timeout(30_000) })
  assert.deepEqual(
    deliveries.map(({ body }) => parseCompletion(body)!.job_id),
    ['load-0'],
  )
  const [record] = await jobs.read('run', ['load-0'])
  assert.equal(record.state, 'done')
  assert.ok(record.completedAtMs! >= startAtMs)
  assert.deepEqual(await begun(), ['load-0'])
  await host.end()
  assert.deepEqual(await hosts.readAll(), [])
})

test('a host that is asked to end stops what it has of a gang, and its results are kept', async (t) => {
  const environment = await startedEnvironment(t)
  const { incoming, gangs, jobs } = tablesOf(environment)
  await using host = startHost(environment, 60_000)
  await incoming.send([messageOf('load-0', 'endless', 1)])
  await until(async () => (await gangs.read('run', 'load')).shards.size === 1)
  await gangs.call('run', 'load', bootId() ?? 'no boot id here')
  await gangs.start('run', 'load', Date.now())
  await systemClock.sleep(300)
  await host.end()
  const [record] = await jobs.read('run', ['load-0'])
  assert.equal(record.state, 'done')
  const Key = 'run/shards/load-0.json'
  const { Body } = await environment.clients.s3.send(new GetObjectCommand({ Bucket: environment.names.data, Key }))
  assert.match(await Body!.transformToString(), /"stop":"[^"]+\/\d+ was asked to end"/)
})

test('a thread that dies with a claimed job does not begin it again', async (t) => {
  const environment = await startedEnvironment(t)
  const { incoming, gangs, jobs, begun } = tablesOf(environment)
  await using host = startHost(environment, 60_000)
  await incoming.send([messageOf('load-0', 'deadly', 2), messageOf('load-1', 'deadly', 2)])
  await until(async () => (await gangs.read('run', 'load')).shards.size === 2)
  await until(() => incoming.isEmpty())
  const dead = await gangs.read('run', 'load')
  await systemClock.sleep(2_500) // more than a heartbeat, and than a message that is given back would take
  for (const [jobId, { beat }] of (await gangs.read('run', 'load')).shards) {
    assert.equal(beat, dead.shards.get(jobId)!.beat, `${jobId} still beats`)
  }
  assert.ok(await incoming.isEmpty())
  const all = await begun()
  assert.deepEqual(all, [...new Set(all)])
  assert.deepEqual(await jobs.read('run', ['load-0', 'load-1']), [])
  await host.end()
})
