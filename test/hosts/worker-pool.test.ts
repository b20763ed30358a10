import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { environmentOf } from '../../src/environment/start-environment.ts'
import { startWorkerPool } from '../../src/hosts/threads/worker-pool.ts'
import { startWorkerThread } from '../../src/hosts/threads/worker-thread.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { formatIncoming } from '../../src/jobs/messages.ts'
import type { Delivery } from '../../src/jobs/queue.ts'
import { startedEnvironment } from '../environment/started.ts'

const registry = new URL('../../src/workloads/registry.ts', import.meta.url).href

function delivery(jobId: string): Delivery {
  const details = { work_duration_ms: 0, data_size_kb: 0, seed: 1 }
  const body = formatIncoming('run', 'synthetic', { jobId, kind: 'synthetic', needs: [], details }, { details })
  const now = systemClock.now()
  return { messageId: jobId, receiptHandle: jobId, body, sentAtMs: now, firstReceivedAtMs: now, receiveCount: 1 }
}

test('jobs that come together are spread over the threads, whether those were started ahead or not', async (t) => {
  const environment = await startedEnvironment(t)
  const pool = await startWorkerPool({
    workers: 2,
    slotsPerWorker: 2,
    settings: { environment: environmentOf(environment), memoryBytes: 1e6, testRunId: undefined, host: 'host' },
    registry,
    started: [startWorkerThread(registry)],
    maxJobMs: 60_000,
    onDeath: (reason) => assert.fail(reason),
  })
  try {
    const jobs = ['a', 'b', 'c', 'd'].map(delivery)
    const outcomes = await Promise.all(jobs.map((job) => pool.run(job, () => undefined)))
    assert.deepEqual(
      outcomes.map(({ type }) => type),
      Array(4).fill('completed'),
    )
  } finally {
    await pool.stop()
  }
  const rows = { client: environment.clients.dynamodb, tableName: environment.names.jobs, clock: systemClock }
  const records = await jobTable(rows).records('run')
  assert.deepEqual([...records.values()].map(({ host = '' }) => host).sort(), ['host/1', 'host/1', 'host/2', 'host/2'])
})
