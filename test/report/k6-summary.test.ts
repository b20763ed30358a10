import assert from 'node:assert/strict'
import { test } from 'node:test'
import { k6Summary } from '../../src/report/k6-summary.ts'
import { aTrafficDocument, someThresholds } from './a-traffic-document.ts'

const summary = k6Summary(aTrafficDocument(), someThresholds())

test('metrics have the type, content, values and thresholds of k6', () => {
  const { metrics } = summary
  assert.deepEqual(metrics.http_req_duration, {
    type: 'trend',
    contains: 'time',
    values: { avg: 15, min: 6, med: 12, max: 240, 'p(90)': 24, 'p(95)': 36, 'p(99)': 72, 'p(99.9)': 144 },
    thresholds: { 'p(95)<200': { ok: true }, 'p(99)<50': { ok: false } },
  })
  assert.deepEqual(metrics.http_req_failed, {
    type: 'rate',
    contains: 'default',
    values: { rate: 8 / 1400, passes: 8, fails: 1392 },
    thresholds: { 'rate<0.01': { ok: true } },
  })
  assert.deepEqual(metrics.http_reqs.values, { count: 1400, rate: 1400 / 10.45 })
  assert.deepEqual(metrics.data_sent, {
    type: 'counter',
    contains: 'data',
    values: { count: 420_000, rate: 420_000 / 10.45 },
  })
  assert.deepEqual(metrics.vus, { type: 'gauge', contains: 'default', values: { value: 3, min: 3, max: 24 } })
  assert.deepEqual(metrics.checks.values, { rate: 1794 / 1800, passes: 1794, fails: 6 })
  assert.equal(metrics.iterations.values.count, 999)
  assert.deepEqual(Object.keys(metrics), Object.keys(metrics).toSorted())
})

test('a metric of a step has that step’s figures; one that was never measured has none', () => {
  assert.deepEqual(summary.metrics['http_req_duration{step:checkout}'].values.med, 28)
  assert.deepEqual(summary.metrics['http_req_duration{step:search}'], {
    type: 'trend',
    contains: 'time',
    values: {},
    thresholds: { 'avg<10': { ok: false } },
  })
  const other = k6Summary(aTrafficDocument(), [
    { metric: 'cost_usd', expression: 'value<1', ok: true, actual: 0.4, note: null },
    { metric: "response_time{step:'browse'}", expression: 'max<1', ok: true, actual: 1, note: null },
    { metric: 'http_reqs', expression: 'count>1', ok: true, actual: 2, note: null },
    { metric: 'http_reqs', expression: 'count>1', ok: false, actual: 0, note: 'in a window' },
  ]).metrics
  assert.deepEqual(other.cost_usd, {
    type: 'gauge',
    contains: 'default',
    values: { value: 0.4 },
    thresholds: { 'value<1': { ok: true } },
  })
  assert.equal(other["response_time{step:'browse'}"].values.med, 12.5)
  assert.deepEqual(other.http_reqs.thresholds, { 'count>1': { ok: false } })
})

test('checks are in the root group with k6’s ids', () => {
  const { root_group: group, state } = summary
  assert.equal(group.id, 'd41d8cd98f00b204e9800998ecf8427e') // MD5 of nothing, in every summary of k6
  assert.deepEqual(group.groups, [])
  assert.deepEqual(group.checks[1], {
    name: 'has an order number',
    path: '::has an order number',
    id: 'c8e91aba5976b9b59072b6fb352b733f',
    passes: 394,
    fails: 6,
  })
  assert.equal(state.testRunDurationMs, 10_450)
})

test('names that objects have of their own are names like others', () => {
  const document = aTrafficDocument({ checks: [{ name: '__proto__', passed: 1, failed: 2 }] })
  const threshold = {
    metric: 'http_req_duration{step:constructor}',
    expression: 'avg<1',
    ok: false,
    actual: null,
    note: null,
  }
  const made = k6Summary(document, [threshold])
  assert.deepEqual(made.metrics['http_req_duration{step:constructor}'].values, {})
  const [check] = made.root_group.checks
  assert.partialDeepStrictEqual(check, { name: '__proto__', path: '::__proto__', passes: 1, fails: 2 })
})
