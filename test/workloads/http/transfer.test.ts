import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import test from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import zlib from 'node:zlib'
import { temporaryFolder } from '../../scenario/temporary-folder.ts'
import { iterations, runHttp } from './run-http.ts'
import { moduleWith } from './module.ts'
import { httpServer } from './servers.ts'

const MB = 1024 * 1024
const step = (more: object) => [{ name: 'j', steps: [{ name: 'get', path: '/', ...more }] }]

const ENCODERS = {
  gzip: zlib.gzipSync,
  br: zlib.brotliCompressSync,
  deflate: zlib.deflateSync,
  zstd: zlib.zstdCompressSync,
}

test('compression is asked for where it is wanted, and every encoding is read', async (t) => {
  const asked: unknown[] = []
  const server = await httpServer(t, (request, response) => {
    asked.push(request.headers['accept-encoding'])
    const encoding = request.url!.slice(1) as keyof typeof ENCODERS
    response.setHeader('content-encoding', encoding).end(ENCODERS[encoding]('{"hello": "world"}'))
  })
  for (const encoding of Object.keys(ENCODERS)) {
    const checks = [{ name: 'decoded', json: '$.hello', equals: 'world' }]
    const run = await runHttp(server.url, { journeys: step({ path: `/${encoding}`, checks }), compression: true })
    assert.deepEqual(run.checks, [{ name: 'decoded', passed: 1, failed: 0 }], encoding)
  }
  assert.deepEqual([...new Set(asked)], ['gzip, br, deflate, zstd'])
  await runHttp(server.url, { journeys: step({ path: '/gzip' }) })
  assert.equal(asked.at(-1), undefined)
})

test('what cannot be decoded is an error of that request, and so is a body beyond the limit, compressed or not', async (t) => {
  const bomb = zlib.gzipSync(Buffer.alloc(4 * MB))
  const server = await httpServer(t, (request, response) => {
    if (request.url === '/plain') {
      response.end(Buffer.alloc(4 * MB))
      return
    }
    const isBomb = request.url === '/bomb'
    response
      .setHeader('content-encoding', request.url === '/unknown' ? 'lzma' : 'gzip')
      .end(isBomb ? bomb : 'this is no gzip')
  })
  for (const path of ['/broken', '/unknown', '/bomb', '/plain']) {
    const journeys = step({ path, extract: [{ name: 'x', regex: 'x', default: '' }], onFailure: 'continue' })
    const run = await runHttp(server.url, { load: iterations(3), journeys, maxBodyBytes: MB })
    assert.deepEqual(run.outcomes('get'), { error: 3 }, path)
  }
  const discarded = await runHttp(server.url, { journeys: step({ path: '/plain' }), maxBodyBytes: MB })
  assert.deepEqual(discarded.outcomes('get'), { ok: 1 }, 'nobody reads it')
  assert.ok(discarded.step('get').bytesReceived > 4 * MB)
})

test('redirects are answers by default, and followed as often as is said', async (t) => {
  const seen: string[] = []
  const server = await httpServer(t, (request, response) => {
    seen.push(`${request.method} ${request.url}`)
    request.resume()
    const hop = /^\/hop(\d)/.exec(request.url!)
    if (!hop) {
      response.end('{"arrived": true}')
      return
    }
    const next = Number(hop[1]) > 1 ? `/hop${Number(hop[1]) - 1}` : '/end?x=1'
    response
      .writeHead(request.method === 'POST' ? 302 : 307, { location: next, 'set-cookie': `hop=${hop[1]}; Path=/` })
      .end()
  })
  const checks = [{ name: 'arrived', json: '$.arrived', equals: true }]
  const run = (more: object) =>
    runHttp(server.url, {
      journeys: step({ path: '/hop3', method: 'POST', body: 'x', checks, onFailure: 'continue' }),
      ...more,
    })
  const off = await run({})
  assert.deepEqual([...off.step('get').statuses], [[302, 1]])
  assert.deepEqual(seen.splice(0), ['POST /hop3'])
  const followed = await run({ followRedirects: 5 })
  assert.deepEqual(seen.splice(0), ['POST /hop3', 'GET /hop2', 'GET /hop1', 'GET /end?x=1'])
  assert.deepEqual([[...followed.step('get').statuses], followed.checks[0].passed], [[[200, 1]], 1])
  const tooMany = await run({ followRedirects: 2 })
  assert.deepEqual(tooMany.outcomes('get'), { error: 1 })
})

test('20 MB go up from a file and come down again in flat memory', async (t) => {
  const file = join(await temporaryFolder(t), 'large.bin')
  const bytes = randomBytes(20 * MB)
  writeFileSync(file, bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  let received = ''
  let heldMost = 0
  let sinceLook = 0
  const server = await httpServer(t, (request, response) => {
    const hash = createHash('sha256')
    request.on('data', (chunk: Buffer) => {
      hash.update(chunk)
      sinceLook += chunk.length
      if (sinceLook < 4 * MB) return
      sinceLook = 0
      heldMost = Math.max(heldMost, heldBytes())
    })
    request.on('end', () => {
      received = hash.digest('hex')
      Readable.from(chunksOf(bytes)).pipe(response)
    })
  })
  const before = heldBytes()
  const journeys = [{ name: 'j', steps: [{ name: 'copy', path: '/', file }] }]
  const run = await runHttp(server.url, { load: iterations(2), journeys })
  assert.deepEqual(run.outcomes('copy'), { ok: 2 })
  assert.equal(received, sha256)
  assert.ok(run.step('copy').bytesSent > 40 * MB && run.step('copy').bytesReceived > 40 * MB)
  assert.ok(heldMost - before < 12 * MB, `${((heldMost - before) / MB).toFixed(1)} MB held`)
  assert.ok(run.figures.steps.get('copy')!.timings.has('sending'))
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Buffers that somebody still needs. */
function heldBytes(): number {
  collect()
  return process.memoryUsage().arrayBuffers
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024)
}

test('a module streams up what it makes, and reads an answer piece by piece', async (t) => {
  const server = await httpServer(t, (request, response) => {
    let bytes = 0
    request.on('data', (chunk: Buffer) => (bytes += chunk.length))
    request.on('end', () =>
      response
        .setHeader('content-encoding', 'gzip')
        .end(zlib.gzipSync(`${request.headers['transfer-encoding']} ${bytes}`)),
    )
  })
  const module = await moduleWith(
    t,
    `async function* pieces() { for (let piece = 0; piece < 100; piece++) yield Buffer.alloc(1000) }
    export const journeys = [journey('stream', {}, async ({ step, check }) => {
      let text = ''
      await step('stream', { path: '/', upload: { open: pieces }, onData: (chunk) => (text += Buffer.from(chunk).toString()) })
      check(text, true)
      await step('short', { path: '/', upload: { bytes: 10, open: () => [Buffer.alloc(5)].values() } })
      await step('broken', { path: '/', upload: { open: () => { throw new Error('no such file') } } })
    })]`,
  )
  const run = await runHttp(server.url, { module })
  assert.deepEqual(run.checks, [{ name: 'chunked 100000', passed: 1, failed: 0 }])
  assert.deepEqual(
    [run.outcomes('stream'), run.outcomes('short'), run.outcomes('broken')],
    [{ ok: 1 }, { error: 1 }, { error: 1 }],
  )
})

test('an answer that comes before the body was sent ends the request, and the connection', async (t) => {
  const server = await httpServer(t, (_, response) => response.writeHead(413, { 'content-length': 0 }).end())
  const module = await moduleWith(
    t,
    `async function* pieces() { for (let piece = 0; piece < 20_000; piece++) yield Buffer.alloc(10_000) }
    export const journeys = [journey('early', {}, async ({ step }) => void (await step('early', { path: '/', upload: { open: pieces } })))]`,
  )
  const run = await runHttp(server.url, { load: iterations(2), module })
  assert.deepEqual(run.outcomes('early'), { http_4xx: 2 })
  assert.equal(server.accepted, 2)
})
