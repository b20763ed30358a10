import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import test, { type TestContext } from 'node:test'
import { openConnections } from '../../src/honesty/connections.ts'
import { listening, rawServer } from '../hit/servers.ts'
import { until } from '../targets/start-target.ts'

const clock = { monotonic: () => performance.now() }

/** Answers when the test says so. */
async function holding(
  t: TestContext,
): Promise<{ origin: string; held: ServerResponse[]; sockets: ReadonlySet<unknown> }> {
  const held: ServerResponse[] = []
  const server = createServer({ keepAliveTimeout: 0 }, (_request, response) => held.push(response))
  const { url, sockets } = await listening(t, server)
  return { origin: new URL(url).origin, held, sockets }
}

const answer = (response: ServerResponse) => response.writeHead(200, { 'content-length': 2 }).end('ok')

test('as many are under way as there are connections; the others wait in their order', async (t) => {
  const { origin, held, sockets } = await holding(t)
  const connections = await openConnections(origin, 2, clock)
  const all = [0, 1, 2, 3, 4].map((at) => connections.get(`/${at}`))
  await until(() => held.length === 2)
  assert.equal(sockets.size, 2)
  for (let at = 0; at < 5; at++) {
    await until(() => held.length > at)
    assert.ok(held.length <= at + 2)
    answer(held[at])
  }
  await Promise.all(all)
  const urls = held.map(({ req }) => req.url)
  assert.deepEqual(new Set(urls.slice(0, 2)), new Set(['/0', '/1']))
  assert.deepEqual(urls.slice(2), ['/2', '/3', '/4'])
  connections.close()
  await until(() => sockets.size === 0)
})

test('waiting is before the send: service time does not know of it', async (t) => {
  const { origin, held } = await holding(t)
  const connections = await openConnections(origin, 1, clock)
  t.after(() => connections.close())
  const first = connections.get('/')
  const second = connections.get('/')
  await until(() => held.length === 1)
  answer(held[0])
  const { endedAtMs } = await first
  await until(() => held.length === 2)
  answer(held[1])
  assert.ok((await second).sentAtMs >= endedAtMs)
})

test('an answer in pieces is one answer', async (t) => {
  const { url } = await rawServer(t, (socket) => {
    socket.write('HTTP/1.1 503 Service Unavailable\r\ncontent-le')
    setImmediate(() => socket.write('ngth: 4\r\n\r\nno'))
    setTimeout(() => socket.write('pe'), 5)
  })
  const connections = await openConnections(new URL(url).origin, 1, clock)
  t.after(() => connections.close())
  const { status, bytes } = await connections.get('/')
  assert.deepEqual([status, bytes], [503, 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nnope'.length])
})

test('a target that goes away fails what is under way, and all after it', async (t) => {
  const { url } = await rawServer(t, (socket) => socket.destroy())
  const connections = await openConnections(new URL(url).origin, 1, clock)
  t.after(() => connections.close())
  await assert.rejects(connections.get('/'), /closed the connection/)
  await assert.rejects(connections.get('/'), /closed the connection/)
})
