import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { WebSocket } from 'ws'
import { startRelay } from '../../../src/targets/relay/start-relay.ts'
import { createManualClock } from '../../embedded/manual-clock.ts'
import { post, started, until } from '../start-target.ts'
import { connected, RawClient, subscribed } from './client.ts'

const session = () => `session:${randomUUID()}`

test('300 s after its last message a channel has lost them all, and a client that was away is told so', async (t) => {
  const { url, adminUrl, state } = await started(t, 'relay')
  const channel = session()
  const [wallet, dapp] = [await connected(t, url), await connected(t, url)]
  const listener = await subscribed(wallet, channel)
  wallet.disconnect()
  await dapp.publish(channel, 1)
  await post(`${adminUrl}/_target/clock`, { advance_seconds: 200 })
  await dapp.publish(channel, 2)
  await post(`${adminUrl}/_target/clock`, { advance_seconds: 299 })
  assert.equal((await dapp.history(channel, { limit: 50 })).publications.length, 2)
  await post(`${adminUrl}/_target/clock`, { advance_seconds: 1 })
  const { publications, offset } = await dapp.history(channel, { limit: 50 })
  assert.deepEqual([publications, offset], [[], 2])
  wallet.connect()
  await until(() => listener.subscribed.length === 2)
  assert.equal(listener.subscribed[1].recovered, false)
  assert.partialDeepStrictEqual(state(), { expired: 2, unrecovered: 1, lost: 2, recovered: 0 })
})

test('a channel that nobody used for 30 days is another one afterwards', async (t) => {
  const clock = createManualClock()
  const relay = await startRelay({ clock })
  t.after(() => relay.stop())
  const client = await connected(t, relay.url)
  const channel = session()
  await client.publish(channel, 1)
  const { epoch } = await client.history(channel)
  clock.advance(30 * 24 * 3_600_000)
  assert.partialDeepStrictEqual(relay.state(), { channels: 0 })
  const later = await client.history(channel)
  assert.notEqual(later.epoch, epoch)
  assert.equal(later.offset, 0)
})

test('pings go out at their time; who does not answer in time is closed with 3012, who does stays', async (t) => {
  const heartbeatClock = createManualClock()
  const relay = await startRelay({ heartbeatClock })
  t.after(() => relay.stop())
  const [polite, mute] = [await RawClient.open(t, relay.url), await RawClient.open(t, relay.url)]
  for (const client of [polite, mute]) client.send({ id: 1, connect: {} })
  const heard = (client: RawClient, count: number) => until(() => client.messages().length === count)
  await Promise.all([heard(polite, 1), heard(mute, 1)])
  assert.partialDeepStrictEqual(polite.messages()[0], { connect: { ping: 25, pong: true } })
  heartbeatClock.advance(24_999)
  heartbeatClock.advance(1)
  await Promise.all([heard(polite, 2), heard(mute, 2)])
  assert.deepEqual(polite.messages()[1], {})
  polite.send({}, { id: 2, history: { channel: session() } })
  await heard(polite, 3) // the pong has been read too
  heartbeatClock.advance(8_000)
  assert.deepEqual(await mute.closed, { code: 3012, reason: 'no pong' })
  polite.send({ id: 3, history: { channel: session() } })
  await heard(polite, 4)
  assert.partialDeepStrictEqual(relay.state(), { connections: 1, closed: { 3012: 1 } })
})

test('who opens a socket and says nothing is closed with 3502', async (t) => {
  const heartbeatClock = createManualClock()
  const relay = await startRelay({ heartbeatClock })
  t.after(() => relay.stop())
  const silent = await RawClient.open(t, relay.url)
  heartbeatClock.advance(15_000)
  assert.deepEqual(await silent.closed, { code: 3502, reason: 'stale' })
})

test('a token, a one-way message and binary frames are not taken here', async (t) => {
  const { url } = await started(t, 'relay')
  const open = () => RawClient.open(t, url)
  const [token, oneWay, binary] = [await open(), await open(), await open()]
  token.send({ id: 1, connect: { token: 'abc' } })
  assert.equal((await token.closed).code, 3500)
  oneWay.send({ id: 1, connect: {} }, { send: { data: 1 } })
  assert.equal((await oneWay.closed).code, 3508)
  binary.sendBinary(Buffer.from([1, 2, 3]))
  assert.equal((await binary.closed).code, 3501)
})

test('a client that is told to reconnect comes back and recovers', async (t) => {
  const { url, adminUrl, state } = await started(t, 'relay')
  const channel = session()
  const client = await connected(t, url)
  const listener = await subscribed(client, channel)
  assert.deepEqual(await (await post(`${adminUrl}/_target/disconnect`)).json(), { disconnected: 1 })
  await until(() => listener.subscribed.length === 2)
  assert.equal(listener.subscribed[1].recovered, true)
  assert.partialDeepStrictEqual(state(), { connections: 1, closed: { 3011: 1 } })
  assert.equal((await post(`${adminUrl}/_target/disconnect`, { code: 99 })).status, 400)
})

test('stop says shutdown to every client', async (t) => {
  const relay = await started(t, 'relay')
  const raw = await RawClient.open(t, relay.url)
  await relay.stop()
  assert.deepEqual(await raw.closed, { code: 3001, reason: 'shutdown' })
})

test('another path, plain HTTP and protobuf are refused at the door', async (t) => {
  const { url, adminUrl } = await started(t, 'relay')
  const refusal = (address: string, protocol?: string) =>
    new Promise<string>((resolve) => {
      new WebSocket(address, protocol).once('error', (error) => resolve(error.message))
    })
  assert.match(await refusal(url.replace('websocket', 'nothing')), /404/)
  assert.match(await refusal(url, 'centrifuge-protobuf'), /400/)
  assert.equal((await fetch(`${adminUrl}/connection/websocket`)).status, 404)
  assert.equal((await fetch(`${adminUrl}/health`)).status, 200)
})

test('settings that cannot be meant are all named', async () => {
  await assert.rejects(
    startRelay({ settings: { nope: 1, history_ttl_seconds: 0.5 } }),
    /nope: is not known[\s\S]*history_ttl_seconds: must be a whole number, 1-604800, got 0.5/,
  )
  await assert.rejects(
    startRelay({ settings: { ping_seconds: 5 } }),
    /pong_seconds: must be less than ping_seconds \(5\), got 8/,
  )
})
