import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { decodeFigures } from '../../../src/engine/figures-encoding.ts'
import type { RunningTarget } from '../../../src/targets/index.ts'
import { started, until } from '../../targets/start-target.ts'
import { proxyOf } from './relay-proxy.ts'
import { noUnhandledRejection, runRelay } from './run-relay.ts'

test('a connection storm connects everybody, holds them until the last has, and leaves nobody behind', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay')
  const run = await runRelay(relay.url, { scenario: 'connection-storm', connections: 20, shards: 3 })
  assert.deepEqual(run.outcomesOf('connect'), { ok: 20 })
  assert.equal(run.count('connects_immediate'), 20)
  assert.deepEqual(run.figures.starts.due, 20)
  // Each shard's connections are all there at one time.
  const together = run.windows.map(({ figures }) => decodeFigures(figures).levels.get('connections') ?? 0)
  assert.equal(Math.max(...together), 20)
  await until(() => stateOf(relay).connections === 0)
})

test('a steady state holds its connections for the duration, and lets them go over the ramp-down', async (t) => {
  const relay = await started(t, 'relay')
  const run = await runRelay(relay.url, {
    scenario: 'steady-state',
    connections: 10,
    durationSeconds: 0.3,
    rampDownSeconds: 0.2,
  })
  assert.equal(run.count('connections_held'), 10)
  assert.equal(run.count('disconnects'), 0)
  const held = run.figures.iterations.outcomes.get('ok')!.responseTime
  // The last to come goes last: nine tenths of the ramp-down later than the first, who came nine tenths of the ramp-up earlier.
  assert.equal(held.count, 10)
  assert.ok(held.minUs >= 380_000, `the shortest stay took ${held.minUs} us`)
})

test('a realistic session makes its handshake and exchanges its messages, and thinking is in no latency', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay')
  const timings = { thinkingMs: 300 }
  const run = await runRelay(relay.url, {
    scenario: 'realistic-session',
    connectionPairs: 4,
    messagesPerSession: 2,
    timings,
  })
  assert.deepEqual(run.outcomesOf('connect'), { ok: 8 })
  assert.deepEqual(run.outcomesOf('handshake'), { ok: 4 })
  assert.deepEqual(run.outcomesOf('message'), { ok: 8 })
  assert.deepEqual([run.count('messages_sent'), run.count('messages_received')], [8, 8])
  const message = run.figures.steps.get('message')!.outcomes.get('ok')!
  assert.ok(message.responseTime.minUs < 300_000, `${message.responseTime.minUs} us hold the wallet's thinking`)
  assert.ok(message.bytesSent > 8 * 150 && message.bytesReceived > 8 * 140)
  const iterations = run.figures.iterations.outcomes.get('ok')!.responseTime
  assert.ok(iterations.minUs > 600_000, 'the session itself takes it')
})

test('what is sent while a wallet is away reaches it when it is back', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay')
  const run = await runRelay(relay.url, {
    scenario: 'async-delivery',
    connectionPairs: 3,
    storedMessages: 4,
    delaySeconds: 0.2,
  })
  assert.deepEqual(run.outcomesOf('recovery'), { ok: 12 })
  assert.equal(run.count('messages_lost'), 0)
  // From its return, not from when it was sent.
  assert.ok(run.figures.steps.get('recovery')!.latency('responseTime').minUs < 200_000)
  assert.equal(stateOf(relay).recovered, 3)
})

test('steady messaging sends every message that is due, each pair on its own', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay')
  const run = await runRelay(relay.url, {
    scenario: 'steady-messaging',
    connectionPairs: 4,
    shards: 2,
    durationSeconds: 0.6,
    messageIntervalSeconds: 0.1,
  })
  // Due from 0.025 … 0.1 s + 30 + 10 + 100 ms on, every 100 ms before 0.7 s: 6 of the first two pairs, 5 of the others.
  assert.deepEqual(run.outcomesOf('message'), { ok: 22 })
  assert.equal(run.count('messages_sent'), 22)
  assert.equal(run.count('messages_unsent'), 0)
})

test('a relay that stands still delays no later message, and each counts from when it was due', async (t) => {
  const relay = await started(t, 'relay')
  // The first answer of the relay's that holds a request stops all of them for a while.
  const standsMs = 400
  let freeAtMs: number | undefined
  const url = await proxyOf(t, relay.url, {
    delayMs(frame) {
      if (frame.includes('"publish"') && ++published === 4) freeAtMs = performance.now() + standsMs
      return Math.max(0, (freeAtMs ?? 0) - performance.now())
    },
  })
  let published = 0
  const run = await runRelay(url, {
    scenario: 'steady-messaging',
    connectionPairs: 1,
    durationSeconds: 0.8,
    messageIntervalSeconds: 0.1,
    rampUpSeconds: 0.01,
    timings: { thinkingMs: 0, receiveTimeoutMs: 5000 },
  })
  // Due at 150, 250, … before 810 ms: 7. Those due while it stood were sent when they were due.
  assert.deepEqual(run.outcomesOf('message'), { ok: 7 })
  const { responseTime } = run.figures.steps.get('message')!.outcomes.get('ok')!
  const delayed = [...responseTime.buckets()].filter(({ upperUs }) => upperUs > 50_000)
  assert.ok(delayed.reduce((sum, { count }) => sum + count, 0) >= 3, 'only the one that met it was delayed')
})

test('the same relay serves the same scenario twice: what an earlier run left in channels is not taken for its own', async (t) => {
  const relay = await started(t, 'relay')
  const scenario = { scenario: 'realistic-session', connectionPairs: 2, messagesPerSession: 1 }
  for (const _ of [1, 2]) {
    const run = await runRelay(relay.url, scenario)
    assert.deepEqual(run.outcomesOf('message'), { ok: 2 })
    assert.equal(run.count('messages_repeated') + run.count('messages_mismatched'), 0)
  }
})

for (const [scenario, setting] of [
  ['connection-storm', { connections: 4, rampUpSeconds: 60 }],
  ['steady-state', { connections: 4, durationSeconds: 60 }],
  ['realistic-session', { connectionPairs: 4 }],
  ['async-delivery', { connectionPairs: 4, delaySeconds: 60 }],
  ['steady-messaging', { connectionPairs: 4, durationSeconds: 60, messageIntervalSeconds: 0.05 }],
] as const) {
  test(`${scenario} lets go at once when it is stopped, and calls nothing a failure`, async (t) => {
    noUnhandledRejection(t)
    const relay = await started(t, 'relay')
    const stop = new AbortController()
    const timings = { thinkingMs: 60_000, receiveTimeoutMs: 60_000 }
    const running = runRelay(relay.url, { scenario, timings, ...setting }, stop.signal)
    if (scenario === 'connection-storm') await delay(50)
    // Of each pair: request, offer, ack, and the message that is stored.
    else if (scenario === 'async-delivery') await until(() => stateOf(relay).published === 16)
    else await until(() => stateOf(relay).connections === (scenario === 'steady-state' ? 4 : 8))
    await delay(50)
    stop.abort()
    const { outcomes } = await running
    assert.equal(outcomes[0].state, 'stopped')
    assert.deepEqual([outcomes[0].failures, outcomes[0].abandoned], [[], 0])
    assert.ok(outcomes[0].durationMs < 10_000)
    await until(() => stateOf(relay).connections === 0)
  })
}

function stateOf(relay: RunningTarget): { connections: number; published: number; recovered: number } {
  return relay.state() as ReturnType<typeof stateOf>
}
