import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countCheck } from '../../src/engine/check-counts.ts'
import { Figures } from '../../src/engine/figures.ts'
import { createRecorder } from '../../src/engine/recorder.ts'
import { aggregate } from '../../src/thresholds/aggregate.ts'
import { parseExpression } from '../../src/thresholds/expression.ts'
import { parseMetricKey } from '../../src/thresholds/metric-key.ts'
import type { TrafficNames } from '../../src/thresholds/traffic-definitions.ts'
import { trafficCatalog, trafficMetrics } from '../../src/thresholds/traffic-metrics.ts'
import { figuresOf, times } from './figures-of.ts'

const HTTP: TrafficNames = { protocol: 'http' }

/** Reads `metric aggregation`, e.g. `http_reqs{step:pay} count`, of ten seconds. */
function read(figures: Figures, text: string, traffic = HTTP, levels?: ReadonlyMap<string, number>): number | null {
  const [key, aggregation] = text.split(' ')
  const { name, tags } = parseMetricKey(key)
  const source = trafficMetrics(figures, { durationMs: 10_000, traffic, ...(levels && { levels }) })
  const reading = source.find(name, tags)
  assert.ok(reading, `there is no ${name}`)
  return aggregate(reading, parseExpression(`${aggregation}<1`).aggregation)
}

const shop = figuresOf(
  [
    ...times(6, { step: 'browse', ms: 10, status: 200, sent: 100, received: 1000 }),
    ...times(2, { step: 'browse', ms: 200, outcome: 'http_5xx', status: 503, sent: 100, received: 50 }),
    ...times(1, { step: 'pay', ms: 40, lateMs: 60, status: 201, sent: 300, received: 20 }),
    ...times(1, { step: 'pay', ms: 5000, outcome: 'timeout', sent: 300 }),
  ],
  (recorder) => {
    for (const ms of [1, 2, 3]) recorder.timing('browse', 'waiting', ms)
    recorder.timing('pay', 'waiting', 9)
    recorder.timing('pay', 'first_frame', 4)
    recorder.count('cart_errors', 3)
    recorder.level('connections', 12)
    countCheck(recorder, 'status is 200', true)
    countCheck(recorder, 'status is 200', false)
    countCheck(recorder, 'has a title', true)
  },
)

test("k6's HTTP metrics are answered from steps, by tag", () => {
  const expected: { readonly [text: string]: number | null } = {
    'http_reqs count': 10,
    'http_reqs rate': 1,
    'http_reqs{step:pay} count': 2,
    'http_reqs{status:503} count': 2,
    'http_reqs{step:pay,status:503} count': 0,
    'http_reqs{outcome:timeout} count': 1,
    'http_reqs{outcome:refused} count': 0,
    'http_reqs{step:nowhere} count': null,
    'http_reqs{expected_response:true} count': 7,
    'http_req_failed rate': 0.3,
    'http_req_failed{step:browse} rate': 0.25,
    'http_req_failed{status:503} rate': 1,
    'http_req_failed{status:404} rate': null,
    'http_req_duration max': 5000,
    'http_req_duration{step:browse} max': 200,
    'http_req_duration{expected_response:true} max': 40,
    'http_req_duration{outcome:http_5xx} min': 200,
    'http_req_duration{outcome:refused} min': null,
    'http_req_waiting max': 9,
    'http_req_waiting{step:browse} avg': 2,
    'http_req_blocked avg': null,
    'data_sent count': 1400,
    'data_received{step:browse} count': 6100,
    'checks rate': 2 / 3,
    'checks{check:has_a_title} rate': null,
    'steps count': 10,
    'steps_failed rate': 0.3,
  }
  const actual = Object.fromEntries(Object.keys(expected).map((text) => [text, read(shop, text)]))
  assert.deepEqual(actual, expected)
  const { name, tags } = parseMetricKey('checks{check:status is 200}')
  const reading = trafficMetrics(shop, { durationMs: 1, traffic: HTTP }).find(name, tags)
  assert.deepEqual(reading, { type: 'rate', trues: 1, total: 2 })
})

test('response time counts from the intended start, http_req_duration and service time from the send', () => {
  assert.equal(read(shop, 'response_time{step:pay,outcome:ok} max'), 100)
  assert.equal(read(shop, 'service_time{step:pay,outcome:ok} max'), 40)
  assert.equal(read(shop, 'http_req_duration{step:pay,outcome:ok} max'), 40)
})

test('what code of a scenario records is found under its own name', () => {
  assert.equal(read(shop, 'cart_errors count'), 3)
  assert.equal(read(shop, 'first_frame{step:pay} p(100)'), 4)
  assert.equal(read(shop, 'connections value'), 12)
  const source = trafficMetrics(shop, { durationMs: 1, traffic: HTTP })
  assert.equal(source.find('nobody_knows', {}), undefined)
  assert.ok(['cart_errors', 'first_frame', 'connections'].every((name) => source.names().includes(name)))
  assert.ok(!source.names().some((name) => name.includes('check_')))
})

test('a counter that a workload declares and never counted is 0, one that nobody knows is nothing', () => {
  const relay: TrafficNames = { protocol: 'ws', counters: ['messages_lost'] }
  assert.equal(read(figuresOf([{ step: 'connect' }]), 'messages_lost count', relay), 0)
  assert.equal(read(new Figures(), 'messages_lost count', relay), null)
})

test('iterations are those that ended by themselves, starts those that were due', () => {
  const figures = new Figures()
  const recorder = createRecorder({ shard: 0, onWindow: (window) => figures.merge(window.figures) })
  recorder.begin(0)
  const at = { intendedAtMs: 0, sentAtMs: 1, endedAtMs: 31 }
  for (const outcome of ['ok', 'ok', 'failed', 'interrupted']) recorder.iteration({ ...at, outcome })
  for (let i = 0; i < 4; i++) recorder.started(1, 1, false)
  recorder.dropped(2)
  recorder.level('vus', 3)
  recorder.finish(50)
  const expected: { readonly [text: string]: number | null } = {
    'iterations count': 3,
    'iterations{outcome:interrupted} count': 1,
    'iteration_duration max': 30,
    'dropped_iterations count': 1,
    'schedule_slip max': 1,
    'vus value': 3,
  }
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((text) => [text, read(figures, text)])), expected)
  assert.equal(read(new Figures(), 'dropped_iterations count'), null)
})

test("levels of a whole run come from where they are kept: a run's total has none", () => {
  assert.equal(read(new Figures(), 'vus value'), null)
  assert.equal(read(new Figures(), 'vus_max value', HTTP, new Map([['vus', 40]])), 40)
})

test("k6's WebSocket metrics are answered from sessions, connects and messages", () => {
  const relay: TrafficNames = { protocol: 'ws' }
  const steps = [
    { step: 'connect', ms: 20 },
    { step: 'connect', ms: 900, outcome: 'refused' },
  ]
  const figures = figuresOf(steps, (recorder) => {
    recorder.count('messages_sent', 8)
    recorder.count('messages_received', 7)
  })
  assert.equal(read(figures, 'ws_sessions count', relay), 1)
  assert.equal(read(figures, 'ws_connecting max', relay), 20)
  assert.equal(read(figures, 'ws_msgs_sent count', relay), 8)
  assert.equal(read(figures, 'ws_msgs_received rate', relay), 0.7)
  assert.ok(!trafficCatalog(relay).metrics.has('http_reqs'))
})

test('values of a tag are those that were recorded', () => {
  const { valuesOf } = trafficMetrics(shop, { durationMs: 1, traffic: HTTP })
  assert.deepEqual(valuesOf('http_reqs', 'step'), ['browse', 'pay'])
  assert.deepEqual(valuesOf('http_reqs', 'outcome'), ['ok', 'http_5xx', 'timeout'])
  assert.deepEqual(valuesOf('http_reqs', 'status'), ['200', '503', '201'])
  assert.deepEqual(valuesOf('checks', 'check'), ['has a title', 'status is 200'])
  assert.deepEqual(valuesOf('http_req_duration', 'status'), [])
  assert.deepEqual(valuesOf('jobs', 'kind'), [])
})

test('figures that are cleared for the next window leave no step, and readings are not touched by it', () => {
  const figures = figuresOf([{ step: 'browse', ms: 10 }])
  const source = trafficMetrics(figures, { durationMs: 1, traffic: HTTP })
  const reading = source.find('http_req_duration', {})
  figures.clear()
  assert.deepEqual(source.valuesOf('http_reqs', 'step'), [])
  assert.ok(reading && aggregate(reading, { method: 'max' }) === 10)
})
