import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Figures } from '../../src/engine/figures.ts'
import { evaluateThresholds, MOST_PER_SCOPE } from '../../src/thresholds/evaluate.ts'
import type { WindowSource } from '../../src/thresholds/judge-windows.ts'
import type { MetricSource } from '../../src/thresholds/metric-source.ts'
import { thresholdsSchema, type ThresholdsInput } from '../../src/thresholds/schema.ts'
import { baselineRunsOf } from '../../src/thresholds/threshold.ts'
import { trafficMetrics } from '../../src/thresholds/traffic-metrics.ts'
import { trafficWindows } from '../../src/thresholds/traffic-windows.ts'
import { figuresOf, times, type Request } from './figures-of.ts'

const traffic = { protocol: 'http' } as const

function sourceOf(figures: Figures, durationMs = 10_000): MetricSource {
  return trafficMetrics(figures, { durationMs, traffic })
}

function settings(given: ThresholdsInput) {
  return thresholdsSchema().parse(given)
}

/** A run by what happened in each of its seconds; undefined where that second is missing. */
function runOf(seconds: readonly (readonly Request[] | undefined)[], durationMs = seconds.length * 1000) {
  const total = new Figures()
  const windows = seconds.flatMap((requests, number) => (requests ? { number, figures: figuresOf(requests) } : []))
  for (const { figures } of windows) total.merge(figures)
  return { source: sourceOf(total, durationMs), windows: [...trafficWindows(windows, { durationMs, traffic })] }
}

/** One threshold's result on such a run. */
function windowed(
  expression: string,
  run: { source: MetricSource; windows: readonly WindowSource[] },
  optional = false,
) {
  const given = settings({ http_req_duration: [{ threshold: expression, window: '3s', optional }] })
  return evaluateThresholds(given, run.source, { windows: run.windows })[0]
}

test('each threshold has a result, in the order of the scenario', () => {
  const source = sourceOf(figuresOf([...times(9, { ms: 100 }), { ms: 300, outcome: 'http_5xx' }]))
  const given = settings({
    http_req_failed: ['rate<0.05', 'rate<=0.1'],
    'http_req_duration{expected_response:true}': ['max<=100'],
    http_reqs: ['count===10', 'rate>1'],
  })
  assert.deepEqual(evaluateThresholds(given, source), [
    { metric: 'http_req_failed', expression: 'rate<0.05', ok: false, actual: 0.1, note: null },
    { metric: 'http_req_failed', expression: 'rate<=0.1', ok: true, actual: 0.1, note: null },
    {
      metric: 'http_req_duration{expected_response:true}',
      expression: 'max<=100',
      ok: true,
      actual: 100,
      note: null,
    },
    { metric: 'http_reqs', expression: 'count===10', ok: true, actual: 10, note: null },
    { metric: 'http_reqs', expression: 'rate>1', ok: false, actual: 1, note: null },
  ])
})

test('no data fails and says so, with what may have been meant; where it is optional it holds', () => {
  const source = sourceOf(figuresOf([{ step: 'checkout' }]))
  const given = settings({
    'http_req_duration{step:chekout}': ['p(95)<200', { threshold: 'p(95)<200', optional: true }],
    http_req_waiting: ['p(95)<200'],
    cart_erors: ['count<1'],
    'http_reqs{step:nowhere}': ['count<5'],
    http_req_failed: ['rate<0.1'],
  })
  const results = evaluateThresholds(given, source).map(({ ok, actual, note }) => [ok, actual, note])
  assert.deepEqual(results, [
    [false, null, 'no data: there is no step chekout; did you mean checkout?'],
    [true, null, 'no data (optional): there is no step chekout; did you mean checkout?'],
    [false, null, 'no data'],
    [false, null, 'no data: there is no metric cart_erors'],
    [false, null, 'no data: there is no step nowhere'],
    [true, 0, null],
  ])
  const nothing = evaluateThresholds(
    settings({ http_reqs: ['count<5', 'rate<5'], vus: ['value<5'] }),
    sourceOf(new Figures()),
  )
  assert.deepEqual(
    nothing.map(({ ok, note }) => [ok, note]),
    times(3, [false, 'no data']),
  )
})

test("a name that the scenario's code used for something else fails with the reason, and stops nothing", () => {
  const source = sourceOf(figuresOf([{}], (recorder) => recorder.count('ranking')))
  const [result] = evaluateThresholds(settings({ ranking: ['p(95)<3'] }), source)
  assert.deepEqual([result.ok, result.actual, result.note], [false, null, 'a counter has no p(95)'])
})

test('a window must hold on every whole window of its length, second by second', () => {
  const seconds = [10, 10, 90, 10, 10, 10].map((ms) => times(10, { ms }))
  assert.deepEqual(windowed('max<50', runOf(seconds)), {
    metric: 'http_req_duration',
    expression: 'max<50',
    ok: false,
    actual: 90,
    note: 'of 4 windows of 3 s: 3 fail, worst seconds 0-3',
  })
  // 20 of 30 are at 10 ms in the worst window: only a part of the run is slow, and the average of all would hide it.
  assert.deepEqual(windowed('avg<40', runOf(seconds)).actual, 110 / 3)
  assert.equal(windowed('avg<40', runOf(seconds)).note, 'of 4 windows of 3 s: worst seconds 0-3')
  assert.equal(windowed('max>50', runOf(seconds)).note, 'of 4 windows of 3 s: 1 fail, worst seconds 3-6')
})

test('a window in which nothing ended fails: that is what a frozen target looks like', () => {
  const seconds = [[{}], [], [], [], [{}], [{}]]
  const frozen = windowed('max<500', runOf(seconds))
  assert.equal(frozen.ok, false)
  assert.equal(frozen.note, 'of 4 windows of 3 s: 1 fail, worst seconds 0-3; no data in 1, first seconds 1-4')
  assert.equal(windowed('max<500', runOf(seconds), true).ok, true)
  assert.deepEqual(windowed('max<500', runOf(times(5, []))).note, 'no data')
})

test('a second that is missing is in no window, nor is a last one that is not whole', () => {
  const gap = [[{}], [{}], undefined, [{}], [{}], [{}]]
  assert.equal(windowed('max<500', runOf(gap)).note, 'of 1 window of 3 s: worst seconds 3-6')
  assert.equal(windowed('max<500', runOf(times(4, [{}]), 3_400)).note, 'of 1 window of 3 s: worst seconds 0-3')
  const short = windowed('max<500', runOf([[{}], [{}]]))
  assert.deepEqual([short.ok, short.note], [false, 'no data: there is no whole window of 3 s'])
})

test('a counter that did not move in a window is 0 there, in a run that has it', () => {
  const run = runOf([times(6, {}), [], [], [], times(6, {})])
  const given = settings({
    http_reqs: [
      { threshold: 'rate<=2', window: '3s' },
      { threshold: 'rate>=2', window: '3s' },
    ],
    'http_reqs{step:nowhere}': [{ threshold: 'rate<5', window: '3s' }],
  })
  const results = evaluateThresholds(given, run.source, run).map(({ ok, actual, note }) => [ok, actual, note])
  assert.deepEqual(results, [
    [true, 2, 'of 3 windows of 3 s: worst seconds 0-3'],
    [false, 0, 'of 3 windows of 3 s: 1 fail, worst seconds 1-4'],
    [false, null, 'no data: there is no step nowhere'],
  ])
})

test('a baseline says how much worse a run may be, besides the threshold itself', () => {
  const fast = sourceOf(figuresOf(times(100, { ms: 100 })))
  const baselines = new Map([
    ['fast', fast],
    ['empty', sourceOf(new Figures())],
  ])
  const judged = (ms: number, threshold: string, baseline: string | { run: string; worseBy?: string }) => {
    const given = settings({ http_req_duration: [{ threshold, baseline }] })
    return evaluateThresholds(given, sourceOf(figuresOf(times(100, { ms }))), { baselines })[0]
  }
  assert.deepEqual(judged(110, 'avg<200', 'fast'), {
    metric: 'http_req_duration',
    expression: 'avg<200',
    ok: true,
    actual: 110,
    note: 'baseline fast had 100; 10 % worse is 110',
  })
  assert.equal(judged(111, 'avg<200', 'fast').ok, false)
  assert.equal(judged(105, 'avg<200', { run: 'fast', worseBy: '2.5%' }).ok, false)
  assert.equal(judged(50, 'avg<40', 'fast').ok, false, 'better than the baseline, but the threshold itself fails')
  assert.equal(judged(90, 'avg>50', 'fast').ok, true)
  assert.equal(judged(89, 'avg>50', 'fast').ok, false, 'with > less is worse')
  assert.deepEqual(
    [judged(50, 'avg<200', 'empty').ok, judged(50, 'avg<200', 'empty').note],
    [false, 'no data in baseline empty'],
  )
  assert.equal(judged(50, 'avg<200', 'unknown').ok, false)
})

test('runs that are needed as baselines are named once', () => {
  const given = settings({
    http_reqs: [{ threshold: 'count>1', baseline: 'a' }],
    checks: ['rate>0', { threshold: 'rate>0', baseline: { run: 'b' } }, { threshold: 'rate>0', baseline: 'a' }],
  })
  assert.deepEqual(baselineRunsOf(given), ['a', 'b'])
})

test('a scope evaluates each part on its own', () => {
  const source = sourceOf(
    figuresOf([
      { step: 'browse', ms: 20 },
      { step: 'pay, twice', ms: 400 },
    ]),
  )
  const given = settings({ http_req_duration: [{ threshold: 'max<100', scope: 'step' }] })
  assert.deepEqual(
    evaluateThresholds(given, source).map(({ metric, ok, actual }) => [metric, ok, actual]),
    [
      ['http_req_duration{step:browse}', true, 20],
      ['http_req_duration{step:"pay, twice"}', false, 400],
    ],
  )
  const nothing = evaluateThresholds(given, sourceOf(new Figures()))
  assert.deepEqual(
    nothing.map(({ ok, note }) => [ok, note]),
    [[false, 'no data: there is no step']],
  )
})

test('scope and window work together', () => {
  const run = runOf([
    ...times(3, [
      { step: 'a', ms: 10 },
      { step: 'b', ms: 10 },
    ]),
    [
      { step: 'a', ms: 90 },
      { step: 'b', ms: 10 },
    ],
  ])
  const given = settings({ http_req_duration: [{ threshold: 'max<50', scope: 'step', window: '2s' }] })
  assert.deepEqual(
    evaluateThresholds(given, run.source, run).map(({ metric, ok, actual }) => [metric, ok, actual]),
    [
      ['http_req_duration{step:a}', false, 90],
      ['http_req_duration{step:b}', true, 10],
    ],
  )
})

test('of a scope with very many parts, those that fail are listed and the others counted', () => {
  const parts = MOST_PER_SCOPE * 3
  const requests = times(parts, 0).map((_, at) => ({ step: `step-${at}`, ms: at % 100 === 7 ? 900 : 10 }))
  const given = settings({ http_req_duration: [{ threshold: 'max<100', scope: 'step' }] })
  const results = evaluateThresholds(given, sourceOf(figuresOf(requests)))
  assert.deepEqual(
    results.map(({ metric, ok, note }) => [metric, ok, note]),
    [
      ['http_req_duration{step:step-7}', false, null],
      ['http_req_duration{step:step-107}', false, null],
      ['http_req_duration{step:step-207}', false, null],
      ['http_req_duration', true, `of ${parts - 3} more (scope step), 0 fail`],
    ],
  )
  const all = evaluateThresholds(given, sourceOf(figuresOf(requests.map((one) => ({ ...one, ms: 900 })))))
  assert.equal(all.length, MOST_PER_SCOPE + 1)
  assert.equal(all.at(-1)?.ok, false)
})

test('the threshold that stopped the run has failed, whatever came of the requests in flight', () => {
  const source = sourceOf(figuresOf(times(10, { ms: 100 })))
  const given = settings({ http_req_duration: ['max<200', 'max<200'] })
  const text = 'max<200 of http_req_duration failed after 5 s: 250'
  const stopped = { kind: 'threshold', text, index: 1, metric: 'http_req_duration' } as const
  assert.deepEqual(
    evaluateThresholds(given, source, { stopped }).map(({ ok, actual, note }) => [ok, actual, note]),
    [
      [true, 100, null],
      [false, 100, `stopped the run: ${text}`],
    ],
  )
})
