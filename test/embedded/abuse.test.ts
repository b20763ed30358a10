import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import { type ConnectionLimits, listen } from '../../src/embedded/http-server.ts'
import { BodyBudget, BusyError, processBudget, processBudgetBytes, readBody } from '../../src/embedded/read-body.ts'
import { eventually, start, temporaryFolder } from './start.ts'

function dial(t: TestContext, port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  // A server that refuses may reset.
  socket.on('error', () => {})
  t.after(() => socket.destroy())
  return socket
}

/** All that comes until the server closes. */
async function untilClosed(socket: Socket): Promise<string> {
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  socket.once('end', () => socket.destroy())
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return received
}

async function listenWith(t: TestContext, limits: Partial<ConnectionLimits>): Promise<number> {
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    handle: async ({ incoming, response }) => void response.end(await readBody(incoming, 1000)),
    perform: async (_exchange, _call, work) => work(),
    onError: () => {},
    limits,
  })
  t.after(() => server.close(0))
  return server.port
}

/** As many connections as may be open, up to 2,000: each has two ends in this process. */
function manyConnections(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } }
  const files = Number(userLimits?.open_files?.soft ?? 256)
  return Math.max(20, Math.min(2000, Math.floor((files - 100) / 2)))
}

test('thousands of idle connections cost little, and others are answered meanwhile', async (t) => {
  const aws = await start(t, { inMemory: true })
  const before = process.memoryUsage().rss
  const idle = Array.from({ length: manyConnections() }, () => dial(t, aws.port))
  await Promise.all(idle.map((socket) => once(socket, 'connect')))
  // Half of them say something that never becomes a request.
  for (const [i, socket] of idle.entries()) if (i % 2 === 0) socket.write('POST / HTTP/1.1\r\nhost: a\r\nx-slow:')
  assert.equal((await fetch(`${aws.endpoint}/_turnaround/health`)).status, 200)
  // Both ends are ours: a connection is a few KB at each.
  const eachBytes = (process.memoryUsage().rss - before) / idle.length
  assert.ok(eachBytes < 100_000, `${eachBytes} bytes each`)
  for (const socket of idle) socket.destroy()
})

test('a client that dribbles its headers or its body, or says nothing, is told and closed', async (t) => {
  const port = await listenWith(t, {
    headersTimeout: 50,
    requestTimeout: 100,
    connectionsCheckingInterval: 10,
    timeout: 200,
  })
  const dribble = async (head: string, drop: string): Promise<string> => {
    const socket = dial(t, port)
    await once(socket, 'connect')
    socket.write(head)
    const dribbling = setInterval(() => socket.writable && socket.write(drop), 5)
    const answer = await untilClosed(socket)
    clearInterval(dribbling)
    return answer
  }
  const answers = await Promise.all([
    dribble('GET / HTTP/1.1\r\nhost: a\r\n', 'x-a: b\r\n'),
    dribble('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 900\r\n\r\n', '.'),
    untilClosed(dial(t, port)),
  ])
  for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 408 /)
})

test('a connection beyond the limit is closed, until another one has left', async (t) => {
  const port = await listenWith(t, { maxConnections: 2 })
  const [first] = [dial(t, port), dial(t, port)]
  await once(first, 'connect')
  assert.equal(await untilClosed(dial(t, port)), '')
  first.destroy()
  await eventually(async () => (await fetch(`http://127.0.0.1:${port}`).catch(() => undefined))?.ok ?? false, 'room')
})

test('an endless body is cut off where its service has a limit', async (t) => {
  const aws = await start(t, { inMemory: true })
  const socket = dial(t, aws.port)
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  socket.write(
    'POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: AmazonSQS.SendMessage\r\n' +
      'content-type: application/x-amz-json-1.0\r\ntransfer-encoding: chunked\r\n\r\n',
  )
  let sentBytes = 0
  const write = (): void => {
    while (socket.writable && sentBytes < 100e6) {
      sentBytes += chunk.length
      if (!socket.write(chunk)) return void socket.once('drain', write)
    }
  }
  write()
  assert.match(await untilClosed(socket), /^HTTP\/1\.1 413 |^$/)
  assert.ok(sentBytes < 50e6, `${sentBytes} bytes were taken`)
  assert.equal((await fetch(`${aws.endpoint}/_turnaround/health`)).status, 200)
})

test('bodies that are being read take a bounded amount of memory together; the one too much is refused, and room comes back', async (t) => {
  const budget = new BodyBudget(1000)
  const results: Promise<string>[] = []
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    async handle({ incoming, response }) {
      const read = readBody(incoming, 900, budget)
      results.push(read.then(String, (error: unknown) => (error instanceof BusyError ? 'busy' : 'gone')))
      await read.catch(() => undefined)
      response.end()
    },
    perform: async (_exchange, _call, work) => work(),
    onError: () => {},
  })
  t.after(() => server.close(0))
  const post = (bytes: string): Socket => {
    const socket = dial(t, server.port)
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 800\r\n\r\n${bytes}`)
    return socket
  }
  const first = post('a'.repeat(700))
  await eventually(() => budget.heldBytes === 700, 'the first is held')
  post('b'.repeat(700))
  await eventually(() => results.length === 2, 'the second came')
  assert.equal(await results[1], 'busy')
  first.write('a'.repeat(100))
  assert.equal(await results[0], 'a'.repeat(800))
  assert.equal(budget.heldBytes, 0)
  const left = post('c'.repeat(700))
  await eventually(() => budget.heldBytes === 700, 'there is room again')
  left.destroy()
  assert.equal(await results[2], 'gone')
  assert.equal(budget.heldBytes, 0)
})

test('while other requests hold all the memory that bodies may take, each protocol says that it is busy', async (t) => {
  const { endpoint } = await start(t, { inMemory: true })
  const json = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' }
  const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  const ask = async (): Promise<[number, string][]> => {
    const answers = await Promise.all([
      fetch(endpoint, { method: 'POST', headers: json, body: '{}' }),
      fetch(endpoint, { method: 'POST', body: new URLSearchParams({ Action: 'ListQueues' }) }),
      fetch(`${endpoint}/bucket?versioning`, { method: 'PUT', body: versioning }),
      fetch(`${endpoint}/_turnaround/faults`, { method: 'PUT', body: '{"faults":[]}' }),
    ])
    return Promise.all(answers.map(async (answer) => [answer.status, await answer.text()] as [number, string]))
  }
  assert.equal((await fetch(`${endpoint}/bucket`, { method: 'PUT' })).status, 200)
  assert.ok(processBudget.take(processBudgetBytes))
  const busy = await ask()
  processBudget.give(processBudgetBytes)
  assert.deepEqual(
    busy.map(([status]) => status),
    [503, 503, 503, 503],
  )
  const said = [/ServiceUnavailableException/, /<Code>ServiceUnavailable</, /<Code>SlowDown</, /send it again later/]
  for (const [i, words] of said.entries()) assert.match(busy[i][1], words)
  assert.deepEqual(
    (await ask()).map(([status]) => status),
    [200, 200, 200, 200],
  )
  assert.equal(processBudget.heldBytes, 0)
})

/** The path exactly as written: `fetch` would tidy it. Answers the status line. */
async function send(t: TestContext, port: number, method: string, path: string, body = ''): Promise<string> {
  const socket = dial(t, port)
  const length = Buffer.byteLength(body)
  socket.end(
    `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n${body}`,
  )
  return (await untilClosed(socket)).split('\r\n', 1)[0]
}

test('no name of a bucket or key, however spelled, reaches a file outside the data folder', async (t) => {
  const parent = temporaryFolder(t)
  const aws = await start(t, { dataFolder: join(parent, 'a', 'data') })
  const part = fc.constantFrom(
    ...['..', '.', '%2e%2e', '%2E.', '%00', 'a', '%2f', '%5c', '\\', '..%2f..', '%c0%ae', '%ff', '~', 'C:', 'é'],
    ...['x'.repeat(1024), 'con', '%0d%0a', '*', 'lock.sqlite', 'turnaround.sqlite', '_turnaround', '%F0%9F%9B%AB'],
  )
  const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`)
  await send(t, aws.port, 'PUT', '/bucket')
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('', '/bucket'),
      path,
      fc.constantFrom('PUT', 'GET', 'DELETE'),
      async (at, to, how) => {
        const line = await send(t, aws.port, how, `${at}${to}`, how === 'PUT' ? 'escaped' : '')
        assert.match(line, /^HTTP\/1\.1 [2-4]\d\d |^$/, `${how} ${at}${to}`)
      },
    ),
    { numRuns: 300 },
  )
  assert.deepEqual(readdirSync(parent), ['a'])
  assert.deepEqual(readdirSync(dirname(aws.dataFolder)), ['data'])
  const known = /^(bodies|lock\.sqlite(-journal)?|server\.json|turnaround\.sqlite(-wal|-shm)?)$/
  assert.deepEqual(
    readdirSync(aws.dataFolder).filter((name) => !known.test(name)),
    [],
  )
  assert.ok(existsSync(join(aws.dataFolder, 'lock.sqlite')))
})
