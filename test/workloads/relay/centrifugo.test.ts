import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { relays, startCentrifugo, type RelayUnderTest } from '../../targets/relay/relays.ts'
import { noUnhandledRejection, runRelay } from './run-relay.ts'

const engine = process.env.TURNAROUND_CENTRIFUGE

/** What the stand-in stands in for; and the engine inside it, which builds where Centrifugo itself cannot be had. */
const real: readonly RelayUnderTest[] = [
  ...relays.filter(({ name }) => name === 'Centrifugo'),
  {
    name: "Centrifugo's engine",
    missing:
      engine === undefined
        ? 'TURNAROUND_CENTRIFUGE names no engine; centrifuge-engine/main.go says how to build it'
        : undefined,
    start: (t) => startCentrifugo(t, engine!),
  },
]

for (const { name, missing, start } of real) {
  describe(`over ${name}`, { skip: missing ?? false }, () => {
    test('connections come and stay', async (t) => {
      const run = await runRelay(await start(t), { scenario: 'steady-state', connections: 20, durationSeconds: 0.3 })
      assert.deepEqual([run.outcomesOf('connect'), run.count('connections_held')], [{ ok: 20 }, 20])
    })

    test('sessions make their handshakes and exchange their messages', async (t) => {
      noUnhandledRejection(t)
      const url = await start(t)
      const realistic = await runRelay(url, { scenario: 'realistic-session', connectionPairs: 5 })
      assert.deepEqual(realistic.outcomesOf('message'), { ok: 15 })
      const steady = await runRelay(url, {
        scenario: 'steady-messaging',
        connectionPairs: 5,
        durationSeconds: 0.6,
        messageIntervalSeconds: 0.1,
      })
      assert.deepEqual(steady.outcomesOf('message'), { ok: steady.count('messages_sent') })
      for (const run of [realistic, steady])
        assert.equal(run.count('messages_lost') + run.count('messages_repeated'), 0)
    })

    test('20 stored messages are recovered, of 23 the oldest 3 are lost and counted', async (t) => {
      noUnhandledRejection(t)
      const url = await start(t)
      const kept = await runRelay(url, {
        scenario: 'async-delivery',
        connectionPairs: 3,
        storedMessages: 20,
        delaySeconds: 0.1,
      })
      assert.deepEqual([kept.outcomesOf('recovery'), kept.count('messages_lost')], [{ ok: 60 }, 0])
      const lost = await runRelay(url, {
        scenario: 'async-delivery',
        connectionPairs: 3,
        storedMessages: 23,
        delaySeconds: 0.1,
      })
      assert.deepEqual([lost.outcomesOf('recovery'), lost.count('messages_lost')], [{ ok: 60, lost: 9 }, 9])
    })
  })
}
