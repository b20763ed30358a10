import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import type { JobResult } from '../../src/jobs/job-record.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { startedEnvironment } from '../environment/started.ts'

const job = { jobId: 'job-1', kind: 'work' }
const error = { code: 'BOOM', message: 'it broke' }

function result(attempt: number): JobResult {
  return {
    ...job,
    attempt,
    outputKey: 'run/output/job-1.json',
    outputSha256: 'a'.repeat(64),
    outputBytes: 10,
    sentAtMs: 1,
    receivedAtMs: 2,
    startedAtMs: 3,
    completedAtMs: 4,
    processingMs: 0.5,
    host: 'here',
  }
}

async function startTable(t: TestContext) {
  const { clients, names } = await startedEnvironment(t)
  const table = jobTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
  const stateOf = async () => (await table.records('run')).get('job-1')?.state
  return { table, stateOf }
}

test('a job without a row is pending, and reading many answers only the rows there are', async (t) => {
  const { table } = await startTable(t)
  for (let index = 0; index < 150; index++)
    await table.recordAttempt('run', { jobId: `job-${index}`, kind: 'work' }, 1, error)
  const asked = Array.from({ length: 300 }, (_, index) => `job-${index}`)
  const records = await table.read('run', asked)
  assert.equal(records.length, 150)
  assert.equal((await table.records('run')).size, 150)
})

test('a result is never overwritten: not by queued, a failed attempt, failed, blocked, or a second result', async (t) => {
  const { table } = await startTable(t)
  assert.equal(await table.markDone('run', result(1)), true)
  await table.markQueued('run', [job])
  await table.recordAttempt('run', job, 2, error)
  assert.equal(await table.markFailed('run', job, error), false)
  await table.markBlocked('run', job)
  assert.equal(await table.markDone('run', result(2)), false)
  const [record] = await table.read('run', ['job-1'])
  assert.equal(record.state, 'done')
  assert.equal(record.attempt, 1)
})

test('a late result takes a failure back', async (t) => {
  const { table, stateOf } = await startTable(t)
  await table.markQueued('run', [job])
  assert.equal(await table.markFailed('run', job, error), true)
  assert.equal(await stateOf(), 'failed')
  assert.equal(await table.markDone('run', result(4)), true)
  assert.equal(await stateOf(), 'done')
})

test('a failed attempt keeps the job queued and says what went wrong, cut to a kilobyte', async (t) => {
  const { table } = await startTable(t)
  await table.markQueued('run', [job])
  await table.recordAttempt('run', job, 2, { code: 'BOOM', message: 'x'.repeat(5000) })
  const [record] = await table.read('run', ['job-1'])
  assert.equal(record.state, 'queued')
  assert.equal(record.attempt, 2)
  assert.equal(record.error!.message.length, 1024)
})

test('a blocked job can be queued again once it is free', async (t) => {
  const { table, stateOf } = await startTable(t)
  await table.markBlocked('run', job)
  await table.markQueued('run', [job])
  assert.equal(await stateOf(), 'queued')
})

test('runs do not see each other’s jobs', async (t) => {
  const { table } = await startTable(t)
  await table.recordAttempt('run', job, 1, error)
  assert.deepEqual(await table.read('run-2', ['job-1']), [])
  assert.equal((await table.records('run-2')).size, 0)
})
