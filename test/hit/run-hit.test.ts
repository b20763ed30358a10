import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { HitDocument } from '../../src/hit/hit-document.ts'
import type { HitRequest } from '../../src/hit/hit-request.ts'
import { runHit } from '../../src/hit/run-hit.ts'
import { until } from '../targets/start-target.ts'
import { hitRequest, httpServer, rawServer, refusingUrl } from './servers.ts'

const limited = { timeout: 30_000 }
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

function hit(t: TestContext, url: string, given: Partial<HitRequest> = {}): Promise<HitDocument> {
  return runHit(hitRequest(url, given), { stop: t.signal })
}

test('every request is sent once, is counted, and arrives as it was asked for', limited, async (t) => {
  const seen: string[] = []
  const { url, sockets } = await httpServer(t, (request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${String(request.headers['x-token'])} ${body}`)
      response.end('{}')
    })
  })
  const given = { method: 'POST', headers: { 'X-Token': 'a b' }, body: '{"sku":1}' } as const
  const { requests, failed, target, model, verdict } = await hit(t, `${url}?q=1`, given)
  assert.deepEqual(
    seen,
    Array.from({ length: 20 }, () => 'POST /path?q=1 a b {"sku":1}'),
  )
  assert.deepEqual([requests.count, requests.ok, failed], [20, 20, 0])
  assert.deepEqual(requests.statuses, { 200: 20 })
  assert.equal(target, url) // without its query
  assert.equal(model, 'closed')
  assert.notEqual(verdict.state, 'aborted')
  assert.ok(requests.bytes_sent > 20 * 100 && requests.bytes_received > 20 * 50)
  await until(() => sockets.size === 0)
})

test('no more requests are sent than were asked for, however many are pipelined', limited, async (t) => {
  let served = 0
  const { url } = await httpServer(t, (_request, response) => {
    served += 1
    response.end('ok')
  })
  const { requests } = await hit(t, url, { amount: 23, pipelining: 4, connections: 3 })
  assert.deepEqual([served, requests.count, requests.ok], [23, 23, 23])
})

test('fewer requests than connections are sent over fewer connections', limited, async (t) => {
  const { url } = await httpServer(t, (_request, response) => response.end('ok'))
  const { requests } = await hit(t, url, { amount: 3, connections: 50 })
  assert.equal(requests.ok, 3)
})

for (const [status, outcome] of [
  [302, 'ok'],
  [404, 'http_4xx'],
  [429, 'http_4xx'],
  [500, 'http_5xx'],
  [503, 'http_5xx'],
] as const) {
  test(`an answer of ${status} is ${outcome}`, limited, async (t) => {
    const { url } = await httpServer(t, (_request, response) => response.writeHead(status, { location: '/x' }).end())
    const { requests, failed } = await hit(t, url)
    assert.deepEqual(requests.outcomes, { [outcome]: 20 })
    assert.deepEqual(requests.statuses, { [status]: 20 })
    assert.equal(failed, outcome === 'ok' ? 0 : 20)
  })
}

test('a target that refuses fails every request, and nothing was sent', limited, async (t) => {
  const { requests, failed } = await hit(t, await refusingUrl())
  assert.deepEqual(requests.outcomes, { refused: 20 })
  assert.equal(failed, 20)
  assert.equal(requests.bytes_sent, 0)
})

test('what answers nothing in the first second is given up, with its figures', limited, async (t) => {
  const { verdict, requests, duration_ms: durationMs } = await hit(t, await refusingUrl(), { amount: undefined })
  assert.equal(verdict.state, 'aborted')
  assert.match((verdict as { reason: string }).reason, /no request was answered/)
  assert.ok(requests.count >= 2 && durationMs < 10_000)
})

const broken: Readonly<Record<string, (socket: import('node:net').Socket) => void>> = {
  reset: (socket) => socket.resetAndDestroy(),
  closed: (socket) => socket.end(),
  protocol: (socket) => socket.write('these are not the bytes you are looking for\r\n\r\n'),
}
for (const [outcome, answer] of Object.entries(broken)) {
  test(`a target that answers with ${outcome} has every request counted as that`, limited, async (t) => {
    const { url, sockets } = await rawServer(t, answer)
    const { requests } = await hit(t, url)
    assert.deepEqual(requests.outcomes, { [outcome]: 20 })
    await until(() => sockets.size === 0)
  })
}

test('a megabyte of headers is no answer', limited, async (t) => {
  const { url } = await rawServer(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(1_000_000)}\r\ncontent-length: 0\r\n\r\n`)
  })
  const { requests } = await hit(t, url, { amount: 4 })
  assert.deepEqual(requests.outcomes, { protocol: 4 })
})

test('an answer that stops in the middle is closed, and one that is half garbage is protocol', limited, async (t) => {
  const { url } = await rawServer(t, (socket, number) => {
    if (number % 2 === 0) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
    else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok')
  })
  const { requests } = await hit(t, url, { amount: 6, connections: 1 })
  assert.deepEqual(requests.outcomes, { closed: 3, protocol: 3 })
})

test('a target that never answers times out request by request', limited, async (t) => {
  const { url } = await rawServer(t, () => undefined)
  const warnings: Error[] = []
  const onWarning = (warning: Error) => void warnings.push(warning)
  process.on('warning', onWarning)
  t.after(() => process.off('warning', onWarning))
  const { requests } = await hit(t, url, { amount: 4, timeoutMs: 1000 })
  assert.deepEqual(requests.outcomes, { timeout: 4 })
  assert.deepEqual(warnings, [], 'of Node, that it should wait for less than nothing')
  assert.ok(requests.service_time_ms.min! >= 990)
})

test('what is under way when time is over is waited for: slow answers are not cut off', limited, async (t) => {
  const { url } = await httpServer(t, (_request, response) => void setTimeout(() => response.end('late'), 400))
  const { requests } = await hit(t, url, { amount: undefined, durationMs: 200, connections: 5 })
  assert.deepEqual(requests.outcomes, { ok: 5 })
  assert.ok(requests.service_time_ms.min! >= 390)
})

test('a server that closes after every answer, and says so, loses none', limited, async (t) => {
  let served = 0
  const { url } = await httpServer(t, (_request, response) => {
    served += 1
    response.setHeader('connection', 'close').end('ok')
  })
  const { requests } = await hit(t, url)
  assert.deepEqual([served, requests.count, requests.ok], [20, 20, 20])
})

test('an answer may end with its connection', limited, async (t) => {
  const { url } = await rawServer(t, (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nall of it'))
  const { requests } = await hit(t, url)
  assert.deepEqual(requests.outcomes, { ok: 20 })
})

test('an answer to HEAD has no body, whatever length it says', limited, async (t) => {
  const { url } = await rawServer(t, (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n'))
  const { requests } = await hit(t, url, { method: 'HEAD' })
  assert.deepEqual(requests.outcomes, { ok: 20 })
})

test('early hints are not the answer', limited, async (t) => {
  const { url } = await rawServer(t, (socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}`))
  const { requests } = await hit(t, url)
  assert.deepEqual(requests.statuses, { 200: 20 })
})

test('an answer that nobody asked for ends its connection and nothing else', limited, async (t) => {
  const { url } = await rawServer(t, (socket, number) => {
    socket.write(OK)
    if (number === 3) setImmediate(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n'))
    if (number === 4) socket.write(OK + OK)
  })
  const { requests } = await hit(t, url, { connections: 1, pipelining: 1 })
  assert.equal(requests.count, 20)
  assert.ok(requests.ok >= 10, `${requests.ok} ok`)
})

test('a name that does not exist is dns', limited, async (t) => {
  const { requests } = await hit(t, 'http://nowhere.invalid/', { amount: 2 })
  assert.deepEqual(requests.outcomes, { dns: 2 })
})

test('a stop ends it early, with what was measured', limited, async (t) => {
  const { url } = await httpServer(t, (_request, response) => response.end('ok'))
  const stop = new AbortController()
  const document = await runHit(hitRequest(url, { amount: undefined, durationMs: 600_000 }), {
    stop: stop.signal,
    onProgress: () => stop.abort(),
  })
  assert.equal(document.verdict.state, 'aborted')
  assert.ok(document.requests.ok > 0)
  assert.deepEqual(document.requests.outcomes, { ok: document.requests.count })
})
