import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../../src/targets/clock.ts'
import type { RunningTarget } from '../../../src/targets/index.ts'
import { resultBlock } from '../../../src/workloads/relay/result-block.ts'
import { post, started, until } from '../../targets/start-target.ts'
import { proxyOf } from './relay-proxy.ts'
import { noUnhandledRejection, runRelay, type RelayRun } from './run-relay.ts'

test('of more messages than a session channel keeps, the oldest are lost, seen and counted', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay', { settings: { session_history_size: 4 } })
  const run = await runRelay(relay.url, {
    scenario: 'async-delivery',
    connectionPairs: 2,
    storedMessages: 7,
    delaySeconds: 0.05,
  })
  assert.deepEqual(run.outcomesOf('recovery'), { ok: 8, lost: 6 })
  assert.equal(run.count('messages_lost'), 6)
  assert.deepEqual(run.figures.iterations.outcomes.get('failed')?.responseTime.count, 2)
  assert.deepEqual(
    run.outcomes[0].failures.map(({ message, count }) => ({ message, count })),
    [{ message: 'recovery: lost', count: 2 }],
  )
  const { recovery } = resultsOf(run)
  assert.deepEqual([recovery.attempted, recovery.received, recovery.failed, recovery.lost], [14, 8, 6, 6])
})

test('a message older than the history is lost, and nobody waits for it until the timeout', async (t) => {
  noUnhandledRejection(t)
  const clock = createMovableClock()
  const relay = await started(t, 'relay', { clock })
  const running = runRelay(relay.url, {
    scenario: 'async-delivery',
    connectionPairs: 2,
    delaySeconds: 0.3,
    timings: { recoveryTimeoutMs: 60_000 },
  })
  await until(() => (relay.state() as { published: number }).published === 8)
  clock.advance(301_000)
  const run = await running
  assert.deepEqual(run.outcomesOf('recovery'), { lost: 2 })
  assert.equal(run.count('messages_lost'), 2)
  assert.ok(run.outcomes[0].durationMs < 10_000)
})

test('a wallet that scans after the history has expired finds no session request', async (t) => {
  const clock = createMovableClock()
  const relay = await started(t, 'relay', { clock })
  const running = runRelay(relay.url, {
    scenario: 'realistic-session',
    connectionPairs: 1,
    timings: { walletDelayMs: 200, handshakeTimeoutMs: 60_000 },
  })
  await until(() => (relay.state() as { published: number }).published === 1)
  clock.advance(301_000)
  const run = await running
  assert.deepEqual(run.outcomesOf('handshake'), { lost: 1 })
  assert.deepEqual(run.outcomesOf('message'), {})
})

test('messages that were kept come through a disconnect: no loss, one disconnect, one reconnect', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay')
  const run = await disconnectedRun(relay, { code: 3011 })
  assert.equal(run.count('messages_lost'), 0)
  assert.deepEqual(run.outcomesOf('message'), { ok: run.count('messages_sent') })
  assert.deepEqual([run.count('disconnects'), run.count('disconnects_closed_3011'), run.count('reconnects')], [4, 4, 4])
})

test('a pair that may not come back fails its messages at once, by the code', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay')
  const run = await disconnectedRun(relay, { code: 3500 })
  const { closed_3500: failed, ok, ...others } = run.outcomesOf('message')
  assert.ok(failed > 0 && ok > 0)
  assert.deepEqual(others, {})
  assert.equal(run.count('messages_sent'), failed + ok)
  assert.equal(run.count('messages_failed'), failed)
  assert.deepEqual([run.count('disconnects_closed_3500'), run.count('reconnects')], [4, 0])
  // A message that cannot be sent takes no time: it does not look like one that was slow.
  assert.ok(run.outcomes[0].durationMs < 5000)
})

test('an answer to something nobody asked fails the message that waits for its own', async (t) => {
  const relay = await started(t, 'relay')
  const url = await proxyOf(t, relay.url, {
    toRelay: (frame) => rewriteReplies(frame, (id) => `${id.slice(0, -2)}x/0`),
  })
  const run = await runRelay(url, { scenario: 'realistic-session', connectionPairs: 1, messagesPerSession: 2 })
  assert.deepEqual(run.outcomesOf('message'), { mismatch: 2 })
  assert.equal(run.count('messages_mismatched'), 2)
})

test('a message that comes twice is taken once', async (t) => {
  const relay = await started(t, 'relay')
  let twice = 0
  const url = await proxyOf(t, relay.url, {
    // Another offset, the same nonce: what a publisher does that never heard of its success.
    toRelay(frame) {
      if (!frame.includes('"publish"') || !frame.includes('session:')) return frame
      twice += 1
      return `${frame}\n${frame.replace(/"id":\d+/, `"id":${1000 + twice}`)}`
    },
  })
  const run = await runRelay(url, { scenario: 'realistic-session', connectionPairs: 1, messagesPerSession: 3 })
  assert.deepEqual(run.outcomesOf('message'), { ok: 3 })
  assert.ok(run.count('messages_repeated') >= 6)
  assert.equal(run.count('messages_mismatched') + run.count('messages_lost'), 0)
})

test('an answer that never comes is a timeout, and one that comes after it is late', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay')
  let replies = 0
  const url = await proxyOf(t, relay.url, {
    delayMs: (frame) => (isReply(frame) && ++replies === 1 ? 300 : 0),
  })
  const run = await runRelay(url, {
    scenario: 'realistic-session',
    connectionPairs: 1,
    messagesPerSession: 2,
    timings: { receiveTimeoutMs: 150, thinkingMs: 0, betweenMessagesMs: 400 },
  })
  assert.deepEqual(run.outcomesOf('message'), { timeout: 1, ok: 1 })
  assert.equal(run.count('messages_late'), 1)
})

/** Two pairs that talk; everybody is disconnected in the middle. */
async function disconnectedRun(relay: RunningTarget, how: object): Promise<RelayRun> {
  const running = runRelay(relay.url, {
    scenario: 'steady-messaging',
    connectionPairs: 2,
    durationSeconds: 0.7,
    messageIntervalSeconds: 0.1,
    timings: { receiveTimeoutMs: 5000 },
  })
  // Of each pair's handshake 3, of each message 2.
  await until(() => (relay.state() as { published: number }).published >= 10)
  assert.equal((await post(`${relay.adminUrl}/_target/disconnect`, how)).status, 200)
  return running
}

interface Recovery {
  readonly attempted: number
  readonly received: number
  readonly failed: number
  readonly lost: number
}

function resultsOf({ figures, windows, settings }: RelayRun): { recovery: Recovery } {
  return resultBlock(figures, windows, settings)['results'] as unknown as { recovery: Recovery }
}

function isReply(frame: string): boolean {
  return messageIn(frame)?.type === 'reply'
}

function rewriteReplies(frame: string, idOf: (id: string) => string): string {
  const message = messageIn(frame)
  if (message?.type !== 'reply') return frame
  const command = JSON.parse(frame) as { publish: { data: { payload: string } } }
  command.publish.data.payload = Buffer.from(JSON.stringify({ ...message, id: idOf(message.id) })).toString('base64')
  return JSON.stringify(command)
}

function messageIn(frame: string): { type: string; id: string } | undefined {
  const payload = /"payload":"([^"]+)"/.exec(frame)?.[1]
  if (payload === undefined || !frame.includes('"publish"')) return undefined
  return JSON.parse(Buffer.from(payload, 'base64').toString()) as { type: string; id: string }
}
