import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatCompletion,
  formatIncoming,
  MalformedMessageError,
  parseCompletion,
  parseIncoming,
} from '../../src/jobs/messages.ts'

const job = { jobId: 'seq-0007-leg-2', kind: 'flight-leg', needs: [], details: { leg: 2 } }

test('a planned message has the fields of requirement 001 and comes back as it was', () => {
  const body = formatIncoming('baseline-256mb', 'flights', job, { details: job.details })
  assert.deepEqual(JSON.parse(body), {
    job_id: 'seq-0007-leg-2',
    run_id: 'baseline-256mb',
    workload: 'flights',
    kind: 'flight-leg',
    details: { leg: 2 },
  })
  const parsed = parseIncoming(body)
  assert.equal(parsed.bare, false)
})

test('a job of a gang says so in its message, and how many there are', () => {
  const gang = { name: 'load', size: 4 }
  const body = formatIncoming('run', 'http', { ...job, gang }, { details: job.details })
  const parsed = parseIncoming(body)
  assert.deepEqual(parsed.bare ? undefined : parsed.message.gang, gang)
  for (const wrong of [{ name: '', size: 4 }, { name: 'load', size: 0 }, { name: 'load', size: 1.5 }, 'load']) {
    assert.throws(() => parseIncoming(JSON.stringify({ ...JSON.parse(body), gang: wrong })), MalformedMessageError)
  }
})

test('a job of a gang carries where its load may go; other jobs do not', () => {
  const targets = { stage: 'uat', allowed: ['*.uat.example.com'], forbidden: [{ environment: 'prod', hosts: ['a.b'] }] }
  const body = formatIncoming('run', 'http', { ...job, gang: { name: 'load', size: 1 } }, { details: {} }, targets)
  const parsed = parseIncoming(body)
  assert.deepEqual(parsed.bare ? undefined : parsed.message.targets, targets)
  assert.doesNotMatch(formatIncoming('run', 'http', job, { details: {} }, targets), /targets/)
  const wrong = JSON.stringify({ ...JSON.parse(body), targets: { stage: 'uat', allowed: 'all' } })
  assert.throws(() => parseIncoming(wrong), MalformedMessageError)
})

test('the bare synthetic message of requirement 001 is understood, unknown fields are kept', () => {
  const parsed = parseIncoming('{"job_id":"unique-id","work_duration_ms":100,"data_size_kb":10,"note":"mine"}')
  assert.equal(parsed.bare, true)
  assert.deepEqual(parsed.message, { job_id: 'unique-id', work_duration_ms: 100, data_size_kb: 10, note: 'mine' })
})

for (const [what, body] of [
  ['not JSON', '{job_id: 1}'],
  ['no job id', '{"work_duration_ms":100}'],
  ['an empty job id', '{"job_id":""}'],
  ['a number for an id', '{"job_id":7}'],
  ['an array', '[]'],
  ['null', 'null'],
  ['a run without a kind', '{"job_id":"a","run_id":"b"}'],
] as const) {
  test(`${what} is a malformed message that says why`, () => {
    assert.throws(() => parseIncoming(body), MalformedMessageError)
  })
}

test('a completion survives the wire; anything else on the queue is not one', () => {
  const completion = {
    job_id: 'unique-id',
    status: 'completed' as const,
    output_key: 'output/2026/01/21/12/unique-id.json',
    processing_time_ms: 105.2,
    completed_at: '2026-01-21T12:34:56.789Z',
    test_run_id: 'baseline-001',
    attempt: 1,
  }
  assert.deepEqual(parseCompletion(formatCompletion(completion)), completion)
  for (const body of ['', '{', '[]', '{"job_id":"a"}']) assert.equal(parseCompletion(body), undefined)
})
