import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Figures } from '../../../src/engine/figures.ts'
import { encodeFigures } from '../../../src/engine/figures-encoding.ts'
import { createRecorder, type Recorder } from '../../../src/engine/recorder.ts'
import type { MergedWindow } from '../../../src/engine/window-merger.ts'
import { createConnectionGauge } from '../../../src/workloads/relay/connection-gauge.ts'
import { resultBlock } from '../../../src/workloads/relay/result-block.ts'
import { relaySchema } from '../../../src/workloads/relay/schema.ts'

function recorded(record: (recorder: Recorder) => void): { figures: Figures; windows: MergedWindow[] } {
  const windows: MergedWindow[] = []
  const recorder = createRecorder({
    shard: 0,
    onWindow: ({ number, figures }) => windows.push({ number, shards: [0], figures: encodeFigures(figures) }),
  })
  recorder.begin(0)
  record(recorder)
  recorder.finish(3000)
  return { figures: recorder.total, windows }
}

const results = (
  { figures, windows }: { figures: Figures; windows: MergedWindow[] },
  given: object,
): Record<string, never> => {
  return resultBlock(figures, windows, relaySchema.parse(given))['results'] as unknown as Record<string, never>
}

const message = (endedAtMs: number, ms: number, outcome = 'ok') => ({
  outcome,
  intendedAtMs: endedAtMs - ms,
  sentAtMs: endedAtMs - ms / 2,
  endedAtMs,
})

test('of nothing, rates and latencies are null and counts are 0', () => {
  const empty = recorded(() => undefined)
  assert.deepEqual(results(empty, {}), {
    connections: { attempted: 0, successful: 0, failed: 0, successRate: null, immediate: 0, recovered: 0 },
    timing: { totalTimeMs: 0, connectionsPerSec: null, rampUpTimeMs: 0 },
    connectTime: null,
    retries: { totalRetries: 0, avgRetriesPerConnection: 0 },
    sessions: { attempted: 0 },
    disconnects: { total: 0, reconnects: 0, byReason: {} },
  })
  const { handshake, messages } = results(empty, { scenario: 'realistic-session' })
  const { latency, successRate } = handshake
  assert.deepEqual([latency, successRate, messages['deliveryRate']], [null, null, null])
})

test('connects by how they came about, and the rate over the time they took, not over sums of it', () => {
  const run = recorded((recorder) => {
    recorder.record('connect', message(500, 10))
    recorder.record('connect', message(1000, 30))
    recorder.record('connect', message(2000, 1000, 'refused'))
    recorder.count('connects_attempted', 3)
    recorder.count('connects_immediate')
    recorder.count('connects_recovered')
    recorder.count('connects_failed')
    recorder.count('connect_retries', 6)
    recorder.timing('connect', 'started_after', 990)
    for (const ms of [500, 1000, 2000]) recorder.timing('connect', 'settled_after', ms)
  })
  const { connections, timing, connectTime, retries } = results(run, {})
  assert.deepEqual(connections, {
    attempted: 3,
    successful: 2,
    failed: 1,
    successRate: 66.667,
    immediate: 1,
    recovered: 1,
  })
  assert.deepEqual(timing, { totalTimeMs: 2000, connectionsPerSec: 1.5, rampUpTimeMs: 990 })
  // Of those that connected; each percentile is the upper end of its bucket.
  assert.deepEqual(connectTime, { min: 10, max: 30, avg: 20, p50: 10.047, p95: 30, p99: 30 })
  assert.deepEqual(retries, { totalRetries: 6, avgRetriesPerConnection: 2 })
})

test('percentiles of two shards are those of all their samples, in any order', () => {
  const slow = recorded((recorder) => {
    for (let at = 0; at < 10; at++) recorder.record('message', message(100, 50))
  })
  const fast = recorded((recorder) => {
    for (let at = 0; at < 990; at++) recorder.record('message', message(100, 1))
  })
  const given = { scenario: 'realistic-session' }
  const merged = [slow, fast].map(({ figures }, first, [a, b]) => {
    const both = new Figures()
    for (const one of first === 0 ? [a, b] : [b, a]) both.merge(one.figures)
    assert.ok(figures)
    return results({ figures: both, windows: [] }, given)['messages']['latency']
  })
  assert.deepEqual(merged[0], merged[1])
  const { p50, p99, max, avg } = merged[0] as { p50: number; p99: number; max: number; avg: number }
  assert.ok(p50 >= 1 && p50 <= 1.01 && p99 <= 1.01 && max === 50)
  assert.equal(avg, 1.49)
})

test('messages that were due and never sent were not delivered; latencies are kept from both instants', () => {
  const run = recorded((recorder) => {
    recorder.count('messages_sent', 3)
    recorder.count('messages_received', 2)
    recorder.count('messages_failed')
    recorder.count('messages_unsent', 5)
    recorder.count('messages_lost')
    recorder.record('message', message(900, 20))
    recorder.record('message', message(1900, 40))
    recorder.record('message', message(2900, 500, 'timeout'))
  })
  const { messages, steadyMessaging } = results(run, { scenario: 'steady-messaging' })
  const { latency, latencyFromSend, ...counts } = messages as Record<string, unknown>
  assert.deepEqual(counts, {
    sent: 3,
    received: 2,
    failed: 1,
    unsent: 5,
    lost: 1,
    late: 0,
    repeated: 0,
    mismatched: 0,
    foreign: 0,
    deliveryRate: 25,
    outcomes: { ok: 2, timeout: 1 },
  })
  assert.deepEqual([(latency as { max: number }).max, (latencyFromSend as { max: number }).max], [40, 20])
  assert.deepEqual((steadyMessaging as { disconnects: number }).disconnects, 0)
})

test('latency over time is second by second in a short run, ten seconds each in a longer one', () => {
  const run = recorded((recorder) => {
    recorder.record('message', message(900, 20))
    recorder.record('message', message(2900, 40))
  })
  const over = (given: object) => {
    const { steadyMessaging } = results(run, { scenario: 'steady-messaging', ...given })
    return (steadyMessaging as { latencyOverTime: object[] }).latencyOverTime
  }
  assert.deepEqual(over({ durationSeconds: 30 }), [
    { timestampMs: 1000, p50: 20, p99: 20, exchanges: 1 },
    { timestampMs: 2000, p50: null, p99: null, exchanges: 0 },
    { timestampMs: 3000, p50: 40, p99: 40, exchanges: 1 },
  ])
  assert.deepEqual(over({ durationSeconds: 60 }), [{ timestampMs: 10_000, p50: 20.095, p99: 40, exchanges: 2 }])
})

test('the peak of disconnects is the highest that was at one time, and stability is what stood at the end', () => {
  const run = recorded((recorder) => {
    const gauge = createConnectionGauge(recorder)
    for (let at = 0; at < 4; at++) gauge.opened()
    gauge.lost('closed_3001')
    gauge.lost('reset')
    gauge.back()
    recorder.advance(1000)
    gauge.lost('reset')
    recorder.advance(2000)
    for (const isOpen of [true, true, false, false]) gauge.left(isOpen)
  })
  const { steadyState, disconnects } = results(run, { scenario: 'steady-state', durationSeconds: 3 })
  assert.deepEqual(steadyState, {
    holdDurationMs: 3000,
    currentDisconnects: 2,
    peakDisconnects: 2,
    reconnectsDuringHold: 1,
    connectionStability: 50,
  })
  assert.deepEqual(disconnects, { total: 3, reconnects: 1, byReason: { closed_3001: 1, reset: 2 } })
})
