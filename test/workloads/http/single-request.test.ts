import assert from 'node:assert/strict'
import test from 'node:test'
import { iterations, runHttp } from './run-http.ts'
import { httpServer, rawServer } from './servers.ts'

test('the request goes out as it was written, on connections that are kept', async (t) => {
  const seen: string[] = []
  const server = await rawServer(t, (socket) => {
    socket.on('data', (data) => {
      seen.push(data.toString())
      socket.write('HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok')
    })
  })
  const request = { path: '/a?b=1', headers: { 'X-Api-Key': 'k' }, json: { a: 'ü' } }
  const run = await runHttp(`${server.url}/base`, { load: iterations(30, 3), request, userAgent: 'test' })
  assert.equal(
    seen[0],
    `POST /base/a?b=1 HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nuser-agent: test\r\naccept: */*\r\nx-api-key: k\r\n` +
      `content-type: application/json\r\ncontent-length: 10\r\n\r\n{"a":"ü"}`,
  )
  assert.deepEqual([new Set(seen).size, server.accepted], [1, 3])
  const { bytesSent, bytesReceived, statuses } = run.step('POST /a')
  assert.deepEqual([bytesSent, bytesReceived, [...statuses]], [30 * Buffer.byteLength(seen[0]), 30 * 45, [[201, 30]]])
  const timings = run.figures.steps.get('POST /a')!.timings
  assert.deepEqual(
    [timings.get('connecting')?.count, timings.get('waiting')?.count, timings.get('receiving')?.count],
    [3, 30, 30],
  )
  assert.deepEqual(run.figures.levels.get('connections'), undefined)
})

test('in an open model arrivals take connections that are free, and open those they need', async (t) => {
  const server = await httpServer(t, (_, response) => setTimeout(() => response.end('ok'), 5))
  const load = { executor: 'constant-arrival-rate', rate: 400, duration: '500ms' }
  const run = await runHttp(server.url, { load, request: { name: 'get', path: '/' } })
  assert.deepEqual(run.outcomes('get'), { ok: 200 })
  assert.ok(server.accepted < 200, `${server.accepted} connections for 200 requests`)
})

test('without keep-alive every request has a connection of its own', async (t) => {
  const connections = new Set<string>()
  const server = await httpServer(t, (request, response) => {
    connections.add(`${request.headers.connection}`)
    response.end('ok')
  })
  for (const part of [
    { request: { name: 'get', path: '/' } },
    { journeys: [{ name: 'j', steps: [{ name: 'get', path: '/${user}' }] }] },
  ]) {
    const before = server.accepted
    const run = await runHttp(server.url, { load: iterations(10), ...part, connections: { keepAlive: false } })
    assert.deepEqual([run.outcomes('get'), server.accepted - before], [{ ok: 10 }, 10])
  }
  assert.deepEqual([...connections], ['close'])
})

test('a limit of connections makes requests wait for one, and that counts', async (t) => {
  let [now, most] = [0, 0]
  const server = await httpServer(t, (_, response) => {
    most = Math.max(most, ++now)
    setTimeout(() => {
      now -= 1
      response.end()
    }, 5)
  })
  const run = await runHttp(server.url, {
    load: iterations(20, 10),
    request: { name: 'get', path: '/' },
    connections: { perOrigin: 2 },
  })
  assert.deepEqual([run.outcomes('get'), most, server.accepted], [{ ok: 20 }, 2, 2])
  assert.ok(run.figures.steps.get('get')!.timings.get('blocked')!.maxUs > 5_000)
  const late = await runHttp(server.url, {
    load: iterations(10, 10),
    timeout: 12,
    request: { name: 'get', path: '/' },
    connections: { perOrigin: 1 },
  })
  assert.ok(late.outcomes('get')['timeout'] > 0, 'waiting counts against the time of the request')
})

test('users may have connections of their own: kept in a closed model, for one iteration in an open one', async (t) => {
  const server = await httpServer(t, (_, response) => response.end())
  const part = { request: { name: 'get', path: '/' }, connections: { perUser: true } }
  await runHttp(server.url, { load: { executor: 'per-vu-iterations', vus: 4, iterations: 5 }, ...part })
  assert.equal(server.accepted, 4)
  await runHttp(server.url, { load: { executor: 'constant-arrival-rate', rate: 100, duration: 100 }, ...part })
  assert.equal(server.accepted, 14)
})

test('a connection that the server is about to give up is not used again', async (t) => {
  const server = await rawServer(t, (socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nkeep-alive: timeout=0\r\ncontent-length: 0\r\n\r\n'))
  })
  const run = await runHttp(server.url, { load: iterations(5), request: { name: 'get', path: '/' } })
  assert.deepEqual([run.outcomes('get'), server.accepted], [{ ok: 5 }, 5])
})

test('an answer that nobody asked for ends its connection', async (t) => {
  const server = await rawServer(t, (socket) => {
    socket.on('data', () =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    )
  })
  const run = await runHttp(server.url, { load: iterations(5), request: { name: 'get', path: '/' } })
  assert.deepEqual([run.outcomes('get'), server.accepted], [{ ok: 5 }, 5])
})

test('a request that fails fails no iteration, and think time lies between iterations', async (t) => {
  const server = await httpServer(t, (_, response) => response.writeHead(500).end())
  const load = { executor: 'constant-vus', vus: 1, duration: 300 }
  const run = await runHttp(server.url, { load, request: { name: 'get', path: '/' }, think: 100 })
  assert.ok(run.outcomes('get')['http_5xx'] <= 3)
  assert.deepEqual([...run.figures.iterations.outcomes.keys()], ['ok'])
})
