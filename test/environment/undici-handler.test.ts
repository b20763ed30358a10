import type { HttpHandlerOptions, HttpRequest } from '@smithy/types'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { undiciHandler, type HttpHandler } from '../../src/environment/undici-handler.ts'
import { rawServer } from './raw-server.ts'

const LARGE = Buffer.alloc(3_000_000, 'large ')

function handlerOf(t: TestContext, { connections = 4, silenceMs = 5_000 } = {}): HttpHandler {
  const otherwise: HttpHandler = { handle: () => Promise.reject(new Error('handed on')) }
  const handler = undiciHandler({ connections, connectTimeoutMs: 2_000, silenceMs, otherwise })
  t.after(() => handler.destroy?.())
  return handler
}

function requestTo(port: number, changes: Partial<HttpRequest> = {}): HttpRequest {
  const plain = { method: 'GET', protocol: 'http:', hostname: '127.0.0.1', path: '/', query: {}, headers: {} }
  return { ...plain, port, ...changes }
}

/** Fails as the SDK's own would, in the words by which the SDK decides whether to try again. */
const fails = (promise: Promise<unknown>, error: { name?: string; code?: string }) => assert.rejects(promise, error)

test('method, path, query, headers and body arrive as they were given', async (t) => {
  const { port } = await rawServer(t, (incoming, outgoing) => {
    void buffer(incoming).then((body) => {
      outgoing.end(JSON.stringify([incoming.method, incoming.url, incoming.headers['x-amz-date'], body.toString()]))
    })
  })
  const request = requestTo(port, {
    method: 'PUT',
    path: '/a/b%20c',
    query: { list: ['2', '1'], uploads: '', 'x-id': "it's" },
    headers: { 'x-amz-date': 'today' },
    body: 'grüße',
  })
  const { response } = await handlerOf(t).handle(request)
  const expected = ['PUT', '/a/b%20c?list=1&list=2&uploads=&x-id=it%27s', 'today', 'grüße']
  assert.deepEqual(JSON.parse((response.body as Buffer).toString()), expected)
})

test('an answer is bytes, but what is got is a stream, large or small', async (t) => {
  const { port } = await rawServer(t, ({ method, url }, outgoing) => {
    const body = url === '/large' ? LARGE : 'small'
    outgoing.writeHead(url === '/missing' ? 404 : 200, { 'content-length': body.length }).end(method && body)
  })
  const handler = handlerOf(t)
  const posted = await handler.handle(requestTo(port, { method: 'POST', path: '/large' }))
  assert.ok(LARGE.equals(posted.response.body as Buffer))
  for (const [path, bytes] of [
    ['/large', LARGE],
    ['/small', Buffer.from('small')],
  ] as const) {
    const { response } = await handler.handle(requestTo(port, { path }))
    assert.ok(response.body instanceof Readable)
    assert.ok(bytes.equals(await buffer(response.body)), path)
  }
  const missing = await handler.handle(requestTo(port, { path: '/missing' }))
  assert.equal(missing.response.statusCode, 404)
  assert.equal((missing.response.body as Buffer).toString(), 'small')
})

test('a body whose reader is slow is held back, not held in memory', async (t) => {
  let sent = 0
  const { port } = await rawServer(t, (_incoming, outgoing) => {
    const source = Readable.from(
      (function* () {
        for (let block = 0; block < 100; block += 1) {
          sent += 1
          yield Buffer.alloc(1_000_000, block)
        }
      })(),
    )
    source.pipe(outgoing)
  })
  const { response } = await handlerOf(t).handle(requestTo(port))
  const body = response.body as Readable
  await once(body, 'readable')
  const before = sent
  let length = 0
  for await (const chunk of body) length += (chunk as Buffer).length
  assert.equal(length, 100_000_000)
  assert.ok(before < 50, `${before} MB were sent before anybody read`)
})

test('headers are those of node:http: in lower case, joined where repeated, Latin-1', async (t) => {
  const { port } = await rawServer(t, (_incoming, outgoing) => {
    outgoing.setHeader('X-Amz-Meta-Note', 'gr\u00fc\u00dfe')
    outgoing.setHeader('X-Twice', ['one', 'two'])
    outgoing.end()
  })
  const { response } = await handlerOf(t).handle(requestTo(port))
  assert.equal(response.headers['x-amz-meta-note'], 'gr\u00fc\u00dfe')
  assert.equal(response.headers['x-twice'], 'one, two')
})

test('a connection is used again, also after HEAD', async (t) => {
  const { port, counted } = await rawServer(t, (_incoming, outgoing) => outgoing.setHeader('content-length', 5).end())
  const handler = handlerOf(t)
  for (let number = 0; number < 10; number += 1) await handler.handle(requestTo(port, { method: 'HEAD' }))
  assert.ok(counted.connections <= 2, `${counted.connections} connections`)
})

test('a body of unknown length is sent in chunks, one of known length under its length', async (t) => {
  const { port } = await rawServer(t, (incoming, outgoing) => {
    void buffer(incoming).then(({ length }) => outgoing.end(`${length} ${incoming.headers['content-length']}`))
  })
  const handler = handlerOf(t)
  const send = async (headers: Record<string, string>) => {
    const body = Readable.from([LARGE, LARGE])
    const { response } = await handler.handle(requestTo(port, { method: 'PUT', headers, body }))
    return (response.body as Buffer).toString()
  }
  assert.equal(await send({ 'transfer-encoding': 'chunked' }), '6000000 undefined')
  assert.equal(await send({ 'content-length': '6000000' }), '6000000 6000000')
})

test('what waits to be asked for its body is handed on', async (t) => {
  const { port } = await rawServer(t, (_incoming, outgoing) => outgoing.end())
  const request = requestTo(port, { method: 'PUT', headers: { Expect: '100-continue' }, body: 'x' })
  await assert.rejects(handlerOf(t).handle(request), /handed on/)
})

const unanswered = (t: TestContext) => rawServer(t, () => undefined)

test('abort: before it is sent, while it waits for a connection, for its answer, for its body', async (t) => {
  const { port, counted } = await rawServer(t, (incoming, outgoing) => {
    if (incoming.url === '/body') outgoing.writeHead(200, { 'content-length': 1_000_000 }).write('begun')
  })
  const handler = handlerOf(t, { connections: 1 })
  const aborted = { name: 'AbortError' }
  await fails(handler.handle(requestTo(port), { abortSignal: AbortSignal.abort() }), aborted)
  assert.equal(counted.connections, 0)

  const first = new AbortController()
  const second = new AbortController()
  const sent = handler.handle(requestTo(port), { abortSignal: first.signal })
  const waiting = handler.handle(requestTo(port), { abortSignal: second.signal })
  second.abort()
  await fails(waiting, aborted)
  first.abort(new Error('enough'))
  await assert.rejects(
    sent,
    (error: Error) => error.name === 'AbortError' && (error.cause as Error).message === 'enough',
  )

  const third = new AbortController()
  const { response } = await handler.handle(requestTo(port, { path: '/body' }), { abortSignal: third.signal })
  const read = buffer(response.body as Readable)
  third.abort()
  await fails(read, aborted)
})

test('a body that is not wanted ends its connection, and the next call has another', async (t) => {
  const { port, counted } = await rawServer(t, (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-length': LARGE.length * 10 })
    outgoing.write(LARGE)
  })
  const handler = handlerOf(t, { connections: 1 })
  for (let number = 0; number < 3; number += 1) {
    const { response } = await handler.handle(requestTo(port))
    ;(response.body as Readable).destroy()
  }
  assert.equal(counted.connections, 3)
})

test('silence is a timeout: of the handler, or of the call where that names one', async (t) => {
  const { port } = await unanswered(t)
  const timeout = { name: 'TimeoutError', code: 'ETIMEDOUT' }
  await fails(handlerOf(t, { silenceMs: 50 }).handle(requestTo(port)), timeout)
  const options: HttpHandlerOptions = { requestTimeout: 50 }
  await fails(handlerOf(t).handle(requestTo(port), options), timeout)
})

test('a server that is not there, hangs up, or breaks off is told in the codes that the SDK tries again for', async (t) => {
  const { port } = await rawServer(t, (incoming, outgoing) => {
    if (incoming.url === '/') {
      incoming.socket.destroy()
      return
    }
    const length = incoming.url === '/small' ? 100 : LARGE.length
    outgoing.writeHead(200, { 'content-length': length })
    outgoing.write('x', () => incoming.socket.destroy())
  })
  const handler = handlerOf(t)
  await fails(handler.handle(requestTo(9)), { code: 'ECONNREFUSED' })
  await fails(handler.handle(requestTo(port)), { code: 'ECONNRESET' })
  await fails(handler.handle(requestTo(port, { path: '/small' })), { code: 'ECONNRESET' })
  const { response } = await handler.handle(requestTo(port, { path: '/large' }))
  await fails(buffer(response.body as Readable), { code: 'ECONNRESET' })
})

test('destroyed, it fails what is under way', async (t) => {
  const { port } = await unanswered(t)
  const handler = handlerOf(t)
  const waiting = handler.handle(requestTo(port))
  handler.destroy?.()
  await assert.rejects(waiting)
})
