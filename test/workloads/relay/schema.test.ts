import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, REPORT_INPUT } from '../../../src/scenario/faults.ts'
import { expectedLosses } from '../../../src/workloads/relay/expected-losses.ts'
import { relaySchema } from '../../../src/workloads/relay/schema.ts'
import { sessionsOf } from '../../../src/workloads/relay/sessions.ts'
import { handshakeTimeoutMs, recoveryTimeoutMs } from '../../../src/workloads/relay/timeouts.ts'

function faultsIn(given: object): Record<string, string> {
  const parsed = relaySchema.safeParse(given, REPORT_INPUT)
  assert.ok(!parsed.success, 'it was taken')
  return Object.fromEntries(faultsOf(parsed.error, relaySchema).map(({ path, message }) => [path, message]))
}

test("the defaults are requirement 000's", () => {
  const settings = relaySchema.parse({})
  assert.deepEqual(settings, {
    target: 'relay',
    scenario: 'connection-storm',
    durationSeconds: 60,
    rampUpSeconds: 10,
    rampDownSeconds: 0,
    messagesPerSession: 3,
    storedMessages: 1,
    delaySeconds: 30,
    messageIntervalSeconds: 5,
    shards: 1,
    timings: {
      walletDelayMs: 5000,
      thinkingMs: 1000,
      syncBufferMs: 500,
      betweenMessagesMs: 1000,
      connectBudgetMs: 30_000,
      operationTimeoutMs: 10_000,
      receiveTimeoutMs: 30_000,
    },
    history: { ttlSeconds: 300, sessionSize: 20, handshakeSize: 5 },
  })
  assert.equal(sessionsOf(settings), 100)
})

test('timeouts that depend on the scenario', () => {
  const of = (given: object) => relaySchema.parse(given)
  assert.equal(handshakeTimeoutMs(of({ scenario: 'async-delivery' })), 60_000)
  assert.equal(handshakeTimeoutMs(of({ scenario: 'realistic-session' })), 120_000)
  assert.equal(recoveryTimeoutMs(of({ scenario: 'async-delivery', connectionPairs: 3000 })), 60_000)
  assert.equal(recoveryTimeoutMs(of({ scenario: 'async-delivery', connectionPairs: 10_000 })), 200_000)
})

test('every fault is told at once, those between settings too', () => {
  assert.deepEqual(
    faultsIn({
      target: 'http://relay',
      scenario: 'steady-messaging',
      connections: 5,
      connectionPairs: 2,
      shards: 3,
      rampUpSeconds: -1,
      durationSeconds: 5,
      messageIntervalSeconds: 0,
      timings: { reconnectMinMs: 40_000 },
    }),
    {
      target: 'must be a name or a ws:// or wss:// URL, got "http://relay"',
      rampUpSeconds: 'must be a number 0 … 86,400, got -1',
      messageIntervalSeconds: 'must be a number 0.001 … 86,400, got 0',
      connections: 'is not read by steady-messaging; give connectionPairs instead',
      shards: 'must be at most 2, one session each, got 3',
      'timings.reconnectMaxMs': 'must be at least reconnectMinMs (40000), got 30000',
    },
  )
})

test('a run that would end before its first message is refused', () => {
  const { durationSeconds } = faultsIn({ scenario: 'steady-messaging', rampUpSeconds: 1, durationSeconds: 9 })
  assert.match(durationSeconds, /^must be more than 9.5, got 9: the first message is due 10.5 s after its session/)
  relaySchema.parse({ scenario: 'steady-messaging', rampUpSeconds: 1, durationSeconds: 9.6 })
})

test('a run that must lose messages is not refused: it says so', () => {
  const losses = (given: object) => expectedLosses(relaySchema.parse({ scenario: 'async-delivery', ...given }))
  assert.deepEqual(losses({ delaySeconds: 300, storedMessages: 20 }), [])
  const told = losses({ delaySeconds: 301, storedMessages: 25 })
  assert.equal(told.length, 2)
  assert.match(told[0], /delaySeconds is 301 and the relay keeps messages for 300 s/)
  assert.match(told[1], /storedMessages is 25 and the relay keeps 20 of a session: 5 of each/)
  assert.equal(losses({ delaySeconds: 301, history: { ttlSeconds: 600 } }).length, 0)
})
