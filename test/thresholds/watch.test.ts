import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { countCheck } from '../../src/engine/check-counts.ts'
import { Figures } from '../../src/engine/figures.ts'
import { createRecorder } from '../../src/engine/recorder.ts'
import { worstExitCode } from '../../src/exit-codes.ts'
import { overspendRequests, type SoFar } from '../../src/thresholds/limit-watch.ts'
import { limitsSchema, thresholdsSchema, type LimitsInput, type ThresholdsInput } from '../../src/thresholds/schema.ts'
import { STOP_EXIT_CODES, type StopReason } from '../../src/thresholds/stop-reason.ts'
import { trafficMetrics } from '../../src/thresholds/traffic-metrics.ts'
import { watchThresholds, type WatchOptions } from '../../src/thresholds/watch.ts'
import { figuresOf, times, type Request } from './figures-of.ts'

const traffic = { protocol: 'http' } as const

function watch(thresholds: ThresholdsInput, limits: LimitsInput = {}, others: WatchOptions = {}) {
  const parsed = { thresholds: thresholdsSchema().parse(thresholds), limits: limitsSchema.parse(limits) }
  return watchThresholds({ ...parsed, traffic, ...others })
}

/** Feeds seconds until there is a reason; answers it and after how many seconds it came. */
function feed(
  watched: ReturnType<typeof watch>,
  seconds: Iterable<Figures>,
): { at: number; reason: StopReason } | undefined {
  let number = 0
  for (const figures of seconds) {
    const reason = watched.add(number++, figures)
    if (reason) return { at: number, reason }
  }
  return undefined
}

function* each(requests: readonly (readonly Request[])[]): Generator<Figures> {
  for (const second of requests) yield figuresOf(second)
}

test('a threshold that may abort does so in the second in which the run so far fails it', () => {
  const given = { http_req_duration: [{ threshold: 'avg<100', abortOnFail: true }] }
  const seconds = each([10, 10, 400].map((ms) => times(10, { ms })))
  assert.deepEqual(feed(watch(given), seconds), {
    at: 3,
    reason: {
      kind: 'threshold',
      index: 0,
      metric: 'http_req_duration',
      text: 'avg<100 of http_req_duration failed after 3 s: 140',
    },
  })
})

test('one that may not abort is watched, and stops nothing', () => {
  const watched = watch({
    http_req_duration: ['max<100', { threshold: 'avg<500', abortOnFail: true }],
    checks: ['rate>0'],
  })
  assert.equal(feed(watched, each([times(5, { ms: 250 })])), undefined)
  assert.deepEqual(
    watched.standing().map(({ expression, ok, actual }) => [expression, ok, actual]),
    [
      ['max<100', false, 250],
      ['avg<500', true, 250],
    ],
  )
})

test('until its delay is over it aborts nothing, and afterwards only where it fails then', () => {
  const abort = { threshold: 'max<100', abortOnFail: true, delayAbortEval: '5s' }
  const slow = times(8, times(3, { ms: 400 }))
  assert.equal(feed(watch({ http_req_duration: [abort] }), each(slow))?.at, 5)
  const recovering = [times(1, { ms: 400 }), ...times(9, times(9, { ms: 1 }))]
  const average = { ...abort, threshold: 'avg<100' }
  assert.equal(feed(watch({ http_req_duration: [average] }), each(recovering)), undefined)
  assert.equal(feed(watch({ http_req_duration: [{ ...average, delayAbortEval: 0 }] }), each(recovering))?.at, 1)
})

test('no data is no reason to abort', () => {
  const abort = { threshold: 'p(95)<100', abortOnFail: true }
  assert.equal(
    feed(watch({ http_req_duration: [abort], checks: [{ ...abort, threshold: 'rate>0.9' }] }), each(times(9, []))),
    undefined,
  )
})

test('with a window, what was long ago counts no more', () => {
  const abort = { threshold: 'avg<100', abortOnFail: true, window: '3s' }
  const fast = times(60, times(10, { ms: 10 }))
  const seconds = [...fast, ...times(5, times(10, { ms: 190 }))]
  assert.equal(feed(watch({ http_req_duration: [abort] }), each(seconds))?.at, 62)
  assert.equal(feed(watch({ http_req_duration: [{ ...abort, window: undefined }] }), each(seconds)), undefined)
})

test('a window that is not whole yet judges nothing, and a missing second begins it anew', () => {
  const watched = watch({ http_req_duration: [{ threshold: 'max<100', abortOnFail: true, window: '3s' }] })
  const slow = figuresOf([{ ms: 400 }])
  const reasons = [0, 1, 3, 4, 5].map((number) => watched.add(number, slow)?.kind)
  assert.deepEqual(reasons, [undefined, undefined, undefined, undefined, 'threshold'])
})

test('a target that freezes is seen by a rate over a window', () => {
  const given = { http_reqs: [{ threshold: 'rate>1', abortOnFail: true, window: '4s' }] }
  assert.equal(feed(watch(given), each([...times(10, times(9, {})), ...times(9, [])]))?.at, 14)
})

test('rates count from the start of the run, not from the first of their kind', () => {
  const seconds = times(9, 0).map((_, at) =>
    figuresOf([{}], (recorder) => {
      if (at === 8) recorder.count('cart_errors', 9)
    }),
  )
  assert.equal(feed(watch({ cart_errors: [{ threshold: 'rate<=1', abortOnFail: true }] }), seconds), undefined)
  assert.equal(feed(watch({ cart_errors: [{ threshold: 'rate<1', abortOnFail: true }] }), seconds)?.at, 9)
})

test('with a scope, one bad step is enough, and it is named', () => {
  const given = { http_req_duration: [{ threshold: 'avg<100', abortOnFail: true, scope: 'step' }] }
  const seconds = [times(99, { step: 'browse', ms: 1 }), [{ step: 'pay', ms: 400 }]]
  const found = feed(watch(given), each(seconds))
  assert.equal(found?.at, 2)
  assert.equal(found.reason.kind === 'threshold' && found.reason.metric, 'http_req_duration{step:pay}')
})

test('a baseline can abort too', () => {
  const baselines = new Map([['before', trafficMetrics(figuresOf([{ ms: 100 }]), { durationMs: 1000, traffic })]])
  const given = { http_req_duration: [{ threshold: 'avg<500', baseline: 'before', abortOnFail: true }] }
  assert.equal(feed(watch(given, {}, { baselines }), each([[{ ms: 109 }], [{ ms: 112 }]]))?.at, 2)
})

test('checks and names that code records as two things do no harm', () => {
  const seconds = [
    figuresOf([{}], (recorder) => recorder.timing('page', 'twofold', 5)),
    figuresOf([{}], (recorder) => recorder.count('twofold')),
    figuresOf([{}], (recorder) => countCheck(recorder, 'is ok', false)),
  ]
  const given = {
    twofold: [{ threshold: 'max<9', abortOnFail: true }],
    checks: [{ threshold: 'rate>0.5', abortOnFail: true }],
  }
  assert.equal(feed(watch(given), seconds)?.at, 3)
})

test('maxErrorRate waits for 100 samples, and means more than that share', () => {
  const failing = times(30, { outcome: 'timeout' })
  const mixed = [...times(25, { outcome: 'http_5xx' }), ...times(25, {})]
  assert.deepEqual(feed(watch({}, { maxErrorRate: 0.5 }), each(times(9, failing))), {
    at: 4,
    reason: {
      kind: 'limit',
      limit: 'maxErrorRate',
      text: 'maxErrorRate 0.5 passed after 4 s: 120 of 120 steps failed',
    },
  })
  assert.equal(feed(watch({}, { maxErrorRate: 0.5 }), each(times(9, mixed))), undefined)
})

test('iterations that fail before their first step count for maxErrorRate as well; interrupted ones do not', () => {
  const iterations = (outcome: string) => {
    const figures = new Figures()
    const recorder = createRecorder({ shard: 0, onWindow: (window) => figures.merge(window.figures) })
    recorder.begin(0)
    for (let i = 0; i < 60; i++) recorder.iteration({ outcome, intendedAtMs: 0, sentAtMs: 0, endedAtMs: 1 })
    recorder.finish(2)
    return figures
  }
  assert.equal(feed(watch({}, { maxErrorRate: 0.9 }), times(4, iterations('failed')))?.at, 2)
  assert.equal(feed(watch({}, { maxErrorRate: 0.9 }), times(4, iterations('interrupted'))), undefined)
})

test('maxRequests counts what ended, and says what may still come', () => {
  const found = feed(watch({}, { maxRequests: 1000 }), each(times(9, times(300, {}))))
  assert.equal(found?.at, 4)
  assert.equal(
    found.reason.text,
    'maxRequests 1,000 reached after 4 s: 1,200 ended; until every shard stops, up to 3 s, about 900 more',
  )
  assert.equal(overspendRequests(300), 1200) // the second in which it is reached, and three more
})

test('maxDuration is reached by windows, or by the clock where none come', () => {
  assert.equal(feed(watch({}, { maxDuration: '5s' }), each(times(9, [])))?.at, 5)
  const idle = watch({}, { maxDuration: '5s' }, { traffic: undefined })
  assert.equal(idle.elapsed(4_999), undefined)
  assert.deepEqual(idle.elapsed(5_000), { kind: 'limit', limit: 'maxDuration', text: 'maxDuration 5 s reached' })
})

test('maxCostUsd is a budget: what it costs so far is asked of whoever knows prices', () => {
  const asked: SoFar[] = []
  const costSoFar = (soFar: SoFar) => {
    asked.push(soFar)
    return soFar.requests * 0.01
  }
  const second = times(100, { sent: 10, received: 20 })
  const found = feed(watch({}, { maxCostUsd: 2.5, maxRequests: 300 }, { costSoFar }), each(times(9, second)))
  assert.equal(found?.at, 3)
  assert.equal(found.reason.kind, 'budget')
  assert.match(found.reason.text, /^maxCostUsd 2.5 reached after 3 s: \$3; until every shard stops/)
  assert.deepEqual(asked[1], { elapsedMs: 2000, windows: 2, requests: 200, bytesSent: 2000, bytesReceived: 4000 })
})

test('kinds of reasons have exit codes of their own, and where two come at once the graver is told', () => {
  assert.deepEqual(STOP_EXIT_CODES, { threshold: 99, budget: 93, limit: 96 })
  assert.equal(worstExitCode(Object.values(STOP_EXIT_CODES)), STOP_EXIT_CODES.budget)
  const given = { http_req_duration: [{ threshold: 'max<100', abortOnFail: true }] }
  const limits = { maxCostUsd: 1, maxRequests: 5 }
  const second = [times(10, { ms: 400 })]
  assert.equal(feed(watch(given, limits, { costSoFar: () => 1 }), each(second))?.reason.kind, 'budget')
  assert.equal(feed(watch(given, limits), each(second))?.reason.kind, 'limit')
  assert.equal(feed(watch(given), each(second))?.reason.kind, 'threshold')
})

test('the first reason stays', () => {
  const watched = watch({}, { maxRequests: 1, maxDuration: '1s' })
  const first = watched.add(0, figuresOf([{}]))
  assert.equal(watched.add(1, figuresOf([])), first)
  assert.equal(watched.elapsed(60_000), first)
  assert.equal(watched.reason, first)
})

test('memory does not grow with the run', () => {
  const watched = watch({
    http_req_duration: [
      'p(95)<900',
      { threshold: 'p(95)<900', window: '20s' },
      { threshold: 'avg<900', scope: 'step' },
    ],
    http_reqs: [{ threshold: 'rate>0', window: '20s' }],
  })
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const heldAfter = (until: number) => {
    for (; number < until; number++)
      watched.add(number, figuresOf([{ ms: 1 + ((number * 37) % 800), step: `s${number % 3}` }]))
    collect()
    return process.memoryUsage().heapUsed // of buffers, the engine returns what is free when it likes
  }
  let number = 0
  const early = heldAfter(500)
  const late = heldAfter(4_000)
  // One histogram that is kept per second would be some hundred bytes each, without its buffer.
  assert.ok(late < early + 500_000, `${early} bytes grew to ${late}`)
})
