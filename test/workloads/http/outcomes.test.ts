import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { outcomeOfError } from '../../../src/workloads/http/client/outcomes.ts'
import { iterations, runHttp } from './run-http.ts'
import { answering, certificate, httpServer, httpsServer, rawServer } from './servers.ts'

/** Every way is tried: the short one for a single request, and the one of journeys. */
const WAYS = {
  single: { request: { name: 'get', path: '/' } },
  journey: { journeys: [{ name: 'j', steps: [{ name: 'get', path: '/', onFailure: 'continue' }] }] },
} as const

for (const [way, part] of Object.entries(WAYS)) {
  const outcomesOf = async (url: string, more: object = {}) =>
    (await runHttp(url, { load: iterations(4, 2), ...part, ...more })).outcomes('get')

  test(`${way}: a target that is down refuses`, async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await new Promise((resolve) => server.close(resolve))
    assert.deepEqual(await outcomesOf(`http://127.0.0.1:${port}`), { refused: 4 })
  })

  test(`${way}: a target that resets, before and in the middle of an answer`, async (t) => {
    const before = await rawServer(t, (socket) => socket.once('data', () => socket.resetAndDestroy()))
    assert.deepEqual(await outcomesOf(before.url), { reset: 4 })
    const amid = await rawServer(t, (socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal', () => socket.resetAndDestroy()),
      )
    })
    assert.deepEqual(await outcomesOf(amid.url), { reset: 4 })
  })

  test(`${way}: a target that closes without a whole answer`, async (t) => {
    for (const begun of [
      '',
      'HTTP/1.1 20',
      'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhal\r\n',
    ]) {
      const server = await rawServer(t, (socket) => socket.once('data', () => socket.end(begun)))
      assert.deepEqual(await outcomesOf(server.url), { closed: 4 }, JSON.stringify(begun))
    }
  })

  test(`${way}: a target that never answers, or drips, is timed out as a whole`, async (t) => {
    const silent = await rawServer(t, (socket) => socket.resume())
    assert.deepEqual(await outcomesOf(silent.url, { timeout: 50 }), { timeout: 4 })
    const dripping = await rawServer(t, (socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n')
        const drip = setInterval(() => socket.write('x'), 5)
        socket.once('close', () => clearInterval(drip))
      })
    })
    const { outcomes, step } = await runHttp(dripping.url, { load: iterations(2, 2), timeout: 100, ...part })
    assert.deepEqual(outcomes('get'), { timeout: 2 })
    assert.ok(step('get', 'timeout').bytesReceived > 80, 'what came is counted')
    const { responseTime } = step('get', 'timeout')
    assert.ok(responseTime.minUs >= 95_000, `timed out after ${responseTime.minUs} µs`)
  })

  test(`${way}: garbage and heads beyond the limit are no HTTP`, async (t) => {
    const answers = {
      garbage: 'SSH-2.0-OpenSSH_9.6\r\n',
      'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
      'a header without a colon': 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n',
      'two lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx',
      'a length that is none': 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
      'a chunk that is none': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
      'length and chunks': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n',
      'lines that end in LF': 'HTTP/1.1 200 OK\ncontent-length: 0\n\n',
      'a switch of protocols': 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n',
      'headers of 1 MB': `HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(1_000_000)}\r\n\r\n`,
    }
    for (const [what, answer] of Object.entries(answers)) {
      const server = await answering(t, answer)
      assert.deepEqual(await outcomesOf(server.url), { protocol: 4 }, what)
    }
  })

  test(`${way}: statuses from 400 on are classes of their own, those below are ok`, async (t) => {
    let count = 0
    const statuses = [200, 302, 404, 429, 500, 503]
    const server = await httpServer(t, (_, response) => response.writeHead(statuses[count++ % statuses.length]).end())
    const run = await runHttp(server.url, { load: iterations(12), ...part })
    assert.deepEqual(run.outcomes('get'), { ok: 4, http_4xx: 4, http_5xx: 4 })
    assert.deepEqual(
      [...run.step('get', 'http_4xx').statuses],
      [
        [404, 2],
        [429, 2],
      ],
    )
  })

  test(`${way}: a name that does not exist`, async () => {
    // No label may have 64 letters: that is known without asking a server.
    assert.deepEqual(await outcomesOf(`http://${'x'.repeat(64)}.invalid`), { dns: 4 })
  })

  test(`${way}: certificates that are not trusted, not for that name, or no TLS at all`, async (t) => {
    const own = certificate(t)
    const server = await httpsServer(t, own, (_, response) => response.end('hello'))
    assert.deepEqual(await outcomesOf(server.url), { tls: 4 })
    assert.deepEqual(await outcomesOf(server.url, { tls: { ca: own.caFile } }), { ok: 4 })
    assert.deepEqual(await outcomesOf(server.url, { tls: { ca: own.caFile, servername: 'other.example.com' } }), {
      tls: 4,
    })
    assert.deepEqual(await outcomesOf(server.url, { tls: { rejectUnauthorized: false } }), { ok: 4 })
    const plain = await answering(t, 'HTTP/1.1 200 OK\r\n\r\n')
    assert.deepEqual(await outcomesOf(plain.url.replace('http:', 'https:')), { tls: 4 })
  })
}

test('a connection closed in the middle of the handshake is no question of certificates', async (t) => {
  const server = await rawServer(t, (socket) => socket.once('data', () => socket.end()))
  const run = await runHttp(server.url.replace('http:', 'https:'), WAYS.single)
  assert.deepEqual(run.outcomes('get'), { closed: 1 })
})

test('what the run has no time for is interrupted, and leaves nothing behind', async (t) => {
  const server = await rawServer(t, (socket) => socket.resume())
  const load = { executor: 'constant-vus', vus: 5, duration: 50, gracefulStop: 10 }
  for (const way of Object.values(WAYS)) {
    const run = await runHttp(server.url, { ...way, load })
    assert.deepEqual(run.outcomes('get'), { interrupted: 5 })
    assert.equal(run.figures.iterations.outcomes.get('interrupted')?.responseTime.count, 5)
    assert.deepEqual([run.outcome.abandoned, run.outcome.failures], [0, []])
  }
})

test("with no file descriptors left, requests fail as the generator's own lack", async (t) => {
  const server = await httpServer(t, (_, response) => setTimeout(() => response.end(), 300))
  const script = fileURLToPath(new URL('few-descriptors.ts', import.meta.url))
  const command = 'ulimit -n "$1"; shift; exec "$@"'
  const node = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    ...process.execArgv.filter((one) => !one.startsWith('--test')),
  ]
  const { stdout } = await promisify(execFile)('bash', ['-c', command, 'bash', '60', ...node, script, server.url])
  const outcomes = JSON.parse(stdout) as Record<string, number>
  assert.deepEqual(Object.keys(outcomes).sort(), ['ok', 'sockets'])
  assert.equal(outcomes['ok'] + outcomes['sockets'], 200)
})

test('errors of every kind have a class', () => {
  const classOf = (code: string) => outcomeOfError(Object.assign(new Error(code), { code }))
  assert.deepEqual(
    ['EADDRNOTAVAIL', 'EAI_AGAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'EPIPE', 'ENOBUFS', 'EHOSTUNREACH', 'EWHATEVER'].map(
      classOf,
    ),
    ['sockets', 'dns', 'tls', 'reset', 'sockets', 'refused', 'error'],
  )
  assert.equal(
    outcomeOfError(new Error('outer', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })),
    'reset',
  )
  assert.equal(outcomeOfError('text'), 'error')
})
