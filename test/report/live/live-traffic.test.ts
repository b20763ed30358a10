import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { createLiveTraffic, type LiveTraffic } from '../../../src/report/live/live-traffic.ts'
import { renderLiveTraffic, renderLiveTrafficPlain } from '../../../src/report/live/render-live-traffic.ts'
import { sparkline } from '../../../src/report/live/sparkline.ts'
import { feed, tenRequests, type RecordSecond } from '../../outputs/some-windows.ts'
import { someThresholds } from '../a-traffic-document.ts'
import { hostileText } from '../hostile-text.ts'

function liveAfter(seconds: number, record: RecordSecond = tenRequests, totalMs?: number): LiveTraffic {
  const live = createLiveTraffic(totalMs === undefined ? {} : { totalMs })
  feed({ window: (figures) => live.add(figures) }, seconds, record)
  return live
}

test('the last second is told as figures, the last minute as bars', () => {
  const live = liveAfter(3, tenRequests, 10_000)
  live.judge(someThresholds().slice(0, 2))
  assert.deepEqual(renderLiveTraffic(live, 80, false), [
    ` 00:03/00:10  ${'━'.repeat(15)}${'─'.repeat(35)}  30 %`,
    '',
    ' offered     10.0/s ███',
    ' achieved    10.0/s ███',
    ' ended       10.0/s ███',
    ' users            7 ███',
    ' errors        10 % ███',
    ' p50        50.2 ms ███',
    ' p95         100 ms ███',
    ' p99         100 ms ███',
    '',
    ' so far   30 of 30 starts, 0 late, 0 dropped; 30 ended, 3 failed',
    ' failed   timeout 3',
    '',
    ` ✗ http_req_duration 'p(99)<50' p(99)=75ms`,
    ` ✓ http_req_duration 'p(95)<200' p(95)=37.5ms`,
  ])
})

test('a second in which nothing ended has no latency, and leaves a gap', () => {
  const live = liveAfter(3, (recorder, second) => {
    if (second !== 1) tenRequests(recorder, second)
  })
  assert.deepEqual(
    live.recent.map(({ p95 }) => p95 !== null),
    [true, false, true],
  )
  assert.match(renderLiveTraffic(live, 80, false).join('\n'), / p95 +100 ms █ █\n/)
})

test('without a terminal it is one line', () => {
  const live = liveAfter(3, tenRequests, 65_000)
  assert.equal(
    renderLiveTrafficPlain(live),
    '00:03/01:05  offered 10.0/s  achieved 10.0/s  ended 10.0/s  users 7  errors 10 %  p50 50.2 ms  p95 100 ms  p99 100 ms',
  )
  live.judge(someThresholds())
  assert.match(renderLiveTrafficPlain(live), / {2}thresholds 2 failing$/)
  assert.match(renderLiveTrafficPlain(liveAfter(1)), /^00:01 {2}offered/)
})

test('before the first window there is nothing to show', () => {
  const live = createLiveTraffic()
  assert.deepEqual(renderLiveTraffic(live, 80, true), ['  the load has not begun'])
  assert.equal(renderLiveTrafficPlain(live), 'the load has not begun')
})

test('a run of an hour keeps a minute', () => {
  const live = liveAfter(3600, (recorder, second) => {
    recorder.record('a', {
      outcome: 'ok',
      intendedAtMs: second * 1000,
      sentAtMs: second * 1000,
      endedAtMs: second * 1000 + 1,
    })
  })
  assert.equal(live.seconds, 3600)
  assert.equal(live.recent.length, 60)
  assert.equal(live.ended, 3600)
})

test('bars go from nothing to the highest', () => {
  assert.equal(sparkline([0, 1, 2, 3.5, null, 7], 10), '▁▂▃▅ █')
  assert.equal(sparkline([0, 0], 10), '▁▁')
  assert.equal(sparkline([1, 2, 3], 2), '▆█')
  assert.equal(sparkline([1, 2], 0), '')
})

test('no line is wider than the terminal, whatever errors and thresholds are called', () => {
  fc.assert(
    fc.property(
      hostileText(),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 70 }),
      (name, width, seconds) => {
        const live = liveAfter(
          seconds,
          (recorder, second) => {
            const atMs = second * 1000
            recorder.record('a', { outcome: name, intendedAtMs: atMs, sentAtMs: atMs, endedAtMs: atMs + 900 })
          },
          60_000,
        )
        live.judge([{ metric: name, expression: name, ok: false, actual: 1, note: name }])
        const lines = renderLiveTraffic(live, width, false)
        for (const line of lines) {
          assert.ok(line.length <= width, `${line.length} > ${width}: ${line}`)
          assert.doesNotMatch(line, /\p{Cc}/u)
        }
        assert.deepEqual(renderLiveTraffic(live, width, true).map(stripVTControlCharacters), lines)
        assert.doesNotMatch(renderLiveTrafficPlain(live), /\p{Cc}/u)
      },
    ),
    { numRuns: 50 },
  )
})
