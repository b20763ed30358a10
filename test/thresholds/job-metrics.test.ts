import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LedgerEntry } from '../../src/results/documents.ts'
import { percentilesOf } from '../../src/results/percentiles.ts'
import { aggregate } from '../../src/thresholds/aggregate.ts'
import { delayMetrics } from '../../src/thresholds/delay-metrics.ts'
import { parseExpression } from '../../src/thresholds/expression.ts'
import { jobMetrics } from '../../src/thresholds/job-metrics.ts'
import { parseMetricKey } from '../../src/thresholds/metric-key.ts'
import { combineSources, type MetricSource } from '../../src/thresholds/metric-source.ts'

function entry(index: number, own: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    job_id: `job-${index}`,
    kind: 'leg',
    state: 'done',
    attempt: 1,
    output_key: null,
    output_sha256: null,
    output_bytes: null,
    ready_at: 1000,
    sent_at: 1010,
    received_at: 1030,
    started_at: 1031,
    completed_at: 1100 + index,
    processing_ms: 50,
    host: 'a',
    error: null,
    ...own,
  }
}

const pending = { state: 'pending', ready_at: null, sent_at: null, received_at: null, completed_at: null } as const
const ledger = [
  entry(0),
  entry(1),
  entry(2, { received_at: 1005 }),
  entry(3, { kind: 'merge', state: 'failed', completed_at: null, processing_ms: null }),
  entry(4, { kind: 'merge', ...pending, processing_ms: null }),
]
const results = { makespan_ms: 2000, jobs_per_second: 1.5 }
const jobs = jobMetrics({ ledger, results })

function read(source: MetricSource, text: string): number | null {
  const [key, aggregation] = text.split(' ')
  const { name, tags } = parseMetricKey(key)
  const reading = source.find(name, tags)
  assert.ok(reading, `there is no ${name}`)
  return aggregate(reading, parseExpression(`${aggregation}<1`).aggregation)
}

test('times of jobs are answered in milliseconds, by kind', () => {
  const expected: { readonly [text: string]: number | null } = {
    'job_end_to_end max': 102,
    'job_end_to_end med': 101,
    'job_end_to_end{kind:merge} max': null,
    'job_queue_wait min': 0, // of clocks that do not agree
    'job_queue_wait max': 20,
    'job_service avg': 50,
    'scheduler_delay max': 10,
    'jobs count': 5,
    'jobs rate': 2.5,
    'jobs{kind:leg} count': 3,
    'jobs{state:pending} count': 1,
    'jobs{kind:leg,state:pending} count': 0,
    'jobs{kind:nothing} count': null,
    'jobs_failed count': 1,
    'jobs_failed{kind:leg} count': 0,
    'makespan value': 2000,
    'jobs_per_second value': 1.5,
    'cost_usd value': null,
  }
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((text) => [text, read(jobs, text)])), expected)
  assert.deepEqual(jobs.valuesOf('jobs', 'kind'), ['leg', 'merge'])
  assert.deepEqual(jobs.valuesOf('job_service', 'state'), [])
})

test('a run that completed nothing has no makespan: its 0 is not a fast one', () => {
  const none = jobMetrics({ ledger: [entry(0, pending)], results: { makespan_ms: 0, jobs_per_second: 0 } })
  assert.equal(read(none, 'makespan value'), null)
  assert.equal(read(none, 'jobs_per_second value'), null)
})

test('delays are the seven percentiles of one sequence, and nothing between them', () => {
  const delays = delayMetrics(new Map([[7, percentilesOf(Float64Array.from({ length: 1001 }, (_, minute) => minute))]]))
  assert.equal(read(delays, 'delay_in_minutes{sequence:7} p(99.5)'), 995)
  assert.equal(read(delays, 'delay_in_minutes{sequence:7} med'), 500)
  assert.equal(read(delays, 'delay_in_minutes{sequence:8} p(50)'), null)
  assert.throws(() => read(delays, 'delay_in_minutes{sequence:7} p(97)'), /is not kept, and nothing is interpolated/)
  assert.deepEqual(delays.valuesOf('delay_in_minutes', 'sequence'), ['7'])
})

test('several sources answer as one, each for its own metrics', () => {
  const both = combineSources(delayMetrics(new Map()), jobs)
  assert.equal(read(both, 'jobs count'), 5)
  assert.equal(read(both, 'delay_in_minutes{sequence:1} p(50)'), null)
  assert.equal(both.find('http_reqs', {}), undefined)
  assert.deepEqual(both.valuesOf('jobs', 'kind'), ['leg', 'merge'])
  assert.ok(both.names().includes('delay_in_minutes') && both.names().includes('makespan'))
})
