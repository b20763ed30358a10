import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { canonicalRequest } from '../../../src/embedded/signatures/canonical-request.ts'
import type { ChunkSignatures } from '../../../src/embedded/signatures/chunk-signatures.ts'
import { SignatureRefusal } from '../../../src/embedded/signatures/refusal.ts'
import { createVerifier, type PresentedSignature } from '../../../src/embedded/signatures/verifier.ts'
import { AwsChunkedDecoder } from '../../../src/embedded/s3/aws-chunked.ts'
import { createManualClock } from '../manual-clock.ts'

// The examples of AWS's own documentation; its keys are no secret.
const accessKeyId = 'AKIAIOSFODNN7EXAMPLE'
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const clock = createManualClock(Date.UTC(2013, 4, 24))
const scope = '20130524/us-east-1/s3/aws4_request'
const emptyHash = hash('sha256', '')

interface Example {
  readonly method?: string
  readonly target: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly payload: string
  /** Undefined: it is in the URL. */
  readonly signature?: string
}

function present(example: Example): PresentedSignature {
  const { method = 'GET', target, host = 'examplebucket.s3.amazonaws.com', payload, signature } = example
  const headers: Record<string, string> = { host, ...example.headers }
  if (signature !== undefined) {
    Object.assign(headers, { 'x-amz-date': '20130524T000000Z', 'x-amz-content-sha256': payload })
    const signedHeaders = Object.keys(headers).sort().join(';')
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=${signedHeaders},Signature=${signature}`
  }
  const query = new URLSearchParams(target.split('?')[1])
  const rawHeaders = Object.entries(headers).flat()
  return createVerifier([{ accessKeyId, secretAccessKey }], clock).read({ method, target, headers, rawHeaders, query })
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const examples: Readonly<Record<string, Example>> = {
  'GET Object': {
    target: '/test.txt',
    headers: { range: 'bytes=0-9' },
    payload: emptyHash,
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  'PUT Object': {
    method: 'PUT',
    target: '/test$file.text',
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    payload: hash('sha256', 'Welcome to Amazon S3.'),
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  'GET Bucket Lifecycle': {
    target: '/?lifecycle',
    payload: emptyHash,
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  'GET Bucket (List Objects)': {
    target: '/?max-keys=2&prefix=J',
    payload: emptyHash,
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  'a presigned URL': {
    target:
      `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`${accessKeyId}/${scope}`)}` +
      '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    payload: 'UNSIGNED-PAYLOAD',
  },
}

for (const [name, example] of Object.entries(examples)) {
  test(`AWS's example of ${name} is taken, and refused when its payload is another`, () => {
    present(example).prove('s3', () => example.payload)
    assert.throws(() => present(example).prove('s3', () => hash('sha256', 'other')), SignatureRefusal)
  })
}

test("AWS's example of a URL presigned with Version 2 is taken until it expires, and refused with another method", () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
  const target = `/photos/puppy.jpg?AWSAccessKeyId=${accessKeyId}&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620`
  const ask = (method: string, nowMs: number): void => {
    const headers = { host: 'johnsmith.s3.amazonaws.com' }
    const query = new URLSearchParams(target.split('?')[1])
    const message = { method, target, headers, rawHeaders: Object.entries(headers).flat(), query }
    const verifier = createVerifier([{ accessKeyId, secretAccessKey }], createManualClock(nowMs))
    verifier.read(message).prove(
      's3',
      () => undefined,
      () => '/johnsmith/photos/puppy.jpg',
    )
  }
  ask('GET', 1175139620_000)
  assert.throws(() => ask('GET', 1175139621_000), {
    reason: { kind: 'expired-url', expiresMs: 1175139620_000, nowMs: 1175139621_000 },
  })
  assert.throws(() => ask('PUT', 1175139620_000), SignatureRefusal)
})

test("AWS's example of a canonical request of IAM is ours", () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
  const rawHeaders = [
    ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
    ['Host', 'iam.amazonaws.com'],
    ['X-Amz-Date', '20150830T123600Z'],
  ].flat()
  const message = { method: 'GET', target: '/?Action=ListUsers&Version=2010-05-08', rawHeaders }
  const canonical = canonicalRequest(message, ['content-type', 'host', 'x-amz-date'], emptyHash, { isS3: false })
  assert.equal(hash('sha256', canonical), 'f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59')
})

interface ChunkedExample {
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string
  readonly seed: string
  readonly chunks: readonly string[]
  readonly trailer: string
}

const chunkedHeaders = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '66560' }
const chunkedExamples: Readonly<Record<string, ChunkedExample>> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
  'signed chunks': {
    headers: { ...chunkedHeaders, 'content-length': '66824', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    chunks: [
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ],
    trailer: '',
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
  'signed chunks with a trailer': {
    headers: {
      ...chunkedHeaders,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-trailer': 'x-amz-checksum-crc32c',
    },
    payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    chunks: [
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    ],
    trailer:
      'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
      'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n',
  },
}

for (const [name, { headers, payload, seed, chunks, trailer }] of Object.entries(chunkedExamples)) {
  test(`AWS's example of ${name} is taken, and refused with any byte or signature changed`, () => {
    const proved = (): ChunkSignatures => {
      const target = '/examplebucket/chunkObject.txt'
      const example = { method: 'PUT', target, host: 's3.amazonaws.com', headers, payload, signature: seed }
      return present(example).prove('s3', () => payload).chunks!
    }
    const sizes = [65_536, 1024, 0]
    const framed = sizes
      .map((size, at) => {
        const line = `${size.toString(16)};chunk-signature=${chunks[at]}\r\n`
        return size === 0 ? `${line}${trailer}\r\n` : `${line}${'a'.repeat(size)}\r\n`
      })
      .join('')
    const decode = (text: string): number => {
      let bytes = 0
      const decoder = new AwsChunkedDecoder((slice) => (bytes += slice.length), proved())
      decoder.push(Buffer.from(text))
      assert.ok(decoder.done)
      return bytes
    }
    assert.equal(decode(framed), 66_560)
    const changes = [framed.replace('aaaa', 'aaab'), framed.replace(`;chunk-signature=${chunks[1]}`, '')]
    for (const signature of chunks) changes.push(framed.replace(signature, signature.replaceAll('5', '6')))
    if (trailer !== '') {
      changes.push(
        framed.replace('sOO8', 'sOO9'),
        framed.replace('d81f', 'd81e'),
        framed.replace(/x-amz-trailer-s.*\r\n/, ''),
      )
    } else {
      changes.push(framed.replace(/\r\n$/, 'x-amz-checksum-crc32c:sOO8/Q==\r\n\r\n'))
    }
    for (const change of changes) assert.throws(() => decode(change), SignatureRefusal)
  })
}
