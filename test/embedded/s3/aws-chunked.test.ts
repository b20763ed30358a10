import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsChunkedDecoder } from '../../../src/embedded/s3/aws-chunked.ts'
import { checksumHasher } from '../../../src/embedded/s3/checksums.ts'
import { S3Error } from '../../../src/embedded/s3/errors.ts'
import { errorCode, rawConnection, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const crc32 = (bytes: Buffer): string => {
  const hasher = checksumHasher('CRC32')
  hasher.update(bytes)
  return hasher.digest().toString('base64')
}

function frame(chunks: readonly Buffer[], trailer = '', extension = ''): Buffer {
  const framed = chunks.flatMap((chunk) => [`${chunk.length.toString(16)}${extension}\r\n`, chunk, '\r\n'])
  return Buffer.concat([...framed, `0${extension}\r\n${trailer}\r\n`].map((piece) => Buffer.from(piece)))
}

function headersFor(bytes: number, mode = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'): Record<string, string | number> {
  return {
    'x-amz-content-sha256': mode,
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': bytes,
    ...(mode.endsWith('TRAILER') ? { 'x-amz-trailer': 'x-amz-checksum-crc32' } : {}),
  }
}

const hello = Buffer.from('hello')
const goodTrailer = `x-amz-checksum-crc32:${crc32(hello)}\r\n`

test('signed and unsigned chunks, with and without trailer, become the plain body', async (t) => {
  const { port } = await serveBucket(t)
  const signature = `;chunk-signature=${'0'.repeat(64)}`
  const signedTrailer = `${goodTrailer}x-amz-trailer-signature:${'0'.repeat(64)}\r\n`
  const cases: [string, Buffer][] = [
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', frame([hello], goodTrailer)],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', frame([hello], goodTrailer.replace('\r\n', '\n\r\n'))],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', frame([hello], '', signature)],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', frame([hello], signedTrailer, signature)],
  ]
  for (const [mode, body] of cases) {
    const put = await rawRequest(port, 'PUT', '/bucket/k', headersFor(5, mode), body)
    assert.equal(put.status, 200, put.body)
    const got = await rawRequest(port, 'GET', '/bucket/k')
    assert.equal(got.body, 'hello')
    assert.equal(got.headers['content-encoding'], undefined)
  }
})

test('malformed framing, wrong lengths and wrong trailers are refused and leave nothing', async (t) => {
  const { port, bodies, faults } = await serveBucket(t)
  const cases: [string, Buffer | string, string][] = [
    ['no size', 'hello', 'IncompleteBody'],
    ['not hex', 'xyz\r\nhello\r\n0\r\n\r\n', 'IncompleteBody'],
    ['negative', '-5\r\nhello\r\n0\r\n\r\n', 'IncompleteBody'],
    ['huge', 'ffffffffffffffff\r\nhello', 'IncompleteBody'],
    ['bare LF', '5\nhello\n0\n\n', 'IncompleteBody'],
    ['chunk too long', `5\r\nhello world\r\n0\r\n${goodTrailer}\r\n`, 'IncompleteBody'],
    ['no last chunk', '5\r\nhello\r\n', 'IncompleteBody'],
    ['cut inside a chunk', '5\r\nhel', 'IncompleteBody'],
    ['cut inside the trailer', `5\r\nhello\r\n0\r\n${goodTrailer}`, 'IncompleteBody'],
    ['bytes after the end', Buffer.concat([frame([hello], goodTrailer), Buffer.from('x\r\n')]), 'IncompleteBody'],
    ['more than decoded length', frame([Buffer.from('hello!')], goodTrailer), 'IncompleteBody'],
    ['less than decoded length', frame([Buffer.from('hell')], goodTrailer), 'IncompleteBody'],
    ['an endless line', 'a'.repeat(20_000), 'IncompleteBody'],
    ['no trailer', frame([hello]), 'MalformedTrailerError'],
    ['a trailer that is none', frame([hello], 'nonsense\r\n'), 'MalformedTrailerError'],
    ['wrong checksum', frame([hello], 'x-amz-checksum-crc32:AAAAAA==\r\n'), 'BadDigest'],
    ['malformed checksum', frame([hello], 'x-amz-checksum-crc32:AAAA\r\n'), 'InvalidRequest'],
    ['two short chunks', frame([Buffer.from('he'), Buffer.from('llo')], goodTrailer), 'InvalidChunkSizeError'],
  ]
  for (const [name, body, code] of cases) {
    const answer = await rawRequest(port, 'PUT', '/bucket/k', headersFor(5), body)
    assert.equal(errorCode(answer), code, name)
  }
  const { 'x-amz-decoded-content-length': _, ...headers } = headersFor(5)
  assert.equal(errorCode(await rawRequest(port, 'PUT', '/bucket/k', headers, 'x')), 'MissingContentLength')
  assert.equal((await rawRequest(port, 'GET', '/bucket/k')).status, 404)
  assert.deepEqual(await bodies(), [])
  assert.deepEqual(faults, [])
})

test('after malformed framing the connection is good for the next request', async (t) => {
  const { port } = await serveBucket(t)
  const head = Object.entries(headersFor(5)).map(([name, value]) => `${name}: ${value}\r\n`)
  const answers = await rawConnection(
    port,
    `PUT /bucket/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n${head.join('')}\r\n`,
    'zzz\r\n',
    Buffer.alloc(99_995),
    'HEAD /bucket HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  )
  assert.match(answers, /^HTTP\/1\.1 400 [^]*<Code>IncompleteBody<\/Code>[^]*HTTP\/1\.1 200 OK/)
})

test('property: however the wire cuts a framed body, it decodes to the same bytes and trailers', () => {
  const chunk = fc.integer({ min: 8192, max: 9000 }).map((length) => Buffer.alloc(length, `${length} `))
  const last = fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => Buffer.from(bytes))
  const cuts = fc.array(fc.nat({ max: 30_000 }), { maxLength: 20 })
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 2 }), last, cuts, (chunks, end, at) => {
      const framed = frame([...chunks, end], 'x-amz-checksum-crc32: abc \r\n', ';chunk-signature=0f')
      const pieces: Buffer[] = []
      const decoder = new AwsChunkedDecoder((bytes) => pieces.push(bytes))
      let from = 0
      for (const cut of [...at, framed.length].filter((position) => position <= framed.length).sort((a, b) => a - b)) {
        decoder.push(framed.subarray(from, cut))
        from = cut
      }
      assert.deepEqual(Buffer.concat(pieces), Buffer.concat([...chunks, end]))
      assert.equal(decoder.done, true)
      assert.deepEqual([...decoder.trailers], [['x-amz-checksum-crc32', 'abc']])
    }),
    { numRuns: 50 },
  )
})

test('property: whatever bytes arrive, the decoder takes them or refuses them as S3 would', () => {
  const junk = fc.string({ unit: fc.constantFrom('0', '5', 'f', '\r\n', ';', ':', 'x', ' '), maxLength: 60 })
  fc.assert(
    fc.property(junk, (text) => {
      try {
        new AwsChunkedDecoder(() => undefined).push(Buffer.from(text))
      } catch (error) {
        assert.ok(error instanceof S3Error)
      }
    }),
  )
})
