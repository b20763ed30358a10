import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { until } from '../start-target.ts'
import { connected, RawClient, subscribed } from './client.ts'
import { relays } from './relays.ts'

const session = () => `session:${randomUUID()}`
const handshake = () => `handshake:${randomUUID()}`
const data = (publications: readonly { data: unknown }[]) => publications.map((publication) => publication.data)

for (const { name, missing, start } of relays) {
  describe(`over ${name}`, { skip: missing ?? false }, () => {
    test('what one client publishes all subscribers get, in order, with offsets and who it was', async (t) => {
      const url = await start(t)
      const channel = session()
      const [alice, bob] = [await connected(t, url), await connected(t, url)]
      const [atAlice, atBob] = [await subscribed(alice, channel), await subscribed(bob, channel)]
      for (const n of [1, 2, 3]) await alice.publish(channel, { n })
      await until(() => atBob.received.length === 3)
      assert.deepEqual(data(atBob.received), [{ n: 1 }, { n: 2 }, { n: 3 }])
      assert.deepEqual(
        atBob.received.map(({ offset }) => offset),
        [1, 2, 3],
      )
      assert.ok(atBob.received[0].info!.client.length > 0)
      assert.equal(atBob.received[0].info!.user, '')
      // The publisher hears itself, before its call is over.
      assert.equal(atAlice.received.length, 3)
    })

    test('a subscription is positioned and recoverable without asking for it', async (t) => {
      const client = await connected(t, await start(t))
      const { subscribed: contexts } = await subscribed(client, session())
      const { positioned, recoverable, wasRecovering, recovered, streamPosition } = contexts[0]
      assert.deepEqual(
        { positioned, recoverable, wasRecovering, recovered },
        { positioned: true, recoverable: true, wasRecovering: false, recovered: false },
      )
      assert.equal(streamPosition!.offset, 0)
      assert.ok(streamPosition!.epoch.length > 0)
    })

    test('history is read without a subscription: by limit, from a position, backwards', async (t) => {
      const client = await connected(t, await start(t))
      const channel = session()
      for (const n of [1, 2, 3, 4]) await client.publish(channel, n)
      const all = await client.history(channel, { limit: 50 })
      assert.deepEqual(data(all.publications), [1, 2, 3, 4])
      assert.equal(all.offset, 4)
      const { epoch } = all
      const position = await client.history(channel)
      assert.deepEqual({ ...position }, { publications: [], offset: 4, epoch })
      const read = async (options: Parameters<typeof client.history>[1]) =>
        data((await client.history(channel, options)).publications)
      assert.deepEqual(await read({ limit: -1 }), [1, 2, 3, 4])
      assert.deepEqual(await read({ limit: 2 }), [1, 2])
      assert.deepEqual(await read({ limit: 2, reverse: true }), [4, 3])
      assert.deepEqual(await read({ limit: 10, since: { offset: 2, epoch } }), [3, 4])
      assert.deepEqual(await read({ limit: 10, since: { offset: 3, epoch }, reverse: true }), [2, 1])
      assert.deepEqual(await read({ limit: 10, since: { offset: 4, epoch } }), [])
      await assert.rejects(read({ limit: 1, since: { offset: 1, epoch: 'other' } }), { code: 112 })
      await assert.rejects(read({ limit: 1, since: { offset: 9, epoch } }), { code: 112 })
    })

    test('a handshake channel keeps 5 messages, a session channel 20', async (t) => {
      const client = await connected(t, await start(t))
      for (const [channel, size] of [
        [handshake(), 5],
        [session(), 20],
      ] as const) {
        for (let n = 1; n <= size + 2; n += 1) await client.publish(channel, n)
        const { publications, offset } = await client.history(channel, { limit: 50 })
        assert.equal(publications.length, size)
        assert.equal(publications[0].data, 3)
        assert.equal(offset, size + 2)
      }
    })

    test('what was published while a client was away comes when it is back', async (t) => {
      const url = await start(t)
      const channel = session()
      const [wallet, dapp] = [await connected(t, url), await connected(t, url)]
      const listener = await subscribed(wallet, channel)
      await dapp.publish(channel, 'before')
      await until(() => listener.received.length === 1)
      wallet.disconnect()
      for (const n of [1, 2, 3]) await dapp.publish(channel, n)
      wallet.connect()
      await until(() => listener.received.length === 4)
      assert.deepEqual(data(listener.received), ['before', 1, 2, 3])
      const { wasRecovering, recovered } = listener.subscribed[1]
      assert.deepEqual({ wasRecovering, recovered }, { wasRecovering: true, recovered: true })
      await dapp.publish(channel, 'after')
      await until(() => listener.received.length === 5)
      assert.equal(listener.received[4].offset, 5)
    })

    test('more messages than a channel keeps are lost, and the client is told so', async (t) => {
      const url = await start(t)
      const channel = session()
      const [wallet, dapp] = [await connected(t, url), await connected(t, url)]
      const listener = await subscribed(wallet, channel)
      wallet.disconnect()
      for (let n = 1; n <= 21; n += 1) await dapp.publish(channel, n)
      wallet.connect()
      await until(() => listener.subscribed.length === 2)
      const { wasRecovering, recovered, streamPosition } = listener.subscribed[1]
      assert.deepEqual({ wasRecovering, recovered }, { wasRecovering: true, recovered: false })
      assert.equal(streamPosition!.offset, 21)
      assert.deepEqual(listener.received, [])
      // What is left of them is in the history all the same.
      const { publications } = await wallet.history(channel, { limit: 50 })
      assert.deepEqual([publications.length, publications[0].data], [20, 2])
    })

    test('after an unsubscribe nothing comes any more, and the channel can be subscribed again', async (t) => {
      const url = await start(t)
      const channel = session()
      const [alice, bob] = [await connected(t, url), await connected(t, url)]
      const listener = await subscribed(bob, channel)
      listener.subscription.unsubscribe()
      await bob.history(channel) // answered after the unsubscribe, over the same connection
      await alice.publish(channel, 1)
      await bob.history(channel)
      assert.equal(listener.received.length, 0)
      listener.subscription.subscribe()
      await listener.subscription.ready()
      await alice.publish(channel, 2)
      await until(() => listener.received.length > 0)
      assert.equal(listener.received.at(-1)!.data, 2)
    })

    test('unknown namespaces, channels without one, and unknown commands are refused by their codes', async (t) => {
      const client = await connected(t, await start(t))
      await assert.rejects(client.publish('other:1', 1), { code: 102 })
      await assert.rejects(client.history('other:1'), { code: 102 })
      await assert.rejects(client.publish('plain', 1), { code: 103 })
      await assert.rejects(client.presence(session()), { code: 108 })
      await assert.rejects(client.rpc('anything', {}), { code: 104 })
      const raw = await RawClient.open(t, await start(t))
      const channel = session()
      raw.send({ id: 1, connect: {} }, { id: 2, subscribe: { channel } }, { id: 3, subscribe: { channel } })
      raw.send({ id: 4, subscribe: { channel: `session:${'x'.repeat(255)}` } })
      await until(() => raw.messages().length === 4)
      const codes = raw.messages().map(({ error }) => (error as { code: number } | undefined)?.code)
      assert.deepEqual(codes, [undefined, undefined, 105, 107])
    })

    test('frames that cannot be meant end the connection with 3501', async (t) => {
      const url = await start(t)
      const frames: readonly (object | string)[][] = [
        ['no json'],
        ['[]'],
        [{ id: 1, subscribe: { channel: session() } }],
        [
          { id: 1, connect: {} },
          { id: 2, connect: {} },
        ],
        [{ id: 1, connect: {} }, {}],
        [{ id: 1, connect: {} }, { id: 2 }],
        [
          { id: 1, connect: {} },
          { id: 2, publish: { channel: session() } },
        ],
        [
          { id: 1, connect: {} },
          { id: 2, subscribe: { channel: 7 } },
        ],
      ]
      for (const frame of frames) {
        const raw = await RawClient.open(t, url)
        raw.send(...frame)
        assert.deepEqual(await raw.closed, { code: 3501, reason: 'bad request' }, JSON.stringify(frame))
      }
    })

    test('a message beyond 64 KiB ends the connection, and the client does not come back', async (t) => {
      const client = await connected(t, await start(t))
      const ended = new Promise<number>((resolve) => client.once('disconnected', ({ code }) => resolve(code)))
      await assert.rejects(client.publish(session(), 'x'.repeat(70_000)))
      assert.equal(await ended, 3)
    })
  })
}
