import assert from 'node:assert/strict'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import test from 'node:test'
import { iterations, runHttp } from './run-http.ts'
import { moduleWith } from './module.ts'
import { certificate, http2Server, httpsServer, rawServer } from './servers.ts'

function answer(request: Http2ServerRequest, response: Http2ServerResponse): void {
  let bytes = 0
  request.on('data', (chunk: Buffer) => (bytes += chunk.length))
  request.on('end', () => {
    if (request.url === '/slow') return
    if (request.url === '/reset') return request.stream.close(2)
    if (request.url === '/missing') response.statusCode = 404
    response.setHeader('set-cookie', 'a=1; Path=/')
    response.end(JSON.stringify({ version: request.httpVersion, bytes, cookie: request.headers.cookie ?? null }))
  })
}

test('many requests share one connection, over TLS and without', async (t) => {
  const own = certificate(t)
  const secure = await http2Server(t, own, answer)
  const plain = await http2Server(t, undefined, answer)
  for (const server of [secure, plain]) {
    const checks = [{ name: 'is HTTP/2', json: '$.version', equals: '2.0' }]
    const journeys = [{ name: 'j', steps: [{ name: 'get', path: '/x', checks }] }]
    const run = await runHttp(server.url, { load: iterations(60, 20), version: '2', tls: { ca: own.caFile }, journeys })
    assert.deepEqual(
      [run.outcomes('get'), run.checks],
      [{ ok: 60 }, [{ name: 'is HTTP/2', passed: 60, failed: 0 }]],
      server.url,
    )
    assert.ok(server.accepted <= 2, `${server.accepted} connections`)
    const timings = [...run.figures.steps.get('get')!.timings.keys()]
    for (const name of ['connecting', 'waiting', 'receiving'])
      assert.ok(timings.includes(name), `${name} of ${timings.join()}`)
  }
})

test('a single request, cookies, uploads and statuses work as over HTTP/1.1', async (t) => {
  const server = await http2Server(t, undefined, answer)
  const single = await runHttp(server.url, {
    load: iterations(20, 4),
    version: '2',
    request: { name: 'get', path: '/missing' },
  })
  assert.deepEqual(single.outcomes('get'), { http_4xx: 20 })
  const module = await moduleWith(
    t,
    `export const journeys = [journey('h2', {}, async ({ step, check }) => {
      await step('first', { path: '/' })
      const sent = await step('upload', { path: '/', upload: { open: async function* () { yield Buffer.alloc(70_000); yield Buffer.alloc(30_000) } } })
      check('all of it arrived', sent.json().bytes === 100_000 && sent.json().cookie === 'a=1')
      const sized = await step('sized', { path: '/', upload: { bytes: 5, open: () => [Buffer.from('hello')].values() } })
      check('sized', sized.json().bytes === 5)
      const body = await step('body', { path: '/', body: 'hällo' })
      check('text', body.json().bytes === 6)
    })]`,
  )
  const run = await runHttp(server.url, { version: '2', module })
  assert.deepEqual(run.outcome.failures, [])
  assert.deepEqual(
    run.checks.map(({ name, failed }) => [name, failed]),
    [
      ['all of it arrived', 0],
      ['sized', 0],
      ['text', 0],
    ],
  )
})

test('what goes wrong has its class, and nothing stays open', async (t) => {
  const server = await http2Server(t, undefined, answer)
  const outcomes = async (url: string, path: string, more: object = {}) =>
    (await runHttp(url, { load: iterations(3, 3), version: '2', request: { name: 'get', path }, ...more })).outcomes(
      'get',
    )
  assert.deepEqual(await outcomes(server.url, '/slow', { timeout: 50 }), { timeout: 3 })
  assert.deepEqual(
    Object.keys(await outcomes(server.url, '/reset')).filter((one) => one === 'ok'),
    [],
  )
  const silent = await rawServer(t, (socket) => socket.resume())
  assert.deepEqual(await outcomes(silent.url, '/', { timeout: 50 }), { timeout: 3 })
  assert.deepEqual(await outcomes(`http://127.0.0.1:1`, '/'), { refused: 3 })
  const garbage = await rawServer(t, (socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  )
  assert.deepEqual(Object.keys(await outcomes(garbage.url, '/')), ['protocol'])
  const own = certificate(t)
  const old = await httpsServer(t, own, (_, response) => response.end())
  assert.deepEqual(await outcomes(old.url, '/', { tls: { ca: own.caFile } }), { tls: 3 }, 'it shares no protocol')
  assert.deepEqual(await outcomes(old.url, '/'), { tls: 3 })
})

test('the end of the run interrupts what is under way', async (t) => {
  const server = await http2Server(t, undefined, answer)
  const load = { executor: 'constant-vus', vus: 3, duration: 50, gracefulStop: 10 }
  const run = await runHttp(server.url, { load, version: '2', request: { name: 'get', path: '/slow' } })
  assert.deepEqual([run.outcomes('get'), run.outcome.abandoned], [{ interrupted: 3 }, 0])
})
