import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { openOutputs } from '../../src/outputs/open-outputs.ts'
import { familiesOf } from '../../src/outputs/families.ts'
import { prometheusText } from '../../src/outputs/prometheus-text.ts'
import { seriesOf } from '../../src/outputs/series.ts'
import { aTrafficDocument } from '../report/a-traffic-document.ts'
import { startReceiver } from './a-receiver.ts'
import { readPrometheusText } from './read-prometheus-text.ts'
import { aContext, feed, windowOf } from './some-windows.ts'

const RUN = 'scenario=storefront,testid=storefront-1'

test('a Pushgateway gets the whole run so far, in a group of the run', async (t) => {
  const gateway = await startReceiver(t)
  const context = aContext()
  const outputs = await openOutputs([`prometheus=${gateway.url}`], context)
  feed(outputs, 5)
  await gateway.got(1)
  feed(outputs, 2)
  await outputs.close(aTrafficDocument())

  assert.deepEqual(
    gateway.received.map(({ method, path }) => `${method} ${path}`),
    Array(2).fill('POST /metrics/job/turnaround/testid/storefront-1'),
  )
  assert.match(gateway.received[0].headers['content-type']!, /^text\/plain; version=0\.0\.4/)
  const first = readPrometheusText(gateway.received[0].body)
  const last = readPrometheusText(gateway.received[1].body)
  const reqs = (outcome: string, status: number) =>
    `k6_http_reqs_total{outcome=${outcome},${RUN.split(',')[0]},status=${status},step=checkout,${RUN.split(',')[1]}}`
  assert.equal(first.get(reqs('ok', 200)), 45)
  assert.equal(last.get(reqs('ok', 200)), 63)
  assert.equal(last.get(reqs('timeout', 0)), 7)
  assert.equal(last.get(`turnaround_verdict{scenario=storefront,state=valid,testid=storefront-1}`), 1)
  assert.equal(first.has(`turnaround_verdict{scenario=storefront,state=valid,testid=storefront-1}`), false)
  assert.deepEqual(context.reports, [])
  assert.deepEqual(outputs.statuses, [
    {
      name: 'prometheus',
      target: `${gateway.url}/metrics/job/turnaround/testid/storefront-1`,
      delivered: 2,
      lost: 0,
      error: null,
    },
  ])
})

test('metrics have the names and units of k6 and of requirement 004', async (t) => {
  const gateway = await startReceiver(t)
  const outputs = await openOutputs([`prometheus=${gateway.url}/api/v1/import/prometheus`], aContext())
  feed(outputs, 3)
  await outputs.close(null)
  assert.equal(gateway.received[0].path, '/api/v1/import/prometheus')
  const samples = readPrometheusText(gateway.received[0].body)
  const expected = {
    [`k6_http_req_failed_rate{scenario=storefront,step=checkout,testid=storefront-1}`]: 0.1,
    [`k6_http_req_duration_seconds_count{outcome=ok,scenario=storefront,step=checkout,testid=storefront-1}`]: 27,
    // Nine of ten end within 89 ms of the send: 9, 19, 29, 39, 49 ms are within 50 ms.
    [`k6_http_req_duration_seconds_bucket{le=0.05,outcome=ok,scenario=storefront,step=checkout,testid=storefront-1}`]: 15,
    [`k6_http_req_duration_seconds_bucket{le=+Inf,outcome=ok,scenario=storefront,step=checkout,testid=storefront-1}`]: 27,
    // 10 + 20 + … + 90 ms, three times.
    [`turnaround_response_time_seconds_sum{outcome=ok,scenario=storefront,step=checkout,testid=storefront-1}`]: 1.35,
    [`turnaround_response_time_max{scenario=storefront,step=checkout,testid=storefront-1}`]: 0.1,
    [`k6_http_req_waiting_p95{scenario=storefront,step=checkout,testid=storefront-1}`]: 0.005,
    [`k6_data_received_total{outcome=ok,scenario=storefront,step=checkout,testid=storefront-1}`]: 27_000,
    [`k6_vus{${RUN}}`]: 7,
    [`k6_dropped_iterations_total{${RUN}}`]: 0,
    [`k6_checks_rate{check=has a body,${RUN}}`]: 1,
    [`turnaround_starts_total{scenario=storefront,state=due,testid=storefront-1}`]: 30,
    [`turnaround_counter_total{name=orders,${RUN}}`]: 6,
    [`loadtest_run_duration_seconds{${RUN}}`]: 3,
    [`loadtest_run_requests_per_second{${RUN}}`]: 10,
    [`loadtest_run_error_rate{${RUN}}`]: 0.1,
    [`loadtest_run_active_users{${RUN}}`]: 7,
    [`loadtest_user_errors_total{error=timeout,${RUN}}`]: 3,
    [`loadtest_user_latency_seconds_count{${RUN}}`]: 30,
  }
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, samples.get(key)])), expected)
})

test('a relay run has the names of WebSockets', () => {
  windowOf(
    (recorder) => {
      recorder.record('connect', { outcome: 'ok', intendedAtMs: 0, sentAtMs: 0, endedAtMs: 8 })
      recorder.count('messages_sent', 3)
    },
    (figures) => {
      const samples = readPrometheusText(prometheusText(familiesOf(seriesOf(figures, 'relay')), {}))
      assert.equal(samples.get('k6_ws_sessions_total{}'), 1)
      assert.equal(samples.get('k6_ws_msgs_sent_total{}'), 3)
      assert.equal(samples.get('turnaround_steps_total{outcome=ok,status=0,step=connect}'), 1)
      assert.equal(
        [...samples.keys()].some((key) => key.includes('http_req')),
        false,
      )
    },
  )
})

test('a file is replaced whole', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'outputs-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'collector', 'run.prom')
  const outputs = await openOutputs([`prometheus=${path}`], aContext())
  feed(outputs, 4)
  await outputs.close(aTrafficDocument())
  const samples = readPrometheusText(await readFile(path, 'utf8'))
  assert.equal(samples.get(`loadtest_run_duration_seconds{${RUN}}`), 4)
})

test('no name of a scenario can break the format or collide with another', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('a"} 1\nx', '\\', '"', 'http_reqs', 'a-b', 'a_b', '__proto__', 'le', '{step="x"}'),
  )
  fc.assert(
    fc.property(fc.uniqueArray(hostile, { maxLength: 6 }), (names) => {
      windowOf(
        (recorder) => {
          for (const name of names) {
            recorder.record(name, { outcome: name, intendedAtMs: 0, sentAtMs: 0, endedAtMs: 1 })
            recorder.timing(name, name, 1)
            recorder.count(name, 2)
            recorder.level(name, 3)
          }
        },
        (figures) => {
          const samples = readPrometheusText(prometheusText(familiesOf(seriesOf(figures, 'http')), {}))
          for (const name of names) {
            assert.equal(samples.get(`turnaround_counter_total{name=${name}}`), 2)
            assert.equal(samples.get(`k6_http_reqs_total{outcome=${name},status=0,step=${name}}`), 1)
          }
        },
      )
    }),
    { numRuns: 80 },
  )
})
