import assert from 'node:assert/strict'
import test from 'node:test'
import { parityDocument, totalCounts } from '../../src/parity/parity-document.ts'
import { renderParityHtml } from '../../src/parity/render-html.ts'
import { renderParityTable } from '../../src/parity/render-table.ts'
import type { Outcome } from '../../src/parity/measure.ts'
import { behaviourOf, placeOf } from './place.ts'

const outcomes: Outcome[] = [
  { state: 'as AWS' },
  { state: 'differs', why: 'expected <a>, got <b>', error: new Error('…') },
  { state: 'not offered', why: 'no streams' },
  { state: 'not offered', why: 'no streams' },
  { state: 'not measured', why: 'hours' },
]
const measurements = outcomes.map((outcome, i) => {
  return { behaviour: behaviourOf(async () => undefined, { id: `own-${i}` }), outcome, durationMs: 1.4 }
})
const document = parityDocument(placeOf('localstack').environment, measurements, Date.UTC(2026, 0, 1))

test('the document counts by service and keeps each behaviour with its reason', () => {
  const counts = { 'as AWS': 1, differs: 1, 'not offered': 2, 'not measured': 1 }
  assert.deepEqual(document.services, { sqs: counts })
  assert.deepEqual(totalCounts(document), counts)
  assert.equal(document.measured_at, '2026-01-01T00:00:00.000Z')
  const { id, state, why, duration_ms } = document.behaviours[1]
  assert.deepEqual(
    { id, state, why, duration_ms },
    { id: 'own-1', state: 'differs', why: 'expected <a>, got <b>', duration_ms: 1 },
  )
  assert.equal(document.behaviours[0].why, null)
})

test('the table shows a line per service and what differs; a reason that several share is said once', () => {
  const lines = renderParityTable(document).split('\n')
  assert.deepEqual(lines.slice(0, 5), [
    'localstack (http://127.0.0.1:4566) beside AWS',
    '',
    'service  as AWS  differs  not offered  not measured',
    'sqs           1        1            2             1',
    'all           1        1            2             1',
  ])
  assert.ok(lines.includes('    expected <a>, got <b>'))
  assert.ok(lines.includes('  no streams: own-2, own-3'))
})

test('with the embedded AWS beside it each count and each difference has that of the embedded AWS below it', () => {
  const asAws = measurements.map((measurement) => ({ ...measurement, outcome: { state: 'as AWS' as const } }))
  const embedded = parityDocument(placeOf('embedded').environment, asAws, Date.UTC(2026, 0, 1))
  const lines = renderParityTable(document, embedded).split('\n')
  assert.deepEqual(lines.slice(0, 7), [
    'localstack (http://127.0.0.1:4566) beside AWS and embedded',
    '',
    'service  on          as AWS  differs  not offered  not measured',
    'sqs      localstack       1        1            2             1',
    '         embedded         5        0            0             0',
    'all      localstack       1        1            2             1',
    '         embedded         5        0            0             0',
  ])
  const at = lines.indexOf('    localstack: expected <a>, got <b>')
  assert.equal(lines[at + 1], '    embedded: as AWS')
})

test('the page escapes what it shows, fetches nothing and links the documentation', () => {
  const page = renderParityHtml(document)
  assert.ok(page.includes('expected &lt;a&gt;, got &lt;b&gt;'))
  assert.ok(!page.includes('<script'))
  assert.match(page, /default-src 'none'|default-src &#39;none&#39;/)
  assert.match(page, /prefers-color-scheme: dark/)
  for (const { id } of document.behaviours) assert.ok(page.includes(`>${id}</span>`))
})
