import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { renderTrafficSummary } from '../../src/report/traffic-terminal.ts'
import {
  aLatency,
  aSearch,
  aShard,
  aStep,
  aTrafficDocument,
  noLatency,
  someMeasures,
  someThresholds,
} from './a-traffic-document.ts'
import { hostileText } from './hostile-text.ts'

const plain = { color: false, width: 80 }

function linesOf(text: string): string[] {
  return text.split('\n')
}

test('the verdict comes first, then what was offered and achieved, then k6 sections', () => {
  const lines = linesOf(renderTrafficSummary(aTrafficDocument(), someThresholds(), plain))
  assert.deepEqual(lines.slice(0, 16), [
    '',
    '  ✔ valid  the generator kept up, and nothing is missing',
    '',
    '  target         http://127.0.0.1:8080',
    '  load           open (constant-arrival-rate): starts at fixed instants, however',
    '                 slow the target is',
    '  offered        100/s: 1,000 starts due',
    '  achieved       100/s, 100 %: 1,000 started, 2 late, 0 dropped',
    '  iterations     991 ok, 8 failed, 1 interrupted',
    '  ran            10.4 s from 2026-01-31 13:02:05 UTC, on 2 shards',
    '',
    '  latency               p50       p90       p95       p99       max',
    '    response time   12.5 ms   25.0 ms   37.5 ms   75.0 ms    250 ms',
    '    service time    12.0 ms   24.0 ms   36.0 ms   72.0 ms    240 ms',
    '    response time counts from the intended start, service time from the send',
    '',
  ])
  assert.deepEqual(
    lines.filter((line) => line.startsWith('  █')),
    ['  █ THRESHOLDS', '  █ TOTAL RESULTS', '  █ STEPS', '  █ ERRORS', '  █ GENERATOR'],
  )
})

test('iterations that failed before they sent anything are counted, as far as steps can tell', () => {
  const iterations = aStep({ outcomes: { ok: 2, failed: 90_000 } })
  const all = (count: number) => ({ iterations, all_steps: aStep({ count }) })
  const summary = (count: number) => renderTrafficSummary(aTrafficDocument(all(count)), [], { ...plain, width: 120 })
  assert.match(summary(0), / 2 ok, 90,000 failed; 90,000 iterations failed before anything was sent\n/)
  assert.match(summary(100), / 2 ok, 90,000 failed; at least 89,900 iterations failed before anything was sent\n/)
  assert.match(summary(90_000), / 2 ok, 90,000 failed\n/)
})

test('thresholds stand under their metric with what they came to', () => {
  const lines = linesOf(renderTrafficSummary(aTrafficDocument(), someThresholds(), plain))
  const at = lines.indexOf('  █ THRESHOLDS')
  assert.deepEqual(lines.slice(at + 2, at + 15), [
    '    http_req_duration',
    `    ✓ 'p(95)<200' p(95)=37.5ms`,
    `    ✗ 'p(99)<50' p(99)=75ms`,
    '',
    '    http_req_duration{step:checkout}',
    `    ✓ 'p(95)<200' p(95)=90ms`,
    '',
    '    http_req_failed',
    `    ✓ 'rate<0.01' rate=0.57%`,
    '',
    '    http_req_duration{step:search}',
    `    ✗ 'avg<10' no data  no step is called search`,
    '',
  ])
})

test('totals are as k6 prints them: checks, dots, one row a metric', () => {
  const lines = linesOf(renderTrafficSummary(aTrafficDocument(), [], { color: false, width: 120 }))
  const at = lines.indexOf('  █ TOTAL RESULTS')
  assert.deepEqual(lines.slice(at + 2, at + 36), [
    '    checks_total.......: 1800   172.248804/s',
    '    checks_succeeded...: 99.66% 1794 out of 1800',
    '    checks_failed......: 0.33%  6 out of 1800',
    '',
    '    ✓ status is 200',
    '    ✗ has an order number',
    '      ↳  98% — ✓ 394 / ✗ 6',
    '',
    '    CUSTOM',
    '    orders........: 394 37.703349/s',
    '    connections...: 20  min=20 max=20',
    '',
    '    HTTP',
    '    http_req_connecting...: avg=500µs   min=200µs med=400µs max=8ms   p(90)=800µs p(95)=1.2ms',
    '    http_req_waiting......: avg=13.75ms min=5.5ms med=11ms  max=220ms p(90)=22ms  p(95)=33ms',
    '    http_req_duration.....: avg=15ms    min=6ms   med=12ms  max=240ms p(90)=24ms  p(95)=36ms',
    '    http_req_failed.......: 0.57% 8 out of 1400',
    '    http_reqs.............: 1400  133.971292/s',
    '',
    '    STEPS',
    '    response_time...: avg=15.63ms min=6.25ms med=12.5ms max=250ms p(90)=25ms  p(95)=37.5ms',
    '    schedule_slip...: avg=250µs   min=0s     med=200µs  max=1.4ms p(90)=400µs p(95)=600µs',
    '',
    '    EXECUTION',
    '    dropped_iterations...: 0   0/s',
    '    iteration_duration...: avg=15ms min=6ms med=12ms max=240ms p(90)=24ms p(95)=36ms',
    '    iterations...........: 999 95.598086/s',
    '    vus..................: 3   min=3 max=24',
    '    vus_max..............: 24  min=24 max=24',
    '',
    '    NETWORK',
    '    data_received...: 12.6 MB 1.21 MB/s',
    '    data_sent.......: 420 kB  40.2 kB/s',
    '',
  ])
})

test('at 80 columns the statistics of a metric take two aligned lines', () => {
  const lines = linesOf(renderTrafficSummary(aTrafficDocument(), [], plain))
  const at = lines.findIndex((line) => line.includes('http_req_duration'))
  assert.deepEqual(lines.slice(at, at + 2), [
    '    http_req_duration.....: avg=15ms    min=6ms     med=12ms',
    '                            max=240ms   p(90)=24ms  p(95)=36ms',
  ])
})

test('each step has its response time and its service time', () => {
  const lines = linesOf(renderTrafficSummary(aTrafficDocument(), [], plain))
  const at = lines.indexOf('  █ STEPS')
  assert.deepEqual(lines.slice(at + 2, at + 7), [
    '    response time   count  failed     p50     p95    p99    max',
    '    browse          1,000   0.20%  12.5ms  37.5ms   75ms  250ms',
    '      service time                   12ms    36ms   72ms  240ms',
    '    checkout          400   1.50%    30ms    90ms  180ms     2s',
    '      service time                   28ms    84ms  168ms   1.2s',
  ])
})

test('errors are told by class, with the steps they happened in and why iterations failed', () => {
  const text = renderTrafficSummary(aTrafficDocument(), [], plain)
  assert.match(text, /\n {4}http_5xx +6 +0\.43 % {3}checkout 6\n {4}timeout +2 +0\.14 % {3}browse 2\n/)
  assert.match(text, /iterations failed because\n {4}8 × no order number\n/)
})

test('the CPU that waits for instants is told apart from the CPU that works', () => {
  const text = renderTrafficSummary(aTrafficDocument(), [], plain)
  assert.match(text, /CPU 31 %, limit 90 % \(thread of shard 0\)\n/)
  assert.match(text, /CPU spent waiting for instants, apart from the above: 12 %\n/)
})

test('a saturated run says by which measures, before any figure', () => {
  const measures = someMeasures().map((one) => (one.name === 'cpu_share' ? { ...one, value: 0.97 } : one))
  const exceeded = measures.filter(({ value, limit }) => value > limit)
  const starts = { due: 1000, started: 900, late: 300, dropped: 100 }
  const text = renderTrafficSummary(
    aTrafficDocument({ verdict: { state: 'saturated', measures, exceeded }, starts }),
    [],
    plain,
  )
  assert.deepEqual(linesOf(text).slice(1, 5), [
    '  ▲ saturated  the generator was the bottleneck: the figures say more of it than',
    '               of the target',
    '    - CPU 97 %, limit 90 % (thread of shard 0)',
    '',
  ])
  assert.match(text, /achieved +90\.0\/s, 90 %: 900 started, 300 late, 100 dropped/)
  assert.match(text, /▲ CPU 97 %/)
})

test('an incomplete run says what is missing and which shard did not finish', () => {
  const reasons = ['shard 1: 4 of 11 windows arrived, missing 4-10']
  const lost = aShard({
    job_id: 'shard-1',
    shard: 1,
    state: 'lost',
    reason: 'its row did not move for 15 s',
    windows: null,
  })
  const text = renderTrafficSummary(
    aTrafficDocument({ verdict: { state: 'incomplete', measures: [], reasons, shards: [] }, shards: [aShard(), lost] }),
    [],
    plain,
  )
  assert.match(text, /✖ incomplete {2}figures are missing[^-]*- shard 1: 4 of 11 windows arrived, missing 4-10\n\n/)
  assert.match(text, /✗ shard-1 on threads-1: lost, its row did not move for 15 s\n/)
})

test('an aborted run says why; a closed model says what that means', () => {
  const text = renderTrafficSummary(
    aTrafficDocument({
      verdict: { state: 'aborted', reason: 'maxErrorRate 0.5 reached', exceeded: [], measures: [] },
      model: 'closed',
      executor: 'constant-vus',
    }),
    [],
    plain,
  )
  assert.match(text, /■ aborted {2}maxErrorRate 0\.5 reached\n/)
  assert.match(
    text,
    /closed \(constant-vus\): a user starts again when its last\n +iteration has ended, so a slow target gets less load\n/,
  )
})

test('a search shows what it found and every rate it tried', () => {
  const text = renderTrafficSummary(aTrafficDocument({ search: aSearch() }), [], plain)
  assert.match(text, /400\/s is the highest rate that meets the thresholds, sure to 93 %\n/)
  assert.match(text, /95 % range 380 … 440\/s, 4 steps, ended because it was sure\n/)
  assert.match(text, /\n {4}800\/s +failed +1\.90 s +21\.00%\n/)
  const none = renderTrafficSummary(aTrafficDocument({ search: aSearch({ rate: 0 }) }), [], plain)
  assert.match(none, /no rate that was tried meets the thresholds/)
})

test('a load that never began has no figures and says so', () => {
  const nothing = aStep({ count: 0, ok: 0, outcomes: {}, response_time_ms: noLatency, service_time_ms: noLatency })
  const text = renderTrafficSummary(
    aTrafficDocument({
      started_at: null,
      duration_ms: 0,
      starts: { due: 0, started: 0, late: 0, dropped: 0 },
      iterations: nothing,
      all_steps: nothing,
      steps: {},
      checks: [],
      failures: [],
      counters: {},
      levels: {},
      slip_ms: noLatency,
      timeline: {
        slice_ms: 1000,
        due: [],
        started: [],
        ok: [],
        failed: [],
        vus: [],
        p50: [],
        p90: [],
        p95: [],
        p99: [],
        max: [],
      },
    }),
    [],
    plain,
  )
  assert.match(text, /ran +never began, on 2 shards/)
  assert.match(text, /achieved +—, —: 0 started/)
  assert.doesNotMatch(text, /NaN|undefined|null|Infinity/)
})

test('a relay run has no HTTP names', () => {
  const text = renderTrafficSummary(
    aTrafficDocument({ workload: 'relay', counters: { messages_sent: 40, messages_received: 39 } }),
    [],
    plain,
  )
  assert.doesNotMatch(text, /http_req/)
  assert.match(text, /ws_msgs_received\.+: 39 /)
  assert.match(text, /service_time\.+: avg=15ms/)
})

test('color changes nothing but color, and without it there is none', () => {
  for (const width of [80, 120]) {
    const withColor = renderTrafficSummary(aTrafficDocument(), someThresholds(), { color: true, width })
    const without = renderTrafficSummary(aTrafficDocument(), someThresholds(), { color: false, width })
    assert.notEqual(withColor, without)
    assert.equal(stripVTControlCharacters(withColor), without)
    assert.equal(stripVTControlCharacters(without), without)
  }
})

test('no name, however long or hostile, breaks the layout or speaks to the terminal', () => {
  fc.assert(
    fc.property(hostileText(), hostileText(), fc.constantFrom(80, 120), (name, other, width) => {
      const step = aStep({ response_time_ms: aLatency(100, 12_345), outcomes: { ok: 90, [other]: 10 } })
      const document = aTrafficDocument({
        steps: { [name]: step },
        all_steps: step,
        checks: [{ name, passed: 1, failed: 1 }],
        counters: { [name]: 1 },
        failures: [{ message: name, stack: name, count: 3 }],
      })
      const text = renderTrafficSummary(document, [], { color: false, width })
      for (const line of linesOf(text)) assert.ok(line.length <= width, `${line.length}: ${line}`)
      assert.equal(/[\p{Cc}\u202E\u2028]/u.test(text.replaceAll('\n', '')), false)
      assert.ok(text.startsWith('\n  ✔ valid'))
    }),
    { numRuns: 80 },
  )
})
