import assert from 'node:assert/strict'
import { createHmac, hash } from 'node:crypto'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { errorCode, type RawAnswer } from '../s3/raw-request.ts'
import { key, send, signed, type Wire } from './sign.ts'
import { startVerifying } from './start-verifying.ts'

const signedPayload = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const chunks = [Buffer.alloc(8192, 'a'), Buffer.alloc(70_000, 'b'), Buffer.from('end'), Buffer.alloc(0)]
const whole = Buffer.concat(chunks)
const checksum = Buffer.alloc(4)
checksum.writeUInt32BE(crc32(whole))
const checksumLine = `x-amz-checksum-crc32:${checksum.toString('base64')}`

/** Signs chunk after chunk, and the trailer, as AWS documents it. */
function chunkSigner({ headers }: Wire) {
  const authorization = String(headers['authorization'])
  const [, scope] = /Credential=[^/]*\/([^,]*)/.exec(authorization)!
  let previous = /Signature=(\w+)/.exec(authorization)![1]
  let signingKey: Buffer | string = `AWS4${key.secretAccessKey}`
  for (const part of scope.split('/')) signingKey = createHmac('sha256', signingKey).update(part).digest()
  return (what: 'PAYLOAD' | 'TRAILER', ...hashes: string[]): string => {
    const lines = [`AWS4-HMAC-SHA256-${what}`, String(headers['x-amz-date']), scope, previous, ...hashes]
    previous = createHmac('sha256', signingKey).update(lines.join('\n')).digest('hex')
    return previous
  }
}

/** `mode` is what x-amz-content-sha256 says. */
async function chunked(port: number, mode: string): Promise<Wire> {
  const hasTrailer = mode.endsWith('-TRAILER')
  const wire = await signed({
    service: 's3',
    port,
    method: 'PUT',
    path: '/bucket/key',
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': mode,
      'x-amz-decoded-content-length': `${whole.length}`,
      ...(hasTrailer && { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    },
  })
  const sign = chunkSigner(wire)
  const isSigned = mode.startsWith(signedPayload)
  let body = ''
  for (const chunk of chunks) {
    const signature = isSigned ? `;chunk-signature=${sign('PAYLOAD', hash('sha256', ''), hash('sha256', chunk))}` : ''
    body += `${chunk.length.toString(16)}${signature}\r\n${chunk.toString()}${chunk.length === 0 ? '' : '\r\n'}`
  }
  if (hasTrailer) {
    body += `${checksumLine}\r\n`
    if (isSigned) body += `x-amz-trailer-signature:${sign('TRAILER', hash('sha256', `${checksumLine}\n`))}\r\n`
  }
  return { ...wire, body: `${body}\r\n` }
}

const modes = [signedPayload, `${signedPayload}-TRAILER`, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']

for (const mode of modes) {
  test(`a body sent as ${mode} is taken`, async (t) => {
    const { port } = await startVerifying(t)
    await send(port, await signed({ service: 's3', port, method: 'PUT', path: '/bucket' }))
    const put = await send(port, await chunked(port, mode))
    assert.equal(put.status, 200, put.body)
    const got = await send(port, await signed({ service: 's3', port, path: '/bucket/key' }))
    assert.ok(whole.equals(Buffer.from(got.body)))
  })
}

test('signed chunks are refused with anything changed in them, and leave nothing', async (t) => {
  const { port } = await startVerifying(t)
  await send(port, await signed({ service: 's3', port, method: 'PUT', path: '/bucket' }))
  const mismatch = 'SignatureDoesNotMatch'
  const cases: [name: string, mode: string, change: (body: string) => string, code: string][] = [
    ['a byte', signedPayload, (body) => body.replace('aaaa', 'aaac'), mismatch],
    ['a byte of the last chunk', signedPayload, (body) => body.replace('end', 'eNd'), mismatch],
    ['a signature', signedPayload, (body) => body.replace(/(chunk-signature=)..../, '$10000'), mismatch],
    ['no signature', signedPayload, (body) => body.replace(/;chunk-signature=\w+/, ''), mismatch],
    ['no signatures at all', signedPayload, (body) => body.replace(/;chunk-signature=\w+/g, ''), mismatch],
    ['chunks in another order', signedPayload, swapped, mismatch],
    [
      'a trailer that nobody signed',
      signedPayload,
      (body) => body.replace(/\r\n$/, `${checksumLine}\r\n\r\n`),
      mismatch,
    ],
    ['a checksum', `${signedPayload}-TRAILER`, (body) => body.replace(/(crc32:)..../, '$1AAAA'), mismatch],
    [
      'an unsigned trailer',
      `${signedPayload}-TRAILER`,
      (body) => body.replace(/x-amz-trailer-signature.*\r\n/, ''),
      mismatch,
    ],
    ['a missing end', signedPayload, (body) => body.slice(0, -100), 'IncompleteBody'],
  ]
  for (const [name, mode, change, code] of cases) {
    const wire = await chunked(port, mode)
    const answer: RawAnswer = await send(port, { ...wire, body: change(wire.body as string) })
    assert.equal(errorCode(answer), code, name)
  }
  assert.equal((await send(port, await signed({ service: 's3', port, path: '/bucket/key' }))).status, 404)
})

/** The first chunk's line and bytes behind the second's. */
function swapped(body: string): string {
  const second = body.indexOf('\r\n', 8192) + 2
  const third = body.indexOf('\r\n', second + 70_000) + 2
  return body.slice(second, third) + body.slice(0, second) + body.slice(third)
}
