import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { ProtocolError } from '../../../../src/workloads/http/client/outcomes.ts'
import { HEAD_LIMIT } from '../../../../src/workloads/http/client/response-head.ts'
import { ResponseReader } from '../../../../src/workloads/http/client/response-reader.ts'

interface Read {
  readonly status: number
  readonly body: string
  readonly isDone: boolean
  readonly isKeptAlive: boolean
  /** Bytes after the answer. */
  readonly left: number
}

/** Reads an answer that arrives in pieces of these sizes, again and again. */
function readIn(answer: string, sizes: readonly number[], isHead = false, wantsHead = false): Read {
  const bytes = Buffer.from(answer, 'latin1')
  const reader = new ResponseReader()
  const shared = Buffer.alloc(bytes.length)
  let [status, body, at, left] = [0, '', 0, 0]
  reader.begin(isHead, wantsHead)
  for (let piece = 0; at < bytes.length; piece++) {
    const length = Math.min(sizes[piece % sizes.length], bytes.length - at)
    bytes.copy(shared, 0, at, at + length)
    const used = reader.read(shared, length, {
      onHead: (found) => (status = found),
      onBody: (data, from, to) => (body += data.toString('latin1', from, to)),
    })
    shared.fill(0) // memory is only the reader's during the call
    left += length - used
    at += length
  }
  return { status, body, isDone: reader.isDone, isKeptAlive: reader.isKeptAlive, left }
}

const line = fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '.').trim())
const answers = fc
  .record({
    status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
    reason: line,
    headers: fc.array(fc.tuple(fc.constantFrom('x-one', 'Date', 'server', 'X-Frame-Options', 'etag'), line), {
      maxLength: 8,
    }),
    chunks: fc.array(
      fc.string({ minLength: 1, maxLength: 40 }).map((text) => Buffer.from(text).toString('latin1')),
      { maxLength: 5 },
    ),
    isChunked: fc.boolean(),
    hasContinue: fc.boolean(),
    trailers: fc.array(
      line.map((text) => `x-trailer: ${text}\r\n`),
      { maxLength: 2 },
    ),
  })
  .map(({ status, reason, headers, chunks, isChunked, hasContinue, trailers }) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const body = chunks.join('')
    const chunked = chunks.map((chunk) => `${chunk.length.toString(16)};ext=1\r\n${chunk}\r\n`).join('')
    const framed = isChunked
      ? `Transfer-Encoding: chunked\r\n\r\n${chunked}0\r\n${trailers.join('')}\r\n`
      : `Content-Length: ${body.length}\r\n\r\n${body}`
    const before = hasContinue ? 'HTTP/1.1 100 Continue\r\n\r\n' : ''
    return { status, body, text: `${before}HTTP/1.1 ${status} ${reason}\r\n${lines}${framed}` }
  })

test('an answer reads the same, however it is cut into pieces, and ends where it ends', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(answers, sizes, fc.constantFrom('', 'HTTP/1.1 200 OK'), (answer, cut, next) => {
      const { status, body, isDone, left } = readIn(answer.text + next, cut)
      assert.deepEqual(
        { status, body, isDone, left },
        { status: answer.status, body: answer.body, isDone: true, left: next.length },
      )
    }),
  )
})

test('whatever comes, the reader reads it, waits for more or says that it is no HTTP', () => {
  const pieces = fc.array(
    fc.constantFrom(
      'HTTP/1.1 ',
      '200',
      ' OK',
      '\r\n',
      '\r',
      '\n',
      'content-length: ',
      '5',
      'transfer-encoding: chunked',
      'a',
      ':',
      ' ',
      'ff',
      ';',
      '\0',
      '0\r\n\r\n',
    ),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 10 }), (parts, size) => {
      try {
        readIn(parts.join(''), [size])
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})

test('answers without a body end with their head', () => {
  assert.ok(readIn('HTTP/1.1 204 No Content\r\n\r\n', [7]).isDone)
  assert.ok(readIn('HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n', [7]).isDone)
  assert.ok(readIn('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n', [7], true).isDone)
  assert.ok(readIn('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', [7], true).isDone)
})

test('an answer without a length ends when the server closes', () => {
  const reader = new ResponseReader()
  reader.begin(false, false)
  const bytes = Buffer.from('HTTP/1.0 200 OK\r\n\r\nall of it')
  let body = ''
  reader.read(bytes, bytes.length, {
    onHead: () => undefined,
    onBody: (data, from, to) => (body += data.toString('latin1', from, to)),
  })
  assert.deepEqual([body, reader.isDone, reader.isKeptAlive], ['all of it', false, false])
  assert.ok(reader.end())
})

test('a connection is kept as the versions of HTTP have it', () => {
  const kept = (head: string) => readIn(`${head}\r\ncontent-length: 0\r\n\r\n`, [100]).isKeptAlive
  assert.equal(kept('HTTP/1.1 200 OK'), true)
  assert.equal(kept('HTTP/1.1 200 OK\r\nConnection: Close'), false)
  assert.equal(kept('HTTP/1.0 200 OK'), false)
  assert.equal(kept('HTTP/1.0 200 OK\r\nConnection: Keep-Alive'), true)
})

test('a head may have as many bytes as the limit says, and not one more, in one piece or in many', () => {
  const head = (bytes: number) => {
    const rest = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: \r\n\r\n'
    return rest.replace('x: ', `x: ${'y'.repeat(bytes - rest.length)}`)
  }
  for (const size of [100_000, 1000, 16_384, 16_385]) {
    assert.ok(readIn(head(HEAD_LIMIT), [size]).isDone, `in pieces of ${size}`)
    assert.throws(() => readIn(head(HEAD_LIMIT + 1), [size]), ProtocolError, `in pieces of ${size}`)
  }
})

test('headers are kept only where they are wanted, or hold a cookie', () => {
  const headOf = (answer: string, wantsHead: boolean) => {
    const reader = new ResponseReader()
    const bytes = Buffer.from(answer)
    let kept = ''
    reader.begin(false, wantsHead)
    reader.read(bytes, bytes.length, { onHead: (_, head) => (kept = head), onBody: () => undefined })
    return kept
  }
  const plain = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'
  assert.equal(headOf(plain, false), '')
  assert.match(headOf(plain, true), /content-length: 0$/)
  assert.match(headOf('HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\ncontent-length: 0\r\n\r\n', false), /Set-Cookie: a=b/)
})
