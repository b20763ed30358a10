import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDrawn, type Figure } from '../../../src/report/html/figure.ts'
import { actualPathFigure, idealPathFigure } from '../../../src/report/html/waterfall.ts'
import { makeEntry } from '../documents.ts'
import type { EmptyFigure } from '../../../src/report/html/figure.ts'

const PATH = [
  { job_id: 'a', processing_ms: 10 },
  { job_id: 'b', processing_ms: 30 },
]

function drawn(figure: Figure | EmptyFigure): Figure {
  assert.ok(isDrawn(figure))
  return figure
}

test('on infinite hosts each job starts where the one before ends', () => {
  assert.deepEqual(drawn(idealPathFigure(PATH)).table.rows, [
    ['a', '0 ms', '10.0 ms'],
    ['b', '10.0 ms', '30.0 ms'],
  ])
})

test('in the run each job shows what it waited for', () => {
  const ledger = [
    makeEntry({ job_id: 'a', ready_at: 100, sent_at: 102, started_at: 110 }),
    makeEntry({ job_id: 'b', ready_at: 120, sent_at: 121, started_at: 125 }),
    makeEntry({ job_id: 'elsewhere' }),
  ]
  const figure = drawn(actualPathFigure(PATH, ledger))
  assert.deepEqual(figure.table.rows, [
    ['a', '0 ms', '2.00 ms', '8.00 ms', '10.0 ms'],
    ['b', '20.0 ms', '1.00 ms', '4.00 ms', '30.0 ms'],
  ])
  assert.match(figure.note, /waited 3\.00 ms for the scheduler and 12\.0 ms in the queue/)
})

test('clocks that disagree make no negative bars', () => {
  const ledger = [makeEntry({ job_id: 'a', ready_at: 100, sent_at: 90, started_at: 80 })]
  assert.deepEqual(drawn(actualPathFigure(PATH.slice(0, 1), ledger)).table.rows, [
    ['a', '0 ms', '0 ms', '0 ms', '10.0 ms'],
  ])
})

test('of a long path the longest jobs are drawn, in order, and the rest is counted', () => {
  const path = Array.from({ length: 100 }, (_, i) => ({ job_id: `job-${i}`, processing_ms: i % 4 === 0 ? 50 : 1 }))
  const figure = drawn(idealPathFigure(path))
  assert.deepEqual(
    figure.table.rows.map(([jobId]) => jobId),
    path.filter((_, i) => i % 4 === 0).map(({ job_id }) => job_id),
  )
  assert.match(figure.note, /The 25 longest are drawn, 75 are not\./)
})
