import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { parse } from 'csv-parse/sync'
import { openOutputs } from '../../src/outputs/open-outputs.ts'
import { aTrafficDocument } from '../report/a-traffic-document.ts'
import { aContext, feed, STARTED_AT_MS, tenRequests, type RecordSecond } from './some-windows.ts'

async function written(t: TestContext, name: 'csv' | 'json', record: RecordSecond, seconds = 2): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outputs-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'deep', `run.${name}`)
  const context = aContext()
  const outputs = await openOutputs([`${name}=${path}`], context)
  feed(outputs, seconds, record)
  await outputs.close(aTrafficDocument())
  assert.deepEqual(context.reports, [])
  assert.deepEqual(outputs.statuses, [{ name, target: path, delivered: seconds, lost: 0, error: null }])
  return readFile(path, 'utf8')
}

test('CSV has a row for each figure of each second', async (t) => {
  const text = await written(t, 'csv', tenRequests)
  const rows = parse<Record<string, string>>(text, { columns: true })
  assert.deepEqual(Object.keys(rows[0]).slice(0, 3), ['metric_name', 'timestamp', 'metric_value'])
  const find = (name: string, stat: string, tags: Record<string, string> = {}) =>
    rows
      .filter(
        (row) => row.metric_name === name && row.stat === stat && Object.entries(tags).every(([k, v]) => row[k] === v),
      )
      .map((row) => [Number(row.timestamp) - STARTED_AT_MS / 1000, Number(row.metric_value)])
  assert.deepEqual(find('http_reqs', 'count', { outcome: 'ok', status: '200' }), [
    [0, 9],
    [1, 9],
  ])
  assert.deepEqual(find('http_reqs', 'count', { outcome: 'timeout', status: '0' }), [
    [0, 1],
    [1, 1],
  ])
  assert.deepEqual(find('response_time', 'avg', { outcome: 'ok' })[0], [0, 50])
  assert.deepEqual(find('http_req_duration', 'max', { outcome: 'timeout' })[1], [1, 99])
  assert.deepEqual(find('http_req_failed', 'rate', { step: 'checkout' })[0], [0, 0.1])
  assert.deepEqual(find('vus', 'value'), [
    [0, 7],
    [1, 7],
  ])
  assert.deepEqual(find('checks', 'rate', { check: 'has a body' })[0], [0, 1])
  assert.deepEqual(find('orders', 'count')[1], [1, 2])
})

test('names of a scenario stay in their cells', async (t) => {
  const step = 'a,"b"\r\n=c'
  const text = await written(t, 'csv', (recorder) => {
    recorder.record(step, { outcome: 'ok', intendedAtMs: 0, sentAtMs: 0, endedAtMs: 1 })
  })
  const rows = parse<Record<string, string>>(text, { columns: true })
  assert.equal(
    rows.some((row) => row.step === step),
    true,
  )
  assert.equal(
    rows.every((row) => row.step === step || row.step === ''),
    true,
  )
})

interface Line {
  readonly type: string
  readonly metric?: string
  readonly data: Record<string, unknown> & { readonly tags?: Record<string, string> }
}

test('JSON lines declare each metric before its first point, as k6 does', async (t) => {
  const lines = (await written(t, 'json', tenRequests))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  const declared = new Set<string>()
  for (const { type, metric, data } of lines) {
    if (type === 'Metric') {
      assert.equal(declared.has(metric!), false)
      declared.add(metric!)
      assert.ok(['counter', 'gauge', 'rate', 'trend'].includes(data.type as string))
    } else if (type !== 'Verdict') assert.ok(declared.has(metric!), `${metric} was not declared`)
  }
  const points = lines.filter(({ type, metric }) => type === 'Point' && metric === 'http_reqs')
  assert.deepEqual(points[0].data, {
    time: '2026-01-31T13:02:05.000Z',
    window_ms: 1000,
    value: 9,
    tags: { scenario: 'storefront', step: 'checkout', outcome: 'ok', status: '200' },
  })
  assert.equal(points.length, 4)
  assert.deepEqual(lines.at(-1)!.data.verdict, aTrafficDocument().verdict)
})

test('a Trend line has its buckets, so that nothing is lost; nobody can take it for one request', async (t) => {
  const lines = (await written(t, 'json', tenRequests, 1))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  assert.equal(
    lines.some(({ type, metric }) => type === 'Point' && metric === 'response_time'),
    false,
  )
  const [ok] = lines.filter(({ type, metric }) => type === 'Trend' && metric === 'response_time')
  const { buckets, count, med } = ok.data as { buckets: [number, number][]; count: number; med: number }
  assert.equal(count, 9)
  assert.equal(
    buckets.reduce((sum, [, times]) => sum + times, 0),
    9,
  )
  assert.ok(med >= 50 && med <= 50 * 1.01, `${med}`)
})
