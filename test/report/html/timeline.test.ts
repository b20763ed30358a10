import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isDrawn, type Figure } from '../../../src/report/html/figure.ts'
import { occupancy, type Span } from '../../../src/report/html/occupancy.ts'
import { timelineFigure } from '../../../src/report/html/timeline.ts'
import { makeEntry } from '../documents.ts'
import { makeFlightsRun } from '../flights-run.ts'
import type { LedgerEntry } from '../../../src/results/documents.ts'

function draw(ledger: readonly LedgerEntry[]): Figure {
  const figure = timelineFigure(ledger)
  assert.ok(isDrawn(figure))
  return figure
}

test('a bucket holds the average number of open spans, shorter ones by their share', () => {
  const spans: Span[] = [
    [0, 10],
    [5, 25],
    [12, 14],
  ]
  assert.deepEqual([...occupancy(spans, 0, 10, 4)], [1.5, 1.2, 0.5, 0])
})

test('what lies outside the buckets is cut off, and a span that runs backwards is nothing', () => {
  const spans: Span[] = [
    [-50, 5],
    [15, 900],
    [8, 2],
  ]
  assert.deepEqual([...occupancy(spans, 0, 10, 2)], [0.5, 0.5])
})

test('no time is lost: buckets sum to the length of all spans', () => {
  const span = fc.tuple(fc.nat(1000), fc.nat(1000)).map(([a, b]): Span => [Math.min(a, b), Math.max(a, b)])
  fc.assert(
    fc.property(fc.array(span), fc.integer({ min: 1, max: 60 }), (spans, buckets) => {
      const widthMs = 1000 / buckets
      const open = occupancy(spans, 0, widthMs, buckets)
      const summed = open.reduce((sum, value) => sum + value * widthMs, 0)
      const expected = spans.reduce((sum, [from, to]) => sum + to - from, 0)
      assert.ok(Math.abs(summed - expected) < 1e-6 * Math.max(1, expected))
      assert.ok(open.every((value) => value > -1e-9))
    }),
  )
})

test('no more jobs run than there are workers, and the last bucket is empty', () => {
  const { ledger } = makeFlightsRun({ sequences: 30, workers: 3 })
  for (const row of draw(ledger).table.rows) {
    const running = row.slice(1, -1).reduce((sum, cell) => sum + Number(cell), 0)
    assert.ok(running <= 3.05, row.join(' '))
  }
  assert.equal(
    draw(ledger)
      .table.rows.at(-1)!
      .slice(1, -1)
      .every((cell) => Number(cell) < 3),
    true,
  )
})

test('a run of any length has a bounded number of buckets', () => {
  for (const durationMs of [0, 1, 37, 1000, 20_400, 3_600_000, 86_400_000]) {
    const ledger = [makeEntry({ ready_at: 0, sent_at: 0, started_at: 0, completed_at: durationMs })]
    const { rows } = draw(ledger).table
    assert.ok(rows.length >= 2 && rows.length <= 202, `${durationMs} ms: ${rows.length} buckets`)
  }
})

test('a job that was sent and never started stays queued to the end', () => {
  const ledger = [
    makeEntry({ job_id: 'done', ready_at: 0, sent_at: 0, started_at: 0, completed_at: 100 }),
    makeEntry({ job_id: 'lost', ready_at: 0, sent_at: 50, started_at: null, completed_at: null, state: 'queued' }),
  ]
  const queued = draw(ledger).table.rows.map((row) => Number(row.at(-1)))
  assert.equal(queued[20], 0)
  assert.equal(queued[99], 1)
})
