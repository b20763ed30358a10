import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { faultsOf, REPORT_INPUT } from '../../src/scenario/faults.ts'
import { limitsSchema, thresholdsSchema } from '../../src/thresholds/schema.ts'
import { catalogOf } from '../../src/thresholds/workload-metrics.ts'

const HTTP = catalogOf({ traffic: { protocol: 'http' } })
const RELAY = catalogOf({ traffic: { protocol: 'ws', counters: ['messages_lost'], levels: ['connections'] } })
const FLIGHTS = catalogOf({ delays: true })

function faults(given: unknown, schema: z.ZodType = thresholdsSchema(HTTP)): string[] {
  const parsed = schema.safeParse(given, REPORT_INPUT)
  return parsed.success ? [] : faultsOf(parsed.error, schema).map(({ path, message }) => `${path}: ${message}`)
}

test('expressions and objects are answered in one form, durations as milliseconds', () => {
  const defaults = { abortOnFail: false, delayAbortEval: 0, optional: false, scope: 'total' }
  const given = {
    'http_req_duration{step:checkout}': [
      'p(95)<200',
      { threshold: 'p(99)<500', abortOnFail: true, delayAbortEval: '1m30s', window: '10s' },
      { threshold: 'avg<100', baseline: 'storefront-1', scope: 'outcome' },
      { threshold: 'avg<100', baseline: { run: 'results/x', worseBy: '2.5%' }, optional: true, delayAbortEval: null },
    ],
    checks: [],
  }
  const parsed = thresholdsSchema(HTTP).parse(given)
  assert.deepEqual(parsed, {
    'http_req_duration{step:checkout}': [
      { threshold: 'p(95)<200', ...defaults },
      { ...defaults, threshold: 'p(99)<500', abortOnFail: true, delayAbortEval: 90_000, window: 10_000 },
      { ...defaults, threshold: 'avg<100', baseline: { run: 'storefront-1', worseBy: '10%' }, scope: 'outcome' },
      { ...defaults, threshold: 'avg<100', baseline: { run: 'results/x', worseBy: '2.5%' }, optional: true },
    ],
    checks: [],
  })
  assert.deepEqual(thresholdsSchema(HTTP).parse(parsed), parsed, 'what it answers it also accepts')
})

test('all faults are listed at once: of options, expressions, metrics, and between them', () => {
  assert.deepEqual(
    faults({
      http_req_duraton: ['p(95)<200'],
      'http_req_duration{stp:checkout}': ['p(95)<200'],
      'http_reqs{step:a': ['count>5'],
      http_reqs: ['p(95)<200', 'count>>5', 'count', { threshold: 'count>5', abortOnFial: true }],
      http_req_failed: [{ threshold: 'rate<0.01', delayAbortEval: 'soon' }, 5],
      vus: 'value>5',
    })
      .map((fault) => fault.replace(/ known: .*/, ' …').replace(/known here: .*/, '…'))
      .sort(),
    [
      'http_req_duration{stp:checkout}: stp is no tag of http_req_duration; did you mean step? its tags: step, outcome, expected_response',
      'http_req_duraton: is no metric of this workload; did you mean http_req_duration? …',
      'http_req_failed.0.delayAbortEval: must be a duration of at least 0 ms and at most 24 days, such as 90s, 1m30s or milliseconds, got "soon"',
      'http_req_failed.1: must be text or an object, got 5',
      'http_reqs.0: p(95) is no aggregation of http_reqs: a counter has count, rate',
      'http_reqs.1: "count>>5" must end with a number, got ">5"; trends are in milliseconds',
      'http_reqs.2: "count" has no operator; write aggregation, operator, number, such as p(95)<200 (operators: < <= > >= == === !=)',
      'http_reqs.3.abortOnFial: is unknown; did you mean abortOnFail? …',
      'http_reqs{step:a: "http_reqs{step:a" must have its tags between braces at its end: metric{tag:value}',
      'vus: must be a list, got "value>5"',
    ],
  )
})

test('each type of metric has the aggregations it has in k6', () => {
  const allowed: readonly (readonly [metric: string, aggregations: string])[] = [
    ['http_reqs', 'count rate'],
    ['dropped_iterations', 'count rate'],
    ['vus', 'value'],
    ['http_req_failed', 'rate'],
    ['checks', 'rate'],
    ['http_req_waiting', 'avg min max med p(0) p(100) p(99.99)'],
    ['iteration_duration', 'avg min max med p(95)'],
  ]
  const all = 'count rate value avg min max med p(0) p(100) p(99.99) p(95)'.split(' ')
  for (const [metric, aggregations] of allowed) {
    for (const aggregation of all) {
      const isFine = faults({ [metric]: [`${aggregation}<5`] }).length === 0
      const isPercentile = aggregation.startsWith('p(') && aggregations.includes('p(')
      assert.equal(isFine, isPercentile || aggregations.split(' ').includes(aggregation), `${aggregation} of ${metric}`)
    }
  }
})

test('a workload has its own metrics and those of jobs, and no others', () => {
  const schemas = { HTTP, RELAY, FLIGHTS, SYNTHETIC: catalogOf() }
  const has = (metric: string, expression: string) =>
    Object.entries(schemas).flatMap(([name, catalog]) =>
      faults({ [metric]: [expression] }, thresholdsSchema(catalog)).length === 0 ? name : [],
    )
  assert.deepEqual(has('http_req_duration', 'p(95)<5'), ['HTTP'])
  assert.deepEqual(has('ws_msgs_sent', 'count>5'), ['RELAY'])
  assert.deepEqual(has('messages_lost', 'count<1'), ['RELAY'])
  assert.deepEqual(has('connections', 'value>5'), ['RELAY'])
  assert.deepEqual(has('response_time{step:connect}', 'p(95)<5'), ['HTTP', 'RELAY'])
  assert.deepEqual(has('delay_in_minutes{sequence:7}', 'p(95)<5'), ['FLIGHTS'])
  assert.deepEqual(has('job_queue_wait{kind:flight-leg}', 'p(95)<5'), ['HTTP', 'RELAY', 'FLIGHTS', 'SYNTHETIC'])
  assert.deepEqual(has('cost_usd', 'value<5'), ['HTTP', 'RELAY', 'FLIGHTS', 'SYNTHETIC'])
})

test("a scenario's own code may record more, but not what looks like a slip of the pen", () => {
  const schema = thresholdsSchema(catalogOf({ traffic: { protocol: 'http', isOpen: true } }))
  assert.deepEqual(faults({ cart_errors: ['count<1'], search_ranking: ['p(95)<3'] }, schema), [])
  assert.match(faults({ http_req_duraton: ['p(95)<3'] }, schema).join(), /did you mean http_req_duration/)
})

test('delays have the percentiles that are kept, of each sequence', () => {
  const of = (given: unknown) => faults(given, thresholdsSchema(FLIGHTS)).join()
  assert.equal(of({ 'delay_in_minutes{sequence:7}': ['p(50)<1', 'med<1', 'p(99.9)<1'] }), '')
  assert.equal(of({ delay_in_minutes: [{ threshold: 'p(95)<60', scope: 'sequence' }] }), '')
  assert.match(of({ delay_in_minutes: ['p(95)<60'] }), /known of each sequence alone; write .* or scope: sequence/)
  const kept = /of delay_in_minutes is not kept, and nothing is interpolated; kept are p\(50\), .*, p\(99.9\)/
  for (const aggregation of ['p(97)', 'avg', 'max']) {
    assert.match(of({ 'delay_in_minutes{sequence:7}': [`${aggregation}<1`] }), kept)
  }
})

test('extensions that cannot be meant are refused', () => {
  const of = (metric: string, options: object) => faults({ [metric]: [{ threshold: 'p(95)<5', ...options }] }).join()
  assert.match(of('service_time', { window: '1500ms' }), /window: must be whole seconds, got 1500 ms/)
  assert.match(of('service_time', { window: 0 }), /window: must be a duration of more than 0 ms/)
  assert.match(
    of('job_service', { window: '10s' }),
    /window: cannot be: job_service is known only for the run as a whole/,
  )
  assert.match(
    of('job_service', { abortOnFail: true }),
    /abortOnFail: cannot be: job_service is known only when the run is over/,
  )
  assert.match(of('service_time', { scope: 'shard' }), /scope: must be total or step or .* got "shard"/)
  assert.match(of('service_time{step:a}', { scope: 'step' }), /scope: cannot be step: the metric's tags name one step/)
  assert.match(
    of('service_time', { baseline: { run: 'a', worseBy: '10' } }),
    /worseBy: must be a percentage such as 10%/,
  )
  assert.match(of('service_time', { baseline: 'a', window: '10s' }), /baseline: cannot be beside window/)
  assert.match(of('service_time', { baseline: 'a', threshold: 'avg==5' }), /baseline: cannot be: with == nothing says/)
})

test('without a catalog the grammar is still checked, and metrics are taken on trust', () => {
  assert.deepEqual(faults({ anything: ['p(95)<5'] }, thresholdsSchema()), [])
  assert.equal(faults({ anything: ['p95<5'], 'a{': ['avg<5'] }, thresholdsSchema()).length, 2)
})

test('limits have their ranges', () => {
  const limits = { maxErrorRate: 0.5, maxDuration: '10m', maxCostUsd: 5, maxRequests: 100_000 }
  assert.deepEqual(limitsSchema.parse(limits), { ...limits, maxDuration: 600_000 })
  assert.deepEqual(limitsSchema.parse({}), {})
  assert.deepEqual(
    faults({ maxErrorRate: 50, maxDuration: 0, maxCostUsd: -1, maxRequests: 1.5, maxUsers: 3 }, limitsSchema).map(
      (fault) => fault.split(/:| got/)[0],
    ),
    ['maxErrorRate', 'maxDuration', 'maxCostUsd', 'maxRequests', 'maxUsers'],
  )
})
