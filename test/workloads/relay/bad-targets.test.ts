import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import type { WebSocket } from 'ws'
import { started, until } from '../../targets/start-target.ts'
import { nobody, tcpTarget, webSocketTarget, type BadTarget } from './bad-target.ts'
import { proxyOf } from './relay-proxy.ts'
import { noUnhandledRejection, runRelay } from './run-relay.ts'

interface BadCase {
  readonly what: string
  readonly outcome: string
  start(t: TestContext): Promise<BadTarget>
}

const upgraded = (more: string) =>
  `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n${more}\r\n`
const answering = (text: string) => (t: TestContext) =>
  tcpTarget(t, (socket) => socket.once('data', () => socket.end(text)))
const saying = (frame: string | Buffer) => (t: TestContext) => webSocketTarget(t, (socket) => socket.send(frame))
const closing = (code: number) => (t: TestContext) => webSocketTarget(t, (socket) => socket.close(code, 'because'))

const BAD_TARGETS: readonly BadCase[] = [
  { what: 'nobody listens', outcome: 'refused', start: nobody },
  {
    what: 'the name does not exist',
    outcome: 'dns',
    start: () => Promise.resolve({ url: 'ws://relay.invalid/', connections: () => 0 }),
  },
  {
    what: 'TLS is spoken to what has none',
    outcome: 'tls',
    start: tlsWithout,
  },
  {
    what: 'the connection is reset',
    outcome: 'reset',
    start: (t) => tcpTarget(t, (socket) => socket.resetAndDestroy()),
  },
  { what: 'it never answers the upgrade', outcome: 'timeout', start: (t) => tcpTarget(t, (socket) => socket.resume()) },
  { what: 'it never answers the connect', outcome: 'timeout', start: (t) => webSocketTarget(t, () => undefined) },
  { what: 'it answers garbage', outcome: 'protocol', start: answering('SSH-2.0-OpenSSH_9.6\r\n') },
  {
    what: 'it answers with headers of a megabyte',
    outcome: 'protocol',
    start: answering(`HTTP/1.1 101 Yes\r\nx: ${'x'.repeat(1_000_000)}\r\n\r\n`),
  },
  {
    what: 'it accepts a key nobody sent',
    outcome: 'protocol',
    start: answering(upgraded('sec-websocket-accept: AAAA\r\n')),
  },
  {
    what: 'it answers 404',
    outcome: 'http_4xx',
    start: answering('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'),
  },
  { what: 'it answers 503', outcome: 'http_5xx', start: answering('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n') },
  {
    what: 'it sends a frame with an opcode that is none',
    outcome: 'protocol',
    start: (t) => webSocketTarget(t, (socket) => rawFrame(socket, [0x83, 0x00])),
  },
  {
    what: 'it sends a frame that is masked',
    outcome: 'protocol',
    start: (t) => webSocketTarget(t, (socket) => rawFrame(socket, [0x81, 0x80, 0, 0, 0, 0])),
  },
  {
    what: 'it sends text that is no UTF-8',
    outcome: 'protocol',
    start: (t) => webSocketTarget(t, (socket) => rawFrame(socket, [0x81, 0x01, 0xff])),
  },
  { what: 'it sends a message of 2 MB', outcome: 'protocol', start: saying(' '.repeat(2_000_000)) },
  { what: 'it sends bytes', outcome: 'protocol', start: saying(Buffer.from([1, 2, 3])) },
  { what: 'it sends no JSON', outcome: 'protocol', start: saying('<html>Sign in to the guest network</html>') },
  { what: 'it sends JSON that is no reply', outcome: 'protocol', start: saying('[1]') },
  { what: 'its reply to connect is none', outcome: 'protocol', start: saying('{"id":1,"connect":5}') },
  { what: 'its reply holds nothing', outcome: 'protocol', start: saying('{"id":1}') },
  {
    what: 'it refuses the connect',
    outcome: 'error_101',
    start: saying('{"id":1,"error":{"code":101,"message":"unauthorized"}}'),
  },
  {
    what: 'it is overloaded',
    outcome: 'error_100',
    start: (t) =>
      webSocketTarget(t, (socket, frame) => {
        const { id } = JSON.parse(frame) as { id: number } // another one with every attempt of a pair's
        socket.send(JSON.stringify({ id, error: { code: 100, message: 'internal', temporary: true } }))
      }),
  },
  {
    what: 'it says disconnect',
    outcome: 'closed_3501',
    start: saying('{"push":{"disconnect":{"code":3501,"reason":"bad"}}}'),
  },
  { what: 'it closes for good', outcome: 'closed_3500', start: closing(3500) },
  { what: 'it closes and may be tried again', outcome: 'closed_3001', start: closing(3001) },
  { what: 'it closes as WebSockets do', outcome: 'closed_1011', start: closing(1011) },
  {
    what: 'it cuts the line',
    outcome: 'closed_1006',
    start: (t) => webSocketTarget(t, (socket) => socket.terminate()),
  },
]

async function tlsWithout(t: TestContext): Promise<BadTarget> {
  const { url, connections } = await closing(1000)(t)
  return { url: url.replace('ws:', 'wss:'), connections }
}

const IMPATIENT = { connectBudgetMs: 250, operationTimeoutMs: 100 }
/** What answers has time to, on a busy machine too; what is tried again is tried for as long. */
const PATIENT = { connectBudgetMs: 1_000, operationTimeoutMs: 800 }

describe('a target that is no good', { concurrency: 8 }, () => {
  for (const { what, outcome, start } of BAD_TARGETS) {
    test(`${what}: every connection fails as ${outcome}, of a pair as of a single one`, async (t) => {
      noUnhandledRejection(t)
      const { url, connections } = await start(t)
      const timings = outcome === 'timeout' ? IMPATIENT : PATIENT
      const [single, pair] = await Promise.all([
        runRelay(url, { scenario: 'connection-storm', connections: 2, rampUpSeconds: 0, timings }),
        runRelay(url, { scenario: 'realistic-session', connectionPairs: 2, rampUpSeconds: 0, timings }),
      ])
      assert.deepEqual(single.outcomesOf('connect'), { [outcome]: 2 })
      assert.deepEqual([single.count('connects_attempted'), single.count('connects_failed')], [2, 2])
      // The wallets never came to it: their dApps show them nothing.
      assert.deepEqual(pair.outcomesOf('connect'), { [outcome]: 2 })
      assert.deepEqual(pair.outcomesOf('handshake'), { [outcome]: 2 })
      for (const { outcomes, count } of [single, pair]) {
        const [{ failures, abandoned }] = outcomes
        assert.equal(abandoned, 0)
        assert.deepEqual(
          failures.map(({ message, count: times }) => [message, times]),
          [[`connect: ${outcome}`, 2]],
        )
        assert.equal(count('disconnects'), 0)
      }
      await until(() => connections() === 0)
    })
  }
})

test('a connection that fails at first and then succeeds is recovered, and its retries are counted', async (t) => {
  const relay = await started(t, 'relay')
  for (const scenario of [
    { scenario: 'connection-storm', connections: 1 },
    { scenario: 'steady-messaging', connectionPairs: 1, messageIntervalSeconds: 0.1, durationSeconds: 0.3 },
  ]) {
    let replies = 0
    const url = await proxyOf(t, relay.url, { toClient: (frame) => (++replies <= 2 ? 'busy' : frame) })
    const run = await runRelay(url, scenario)
    assert.equal(run.count('connects_recovered'), 1)
    assert.equal(run.count('connect_retries'), 2)
    assert.equal(run.count('connects_failed'), 0)
  }
})

test('frames that are no replies in the middle of a session cost a reconnect, and no message', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay')
  let pushes = 0
  const url = await proxyOf(t, relay.url, {
    toClient(frame) {
      if (!frame.includes('"push"') || ++pushes % 9 !== 0) return frame
      return ['{"push":{"channel":"x","pub":7}}', 'null', '{"id":3,"history":{"publications":[null]}}'][
        (pushes / 9) % 3
      ]
    },
  })
  const run = await runRelay(url, {
    scenario: 'steady-messaging',
    connectionPairs: 2,
    durationSeconds: 0.8,
    messageIntervalSeconds: 0.1,
    timings: { receiveTimeoutMs: 5000 },
  })
  assert.ok(run.count('disconnects_protocol') > 0)
  assert.equal(run.count('reconnects'), run.count('disconnects'))
  assert.deepEqual(run.outcomesOf('message'), { ok: run.count('messages_sent') })
})

test('a channel that is not allowed fails the handshake by the code of its refusal', async (t) => {
  const relay = await started(t, 'relay')
  const url = await proxyOf(t, relay.url, {
    toClient: (frame) =>
      frame.replace(/\{"id":(\d+),"subscribe":.*\}/, '{"id":$1,"error":{"code":103,"message":"permission denied"}}'),
  })
  const run = await runRelay(url, { scenario: 'realistic-session', connectionPairs: 1 })
  assert.deepEqual(run.outcomesOf('handshake'), { error_103: 1 })
})

test('a target whose URL is none of a relay is refused before any load', async () => {
  await assert.rejects(
    runRelay('http://127.0.0.1:1/', { connections: 1 }),
    /must be a ws:\/\/ or wss:\/\/ URL, got a URL of http:/,
  )
  await assert.rejects(runRelay('storefront', { connections: 1 }), /got what is no URL/)
})

function rawFrame(socket: WebSocket, bytes: readonly number[]): void {
  // Below the WebSocket: what its own methods would never send.
  const { _socket: below } = socket as unknown as { _socket: { write(data: Buffer): void } }
  below.write(Buffer.from(bytes))
}
