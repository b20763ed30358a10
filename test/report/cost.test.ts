import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costOf } from '../../src/cost/cost-of.ts'
import { costRows, costSentences, formatDollars } from '../../src/report/cost.ts'
import { renderReport } from '../../src/report/html.ts'
import { renderSummary } from '../../src/report/terminal.ts'
import { makeManifest, makeResults } from './documents.ts'

const cost = costOf(
  {
    ...{ jobs: 1000, attempts: 1000, reads: 0, readBytes: 0, outputBytes: 1e9, documents: 0, seconds: 60 },
    ...{ fetched: { objects: 0, bytes: 0 }, workSeconds: 100, host: 'threads', isOutside: true },
  },
  { region: 'eu-west-1', isBilled: true, from: 'run' },
)
const SUMMARY = { summaryLines: [], paths: { bundle: 'b', report: 'r' }, next: [], color: false, width: 100 }

test('dollars have cents where they are many and two digits that say something where they are few', () => {
  const shown = [0, 0.0000004, 0.0000123, 0.00312, 0.42, 0.999, 12.4, 12345.678, null].map(formatDollars)
  assert.deepEqual(shown, ['$0', '< $0.000001', '$0.000012', '$0.0031', '$0.42', '$1.00', '$12.40', '$12,345.68', '—'])
})

test('the summary says what a run cost, per thousand jobs, that it is an estimate and whose prices it uses', () => {
  const text = renderSummary(makeResults({ cost }), SUMMARY)
  assert.match(text, /cost {10}about \$0\.\d+, \$0\.\d+ per 1,000 jobs/)
  assert.match(text, /estimated from the run, rather high; list prices of eu-west-1, \d{4}-\d\d-\d\d/)
  assert.doesNotMatch(renderSummary(makeResults(), SUMMARY), /cost/, 'an older document says nothing of it')
})

test('where no AWS was used nothing was paid, and that is said first', () => {
  assert.match(costSentences({ ...cost, is_billed: false })[0], /^nothing here; on AWS about/)
})

test('the report has a line for each service, the sum and the cost of a job', () => {
  const html = renderReport({ manifest: makeManifest(), results: makeResults({ cost }), ledger: [], charts: [] })
  assert.match(html, /<h2>Cost<\/h2>/)
  for (const [service, , unit] of costRows(cost)) assert.ok(html.includes(`>${service}<`) && html.includes(`>${unit}<`))
  assert.match(html, /per 1,000 jobs/)
  assert.match(html, /An estimate by formulas, not AWS/)
})
