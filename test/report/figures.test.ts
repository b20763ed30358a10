import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { figuresOf } from '../../src/report/figures.ts'
import { STARTED_AT_MS, makeEntry, makeUnrun } from './documents.ts'
import { makeFlightsRun } from './flights-run.ts'
import type { LedgerEntry } from '../../src/results/documents.ts'

/** `a` takes 10 ms, `b` 30, `c` 5 after both, `d` 20 after a: the longest path is b → c (35 ms). */
const DIAMOND: Readonly<Record<string, { ms: number; needs: readonly string[] }>> = {
  c: { ms: 5, needs: ['a', 'b'] },
  a: { ms: 10, needs: [] },
  b: { ms: 30, needs: [] },
  d: { ms: 20, needs: ['a'] },
}

function diamond(changes: Readonly<Record<string, Partial<LedgerEntry>>> = {}) {
  const ledger = Object.entries(DIAMOND).map(([job_id, { ms }]) =>
    makeEntry({ job_id, processing_ms: ms, ...changes[job_id] }),
  )
  return figuresOf(ledger, (jobId) => DIAMOND[jobId].needs)
}

test('the critical path is the longest chain of processing times, first to last', () => {
  const figures = diamond()
  assert.equal(figures.ideal_makespan_ms, 35)
  assert.deepEqual(figures.critical_path, [
    { job_id: 'b', processing_ms: 30 },
    { job_id: 'c', processing_ms: 5 },
  ])
})

test('a faster job moves the critical path to the next longest chain', () => {
  const figures = diamond({ b: { processing_ms: 1 } })
  assert.equal(figures.ideal_makespan_ms, 30)
  assert.deepEqual(
    figures.critical_path.map((job) => job.job_id),
    ['a', 'd'],
  )
})

test('a job that was not done is neither on the critical path nor in its length', () => {
  const figures = diamond({ c: { state: 'failed', processing_ms: 500 } })
  assert.equal(figures.ideal_makespan_ms, 30)
})

test('jobs of no duration still make a path', () => {
  const figures = figuresOf(
    ['a', 'b'].map((job_id) => makeEntry({ job_id, processing_ms: 0 })),
    (id) => (id === 'b' ? ['a'] : []),
  )
  assert.deepEqual(
    figures.critical_path.map((job) => job.job_id),
    ['a'],
  )
})

test('the makespan lasts from the first job ready to the last job completed', () => {
  const ledger = [
    makeEntry({ job_id: 'late', ready_at: STARTED_AT_MS + 500, completed_at: STARTED_AT_MS + 2000 }),
    makeEntry({ job_id: 'early', ready_at: STARTED_AT_MS, completed_at: STARTED_AT_MS + 100 }),
  ]
  const figures = figuresOf(ledger, () => [])
  assert.equal(figures.makespan_ms, 2000)
  assert.equal(figures.jobs_per_second, 1)
})

test('queue wait is sent to received, scheduler delay ready to sent, and clock noise is no negative wait', () => {
  const at = STARTED_AT_MS
  const figures = figuresOf(
    [
      makeEntry({ job_id: 'plain', ready_at: at, sent_at: at + 3, received_at: at + 10 }),
      makeEntry({ job_id: 'noisy', ready_at: at, sent_at: at - 1, received_at: at - 5 }),
    ],
    () => [],
  )
  assert.deepEqual([figures.queue_wait_ms.min, figures.queue_wait_ms.max], [0, 7])
  assert.deepEqual([figures.scheduler_delay_ms.min, figures.scheduler_delay_ms.max], [0, 3])
})

test('quantiles interpolate between closest ranks', () => {
  const ledger = [40, 10, 30, 20].map((processing_ms, i) => makeEntry({ job_id: `j${i}`, processing_ms }))
  const { service_ms } = figuresOf(ledger, () => [])
  // Ranks 1.5, 2.7 and 2.97 of 10, 20, 30, 40.
  assert.deepEqual(service_ms, { count: 4, min: 10, p50: 25, p90: 37, p99: 39.7, max: 40 })
})

test('an attempt beyond the first is a retry, a failed job keeps its error', () => {
  const error = { code: 'NOT_FOUND', message: 'input/x.json does not exist' }
  const figures = figuresOf(
    [makeEntry({ job_id: 'twice', attempt: 2 }), makeUnrun('failed', { job_id: 'lost', attempt: 3, error })],
    () => [],
  )
  assert.equal(figures.retries, 3)
  assert.deepEqual(figures.failures, [{ job_id: 'lost', attempts: 3, ...error }])
})

test('a run in which nothing was done has zeroes and nulls, not NaN', () => {
  const figures = figuresOf([makeUnrun('pending')], () => [])
  assert.deepEqual([figures.makespan_ms, figures.ideal_makespan_ms, figures.jobs_per_second], [0, 0, 0])
  assert.deepEqual(figures.critical_path, [])
  assert.deepEqual(figures.service_ms, { count: 0, min: null, p50: null, p90: null, p99: null, max: null })
  assert.equal(figures.jobs.open, 1)
})

test('needs that form a cycle are refused', () => {
  const ledger = ['a', 'b'].map((job_id) => makeEntry({ job_id }))
  assert.throws(() => figuresOf(ledger, (id) => (id === 'a' ? ['b'] : ['a'])), /form a cycle/)
})

test('a chain of two hundred thousand jobs needs no recursion', () => {
  const length = 200_000
  const ledger = Array.from({ length }, (_, i) => makeEntry({ job_id: `j${i}`, processing_ms: 1 }))
  // From the end, so that the first job looked at has the whole chain below it.
  const figures = figuresOf(ledger.toReversed(), (id) => (id === 'j0' ? [] : [`j${Number(id.slice(1)) - 1}`]))
  assert.equal(figures.ideal_makespan_ms, length)
  assert.equal(figures.critical_path[0].job_id, 'j0')
})

test('in any consistent run the ideal makespan is at most the makespan and the path is a chain of needs', () => {
  fc.assert(
    fc.property(
      fc.record({ sequences: fc.integer({ min: 1, max: 6 }), workers: fc.integer({ min: 1, max: 5 }) }),
      fc.double({ min: 0, max: 0.4, noNaN: true }),
      (size, failing) => {
        const { results, needsOf } = makeFlightsRun({ ...size, failing })
        assert.ok(results.ideal_makespan_ms <= results.makespan_ms + 1e-6)
        const path = results.critical_path.map((job) => job.job_id)
        for (const [i, jobId] of path.slice(1).entries()) assert.ok(needsOf(jobId).includes(path[i]))
        assert.equal(needsOf(path[0]).length, 0)
        const summed = results.critical_path.reduce((sum, job) => sum + job.processing_ms, 0)
        assert.ok(Math.abs(summed - results.ideal_makespan_ms) < 1e-6)
      },
    ),
    { numRuns: 40 },
  )
})

test('the longest path agrees with trying every path', () => {
  const graph = fc.integer({ min: 1, max: 9 }).chain((size) =>
    fc.record({
      ms: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: size, maxLength: size }),
      edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1))),
    }),
  )
  fc.assert(
    fc.property(graph, ({ ms, edges }) => {
      const needs = ms.map((_, job) => edges.flatMap(([from, to]) => (to === job && from < to ? [from] : [])))
      const finishMs = (job: number): number => ms[job] + Math.max(0, ...needs[job].map(finishMs))
      const ledger = ms.map((processing_ms, job) => makeEntry({ job_id: String(job), processing_ms })).toReversed()
      const figures = figuresOf(ledger, (id) => needs[Number(id)].map(String))
      assert.equal(figures.ideal_makespan_ms, Math.max(...ms.map((_, job) => finishMs(job))))
    }),
  )
})

test('every job is counted once: states and kinds both sum to the total', () => {
  const states = ['done', 'failed', 'blocked', 'queued', 'pending'] as const
  const entry = fc.record({ kind: fc.constantFrom('leg', 'merge', '__proto__'), state: fc.constantFrom(...states) })
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const ledger = entries.map((changes, i) => makeEntry({ ...changes, job_id: `j${i}` }))
      const { jobs } = figuresOf(ledger, () => [])
      assert.equal(jobs.total, entries.length)
      assert.equal(jobs.done + jobs.failed + jobs.blocked + jobs.open, jobs.total)
      const kinds = Object.values(jobs.by_kind)
      for (const name of ['total', 'done', 'failed'] as const) {
        assert.equal(
          kinds.reduce((sum, kind) => sum + kind[name], 0),
          jobs[name],
        )
      }
    }),
  )
})
