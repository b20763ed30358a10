import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { renderSummary, type SummaryOptions } from '../../src/report/terminal.ts'
import { makeResults, makeUnrun } from './documents.ts'
import { makeFlightsRun } from './flights-run.ts'

function makeOptions(changes: Partial<SummaryOptions> = {}): SummaryOptions {
  return {
    summaryLines: [{ label: 'p50', text: '-4.0 … 61.0 min over 200 sequences' }],
    paths: { bundle: 'results/flights-1', report: 'results/flights-1/report.html' },
    next: ['npx turnaround results show flights-1'],
    color: false,
    width: 80,
    ...changes,
  }
}

function makeFailures(count: number) {
  return makeResults({
    verdict: 'incomplete',
    verdict_reason: `${count} jobs failed`,
    digest: null,
    failures: Array.from({ length: count }, (_, i) => ({
      job_id: `job-${i}`,
      attempts: 3,
      code: i < 12 ? 'NOT_FOUND' : 'TIMEOUT',
      message: 'it did not work',
    })),
  })
}

test('the verdict and its reason come before any figure', () => {
  const [first] = renderSummary(makeResults(), makeOptions()).trim().split('\n')
  assert.equal(first, '✔ valid  every job is done')
  const aborted = makeResults({ verdict: 'aborted', verdict_reason: 'stopped by SIGINT' })
  assert.match(renderSummary(aborted, makeOptions()), /^\n {2}■ aborted {2}stopped by SIGINT\n/)
  assert.match(renderSummary(makeFailures(1), makeOptions()), /^\n {2}✖ incomplete {2}1 jobs failed\n/)
})

test('every part of the summary is there', () => {
  const summary = renderSummary(
    makeFlightsRun({ sequences: 20 }).results,
    makeOptions({ paths: { bundle: 'b/', report: 'b/report.html', store: '.turnaround' } }),
  )
  for (const pattern of [
    /^ {2}run +flights-20260131-130205$/m,
    /^ {2}scenario +flights, seed 42$/m,
    /^ {4}delay-model +80 +80 +0 +0$/m,
    /^ {4}all +(\d+) +\1 +0 +0$/m,
    /^ {2}makespan +[\d.]+ s, [\d.]+ × the ideal \d+ ms$/m,
    /^ {2}throughput +[\d.]+ jobs\/s$/m,
    /→ … \d+ more, \d+ ms … → merge/,
    /^ {2}latency +p50 +p90 +p99 +max$/m,
    /^ {4}queue wait( +[\d.]+ m?s){4}$/m,
    /duplicates 3/,
    /^ {4}p50 {2}-4\.0 … 61\.0 min over 200 sequences$/m,
    /^ {2}digest +[0-9a-f]{64}$/m,
    /^ {2}store +\.turnaround$/m,
    /^ {4}npx turnaround results show flights-1$/m,
  ]) {
    assert.match(summary, pattern)
  }
})

test('a short critical path is shown whole', () => {
  const path = ['model-departure-DUB', 'seq-0001-leg-1', 'merge'].map((job_id) => ({ job_id, processing_ms: 20 }))
  const summary = renderSummary(makeResults({ critical_path: path }), makeOptions())
  assert.match(summary, /model-departure-DUB 20\.0 ms → seq-0001-leg-1 20\.0 ms\n +→ merge 20\.0 ms/)
})

test('ten failures are listed, the rest counted by code', () => {
  const summary = renderSummary(makeFailures(15), makeOptions())
  assert.match(summary, /job-9 {2}after 3 attempts/)
  assert.doesNotMatch(summary, /job-10/)
  assert.match(summary, /and 5 more: 3 TIMEOUT, 2 NOT_FOUND/)
})

test('without colour there is no escape sequence, and colour changes nothing but colour', () => {
  const { results } = makeFlightsRun({ sequences: 5, failing: 0.3 })
  const plain = renderSummary(results, makeOptions())
  const colored = renderSummary(results, makeOptions({ color: true }))
  assert.equal(stripVTControlCharacters(plain), plain)
  assert.notEqual(colored, plain)
  assert.equal(stripVTControlCharacters(colored), plain)
})

test('it fits 80 columns', () => {
  const { results } = makeFlightsRun({ sequences: 20, failing: 0.2 })
  const reason = 'many words '.repeat(30).trim()
  for (const line of renderSummary({ ...results, verdict_reason: reason }, makeOptions()).split('\n')) {
    assert.ok(line.length <= 80, line)
  }
})

test('an error message can neither break the layout nor speak to the terminal', () => {
  const message = 'first\nsecond \u001b[2J\u0007 third\u202e'
  const failures = [{ job_id: 'job', attempts: 3, code: 'X', message }]
  const summary = renderSummary(makeResults({ failures }), makeOptions())
  assert.match(summary, /X: first second \[2J third\n/)
})

test('a run in which nothing was done has a sentence where the figures would be', () => {
  const results = makeResults({ verdict: 'aborted', digest: null }, [makeUnrun('pending')])
  const summary = renderSummary(results, makeOptions({ summaryLines: [], next: [] }))
  assert.match(summary, /makespan +nothing to measure: no job was done/)
  assert.match(summary, /digest +none: the run is not complete/)
  assert.doesNotMatch(summary, /NaN|undefined|Infinity|critical path|next/)
})
