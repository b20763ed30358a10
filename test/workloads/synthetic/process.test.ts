import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { z } from 'zod'
import { InvalidInputError, NotFoundError } from '../../../src/errors.ts'
import { canonicalJson } from '../../../src/results/canonical-json.ts'
import { diskStore } from '../../../src/results/disk-store.ts'
import { resultStores } from '../../../src/results/result-stores.ts'
import { processSynthetic } from '../../../src/workloads/synthetic/process.ts'
import type { Job, ProcessContext } from '../../../src/workloads/workload.ts'
import { temporaryFolder } from '../../scenario/temporary-folder.ts'

const outputSchema = z.strictObject({ job_id: z.string(), input_sha256: z.string().optional(), data: z.string() })

const NOON = Date.UTC(2026, 0, 21, 12, 34, 56)

/** A real store on disk, and a clock that only notes what it is asked for. */
async function context(t: TestContext, overrides: Partial<ProcessContext> = {}) {
  const stores = resultStores(diskStore(join(await temporaryFolder(t), 'run')))
  const slept: number[] = []
  const made: ProcessContext = {
    runId: 'run-1',
    sentAtMs: NOON,
    stores,
    remember: (_key, load) => load(),
    target: (name) => Promise.reject(new Error(`no ${name}`)),
    host: 'test',
    sleep: (ms) => {
      slept.push(ms)
      return Promise.resolve()
    },
    ...overrides,
  }
  return { context: made, stores, slept }
}

function job(details: Job['details'], jobId = 'job-000001'): Job {
  return { jobId, kind: 'synthetic', details }
}

async function outputOf(made: ProcessContext, details: Job['details'], jobId?: string) {
  const stored = await processSynthetic(job(details, jobId), made)
  const body = Buffer.from(await made.stores.objects.get(stored.key))
  return { stored, body, json: outputSchema.parse(JSON.parse(body.toString())) }
}

test('a planned job sleeps, and writes so many KB to its output in the run', async (t) => {
  const { context: made, slept } = await context(t)
  const { stored, body, json } = await outputOf(made, { work_duration_ms: 7, data_size_kb: 10, seed: 3 })
  assert.equal(stored.key, 'output/job-000001.json')
  assert.equal(stored.sha256, createHash('sha256').update(body).digest('hex'))
  assert.deepEqual(slept, [7])
  assert.equal(json.data.length, 10 * 1024)
  assert.ok(body.length - 10 * 1024 < 60, 'the envelope is small')
})

test('a bare message writes to the hour in which it was sent, with requirement 001’s defaults', async (t) => {
  const { context: made, slept } = await context(t, { runId: undefined })
  const { stored, json } = await outputOf(made, { job_id: 'unique-id' }, 'unique-id')
  assert.equal(stored.key, 'output/2026/01/21/12/unique-id.json')
  assert.deepEqual(slept, [100])
  assert.equal(json.data.length, 10 * 1024)
})

test('the bytes depend on the message alone: not on the delivery, the run or the hour', async (t) => {
  const details = { work_duration_ms: 0, data_size_kb: 1 }
  const planned = await context(t)
  const bare = await context(t, { runId: undefined, sentAtMs: NOON + 7_200_000 })
  const first = await outputOf(planned.context, details)
  const again = await outputOf(planned.context, details)
  const elsewhere = await outputOf(bare.context, details)
  assert.deepEqual(again.stored, first.stored)
  assert.equal(elsewhere.stored.sha256, first.stored.sha256)
})

test('another job, or another seed, writes other data', async (t) => {
  const { context: made } = await context(t)
  const details = { work_duration_ms: 0, data_size_kb: 1, seed: 1 }
  const outputs = [
    await outputOf(made, details),
    await outputOf(made, { ...details, seed: 2 }),
    await outputOf(made, details, 'job-000002'),
  ]
  assert.equal(new Set(outputs.map(({ json }) => json.data)).size, 3)
})

test('the data is exactly as long as asked for, parts of a KB and none at all included', async (t) => {
  const { context: made, slept } = await context(t)
  for (const [kb, length] of [
    [0, 0],
    [0.5, 512],
    [1.001, 1025],
    [64, 65_536],
  ] as const) {
    const { json } = await outputOf(made, { work_duration_ms: 0, data_size_kb: kb })
    assert.equal(json.data.length, length)
    assert.match(json.data, /^[A-Za-z0-9+/]*$/)
  }
  assert.deepEqual(slept, [], 'no work is no wait')
})

test('an input is read, and its hash is part of the output', async (t) => {
  const { context: made, stores } = await context(t)
  await stores.objects.put('jobs/input.json', Buffer.from('{}'))
  const { json } = await outputOf(made, { work_duration_ms: 0, data_size_kb: 0, input_key: 'jobs/input.json' })
  assert.equal(json.input_sha256, createHash('sha256').update('{}').digest('hex'))
})

test('the output is canonical JSON, whatever the job is called', async (t) => {
  const { context: made } = await context(t)
  for (const jobId of ['job-1', '"data": "', 'grün "\\ 🛫']) {
    const { body, json } = await outputOf(made, { work_duration_ms: 0, data_size_kb: 0.25 }, jobId)
    assert.equal(body.toString(), canonicalJson(json))
    assert.equal(json.job_id, jobId)
  }
})

test('a missing input fails the job with the key that is missing, before any work', async (t) => {
  const { context: made, stores, slept } = await context(t)
  const details = { work_duration_ms: 5, data_size_kb: 1, input_key: 'jobs/gone.json' }
  await assert.rejects(processSynthetic(job(details), made), (error) => {
    assert.ok(error instanceof NotFoundError)
    assert.equal(error.key, 'jobs/gone.json')
    return true
  })
  assert.deepEqual(slept, [])
  await assert.rejects(stores.objects.get('output/job-000001.json'), NotFoundError)
})

test('a message outside its limits is refused with every fault, and fields nobody knows are left alone', async (t) => {
  const { context: made } = await context(t, { runId: undefined })
  const details = { work_duration_ms: -1, data_size_kb: 99_999, input_key: '../secret', color: 'red' }
  await assert.rejects(processSynthetic(job(details, 'bare-1'), made), (error) => {
    assert.ok(error instanceof InvalidInputError)
    assert.match(error.message, /"bare-1"/)
    assert.deepEqual(error.faults, [
      { path: 'work_duration_ms', message: 'must be a number 0 … 3,600,000, got -1' },
      { path: 'data_size_kb', message: 'must be a number 0 … 10,240, got 99999' },
      {
        path: 'input_key',
        message:
          'must be a key without a leading / and without . and .. as parts, e.g. jobs/job-123.json, got "../secret"',
      },
    ])
    return true
  })
})

test('a job id that is no file name is encoded in the key and kept in the output', async (t) => {
  const { context: made } = await context(t, { runId: undefined })
  const { stored, json } = await outputOf(made, { work_duration_ms: 0, data_size_kb: 0 }, '../a b')
  assert.equal(stored.key, 'output/2026/01/21/12/..%2Fa%20b.json')
  assert.equal(json.job_id, '../a b')
})
