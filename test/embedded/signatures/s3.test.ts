import assert from 'node:assert/strict'
import { createHmac, hash } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { crc32 } from 'node:zlib'
import { PutBucketCorsCommand } from '@aws-sdk/client-s3'
import { errorCode, type RawAnswer, rawRequest } from '../s3/raw-request.ts'
import { key, presigned, send, signed, type ToSign, type Wire } from './sign.ts'
import { startVerifying, type VerifyingAws } from './start-verifying.ts'

type Asked = Omit<ToSign, 'service' | 'port'>

/** A server with an empty bucket, and requests to it. */
async function startS3(t: TestContext) {
  const aws: VerifyingAws = await startVerifying(t)
  const { port } = aws
  const sign = (asked: Asked): Promise<Wire> => signed({ service: 's3', port, ...asked })
  const presign = (asked: Asked, seconds?: number): Promise<Wire> =>
    presigned({ service: 's3', port, ...asked }, seconds)
  const ask = async (asked: Asked): Promise<RawAnswer> => send(port, await sign(asked))
  assert.equal((await ask({ method: 'PUT', path: '/bucket' })).status, 200)
  return { aws, port, sign, presign, ask, send: (wire: Wire) => send(port, wire) }
}

function elementOf({ body }: RawAnswer, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1].replaceAll('&#xa;', '\n')
}

test('an anonymous request is denied, whatever it asks', async (t) => {
  const { port } = await startS3(t)
  const requests: [string, string][] = [
    ['GET', '/'],
    ['GET', '/bucket'],
    ['GET', '/no-bucket'],
    ['PUT', '/bucket/key'],
    ['DELETE', '/bucket'],
  ]
  for (const [method, path] of requests) {
    const answer = await rawRequest(port, method, path)
    assert.deepEqual([answer.status, errorCode(answer)], [403, 'AccessDenied'], `${method} ${path}`)
  }
  assert.equal((await rawRequest(port, 'HEAD', '/bucket')).status, 403)
})

test('a browser may ask without credentials whether it may send a request, and reads why one was refused', async (t) => {
  const { aws, port } = await startS3(t)
  const CORSConfiguration = { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['http://page.example'] }] }
  await aws.clients().s3.send(new PutBucketCorsCommand({ Bucket: 'bucket', CORSConfiguration }))
  const asking = { origin: 'http://page.example', 'access-control-request-method': 'GET' }
  assert.equal((await rawRequest(port, 'OPTIONS', '/bucket/key', asking)).status, 200)
  const refused = await rawRequest(port, 'GET', '/bucket/key', { origin: 'http://page.example' })
  assert.equal(refused.status, 403)
  assert.equal(refused.headers['access-control-allow-origin'], 'http://page.example')
})

test('a signature that does not match is answered with what was to be signed', async (t) => {
  const { sign, send: answerTo } = await startS3(t)
  const wire = await sign({ path: '/bucket', query: { prefix: 'a', 'max-keys': '2' } })
  const answer = await answerTo({ ...wire, target: wire.target.replace('prefix=a', 'prefix=b') })
  assert.deepEqual([answer.status, errorCode(answer)], [403, 'SignatureDoesNotMatch'])
  assert.equal(elementOf(answer, 'AWSAccessKeyId'), 'AKIDEXAMPLE')
  assert.match(
    String(wire.headers['authorization']),
    new RegExp(`Signature=${elementOf(answer, 'SignatureProvided')}$`),
  )
  const canonical = elementOf(answer, 'CanonicalRequest')!.replaceAll('&amp;', '&')
  assert.match(canonical, /^GET\n\/bucket\nmax-keys=2&prefix=b\nhost:127\.0\.0\.1:\d+\n/)
  assert.equal(
    elementOf(answer, 'CanonicalRequestBytes'),
    Buffer.from(canonical).toString('hex').match(/../g)!.join(' '),
  )
  assert.match(
    elementOf(answer, 'StringToSign')!,
    new RegExp(`^AWS4-HMAC-SHA256\n\\d{8}T\\d{6}Z\n\\d{8}/us-east-1/s3/aws4_request\n${hash('sha256', canonical)}$`),
  )
})

test('an Authorization header that cannot be meant is refused with what is wrong in it', async (t) => {
  const { sign, send: answerTo } = await startS3(t)
  const wire = await sign({ path: '/bucket' })
  const authorization = String(wire.headers['authorization'])
  const today = /Credential=[^/]*\/(\d{8})/.exec(authorization)![1]
  const malformed = 'AuthorizationHeaderMalformed'
  const start = 'The authorization header is malformed; '
  const cases: [header: string, code: string, message: string][] = [
    ['Bearer token', 'InvalidArgument', 'Unsupported Authorization Type'],
    [
      'AWS AKIDEXAMPLE:signature',
      'InvalidRequest',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    ],
    [
      'AWS4-HMAC-SHA256 Credential=a/b/c',
      malformed,
      `${start}the authorization header requires three components: Credential, SignedHeaders, and Signature.`,
    ],
    [
      authorization.replace('/aws4_request', ''),
      malformed,
      `${start}the Credential is mal-formed; expecting &quot;&lt;YOUR-AKID&gt;/YYYYMMDD/REGION/SERVICE/aws4_request&quot;.`,
    ],
    [
      authorization.replace('/s3/', '/sqs/'),
      malformed,
      `${start}incorrect service &quot;sqs&quot;. This endpoint belongs to &quot;s3&quot;.`,
    ],
    [
      authorization.replace('aws4_request', 'aws5_request'),
      malformed,
      `${start}incorrect terminal &quot;aws5_request&quot;. This endpoint uses &quot;aws4_request&quot;.`,
    ],
    [
      authorization.replace(today, '20200101'),
      malformed,
      `${start}Invalid credential date &quot;20200101&quot;. This date is not the same as X-Amz-Date: &quot;${today}&quot;.`,
    ],
    [authorization.replace('us-east-1', 'US'), malformed, `${start}the region 'US' is wrong; expecting 'us-east-1'`],
  ]
  for (const [header, code, message] of cases) {
    const answer = await answerTo({ ...wire, headers: { ...wire.headers, authorization: header } })
    assert.deepEqual([errorCode(answer), elementOf(answer, 'Message')], [code, message])
  }
})

test('what a signature needs besides must be there, and signed', async (t) => {
  const { sign, send: answerTo } = await startS3(t)
  const wire = await sign({ path: '/bucket' })
  const { 'x-amz-date': _, ...undated } = wire.headers
  const noDate = await answerTo({ ...wire, headers: undated })
  assert.equal(elementOf(noDate, 'Message'), 'AWS authentication requires a valid Date or x-amz-date header')

  const { 'x-amz-content-sha256': payload, ...unhashed } = wire.headers
  assert.equal(payload, hash('sha256', ''))
  const noHash = await answerTo({ ...wire, headers: unhashed })
  assert.equal(elementOf(noHash, 'Message'), 'Missing required header for this request: x-amz-content-sha256')

  const added = await answerTo({ ...wire, headers: { ...wire.headers, 'x-amz-acl': 'public-read' } })
  assert.deepEqual([errorCode(added), elementOf(added, 'HeadersNotSigned')], ['AccessDenied', 'x-amz-acl'])
  const hostless = String(wire.headers['authorization']).replace('host;', '')
  const noHost = await answerTo({ ...wire, headers: { ...wire.headers, authorization: hostless } })
  assert.deepEqual([errorCode(noHost), elementOf(noHost, 'HeadersNotSigned')], ['AccessDenied', 'host'])

  const both = await answerTo({ ...wire, target: `${wire.target}?X-Amz-Signature=0` })
  assert.match(elementOf(both, 'Message')!, /^Only one auth mechanism allowed; /)
})

test('a request of 15 minutes ago is the last that is taken', async (t) => {
  const { aws, sign, send: answerTo } = await startS3(t)
  const wire = await sign({ path: '/bucket' })
  aws.advance(14 * 60)
  assert.equal((await answerTo(wire)).status, 200)
  aws.advance(2 * 60)
  const answer = await answerTo(wire)
  assert.deepEqual([answer.status, errorCode(answer)], [403, 'RequestTimeTooSkewed'])
  assert.equal(elementOf(answer, 'RequestTime'), wire.headers['x-amz-date'])
  assert.equal(elementOf(answer, 'MaxAllowedSkewMilliseconds'), '900000')
  const aheadMs = Date.parse(elementOf(answer, 'ServerTime')!) - Date.now()
  assert.ok(aheadMs > 15.5 * 60_000 && aheadMs < 16.5 * 60_000, `${aheadMs}`)
})

test('a body must be the one that was signed, also where a checksum goes with it, and leaves nothing where it is not', async (t) => {
  const { ask, sign, send: answerTo } = await startS3(t)
  const put = { method: 'PUT', path: '/bucket/key', body: 'hello' }
  assert.equal((await ask(put)).status, 200)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32('hellp'))
  const withChecksum: Record<string, string> = { 'x-amz-checksum-crc32': checksum.toString('base64') }
  for (const headers of [{}, withChecksum]) {
    const answer = await answerTo({ ...(await sign({ ...put, path: '/bucket/other', headers })), body: 'hellp' })
    assert.deepEqual([answer.status, errorCode(answer)], [400, 'XAmzContentSHA256Mismatch'], answer.body)
    assert.equal(elementOf(answer, 'ClientComputedContentSHA256'), hash('sha256', 'hello'))
    assert.equal(elementOf(answer, 'S3ComputedContentSHA256'), hash('sha256', 'hellp'))
  }
  assert.equal((await ask({ path: '/bucket/other' })).status, 404)
  const document = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  const versioning = await sign({ method: 'PUT', path: '/bucket', query: { versioning: '' }, body: document })
  const suspended = await answerTo({ ...versioning, body: document.replace('Enabled', 'Suspended') })
  assert.equal(errorCode(suspended), 'XAmzContentSHA256Mismatch')
})

test('a payload may be left unsigned', async (t) => {
  const { ask } = await startS3(t)
  const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
  assert.equal((await ask({ method: 'PUT', path: '/bucket/key', headers, body: 'hello' })).status, 200)
  assert.equal((await ask({ path: '/bucket/key' })).body, 'hello')
})

test('presigned URLs read and write until they expire, by the clock of the server', async (t) => {
  const { aws, presign, send: answerTo } = await startS3(t)
  const write = await presign({ method: 'PUT', path: '/bucket/a%20key', headers: { 'content-type': 'text/plain' } }, 60)
  const read = await presign({ path: '/bucket/a%20key', query: { 'response-content-type': 'text/html' } }, 60)
  assert.equal((await answerTo({ ...write, body: 'hello' })).status, 200)
  const got = await answerTo(read)
  assert.deepEqual([got.body, got.headers['content-type']], ['hello', 'text/html'])
  aws.advance(61)
  const expired = await answerTo(read)
  assert.deepEqual(
    [expired.status, errorCode(expired), elementOf(expired, 'Message')],
    [403, 'AccessDenied', 'Request has expired'],
  )
})

test('a URL presigned with Version 2, as boto3 makes them for us-east-1, is for what was signed alone', async (t) => {
  const { aws, port, ask } = await startS3(t)
  await ask({ method: 'PUT', path: '/bucket/key', body: 'hello' })
  const expires = Math.floor(Date.now() / 1000) + 60
  const signature = createHmac('sha1', key.secretAccessKey)
    .update(`GET\n\n\n${expires}\n/bucket/key?response-content-type=text/html; a=b`)
    .digest('base64')
  const parameters = `AWSAccessKeyId=${key.accessKeyId}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`
  const target = `/bucket/key?response-content-type=text%2Fhtml%3B%20a%3Db&${parameters}`
  const got = await rawRequest(port, 'GET', target)
  assert.deepEqual([got.body, got.headers['content-type']], ['hello', 'text/html; a=b'])
  assert.equal(
    (await rawRequest(port, 'GET', target.replace('/bucket', ''), { host: `bucket.localhost:${port}` })).body,
    'hello',
  )
  const changed: [method: string, target: string, headers: Record<string, string>][] = [
    ['DELETE', target, {}],
    ['GET', target.replace('/key', '/other'), {}],
    ['GET', target, { host: `bucket.localhost:${port}` }],
    ['GET', target.replace('html', 'plain'), {}],
    ['GET', `${target}&acl`, {}],
    ['GET', target.replace(String(expires), String(expires + 60)), {}],
    ['GET', target, { 'x-amz-acl': 'public-read' }],
  ]
  for (const [method, changedTarget, headers] of changed) {
    const answer = await rawRequest(port, method, changedTarget, headers)
    assert.deepEqual([answer.status, errorCode(answer)], [403, 'SignatureDoesNotMatch'], `${method} ${changedTarget}`)
  }
  const unknown = await rawRequest(port, 'GET', target.replace(key.accessKeyId, 'AKIDOTHER'))
  assert.equal(errorCode(unknown), 'InvalidAccessKeyId')
  aws.advance(62)
  const expired = await rawRequest(port, 'GET', target)
  assert.deepEqual([errorCode(expired), elementOf(expired, 'Message')], ['AccessDenied', 'Request has expired'])
})

test('a presigned URL is for what was signed alone', async (t) => {
  const { presign, send: answerTo } = await startS3(t)
  const read = await presign({ path: '/bucket/key' })
  const changed: Wire[] = [
    { ...read, method: 'DELETE' },
    { ...read, target: read.target.replace('/key', '/other') },
    { ...read, target: read.target.replace('X-Amz-Expires=3600', 'X-Amz-Expires=604800') },
    { ...read, target: `${read.target}&versionId=null` },
    { ...read, target: `${read.target}&X-Amz-Expires=604800` },
    { ...read, target: read.target.replace(/X-Amz-Signature=..../, 'X-Amz-Signature=0000') },
    { ...read, headers: { ...read.headers, host: 'localhost' } },
  ]
  for (const wire of changed) {
    const answer = await answerTo(wire)
    assert.deepEqual([answer.status, errorCode(answer)], [403, 'SignatureDoesNotMatch'], wire.target)
  }
  const header = await answerTo({ ...read, headers: { ...read.headers, 'x-amz-meta-a': 'added' } })
  assert.deepEqual([errorCode(header), elementOf(header, 'HeadersNotSigned')], ['AccessDenied', 'x-amz-meta-a'])
  const unknown = await answerTo({ ...read, target: read.target.replace('AKIDEXAMPLE', 'AKIDOTHER') })
  assert.deepEqual([unknown.status, errorCode(unknown)], [403, 'InvalidAccessKeyId'])
})

test('a bucket is addressed by its host name too, which is then what is signed', async (t) => {
  const { ask, port } = await startS3(t)
  const headers = { host: `bucket.localhost:${port}` }
  assert.equal((await ask({ method: 'PUT', path: '/key', headers, body: 'hello' })).status, 200)
  assert.equal((await ask({ path: '/bucket/key' })).body, 'hello')
})
