import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createManualClock } from '../manual-clock.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const signedAt = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A presigned query as SDKs make it; the signature is not looked at here. */
function signedQuery(changes: Record<string, string | undefined> = {}): string {
  const parameters: Record<string, string | undefined> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'test/20260102/us-east-1/s3/aws4_request',
    'X-Amz-Date': '20260102T030405Z',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': '0'.repeat(64),
    ...changes,
  }
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new URLSearchParams(given).toString()
}

test('an object is put and read by URL, until the URL expires', async (t) => {
  const clock = createManualClock(signedAt)
  const { port } = await serveBucket(t, { clock })
  const path = `/bucket/k?${signedQuery()}`
  assert.equal((await rawRequest(port, 'PUT', path, {}, 'hello')).status, 200)
  clock.advance(60_000)
  assert.equal((await rawRequest(port, 'GET', path)).body, 'hello')
  clock.advance(1)
  const late = await rawRequest(port, 'GET', path)
  assert.deepEqual([late.status, errorCode(late)], [403, 'AccessDenied'])
  assert.match(
    late.body,
    /<Message>Request has expired<\/Message><X-Amz-Expires>60<\/X-Amz-Expires><Expires>2026-01-02T03:05:05Z<\/Expires><ServerTime>2026-01-02T03:05:05Z<\/ServerTime>/,
  )
  const head = await rawRequest(port, 'HEAD', path)
  assert.deepEqual([head.status, head.body], [403, ''])
})

test('a URL from the future is not valid yet', async (t) => {
  const { port } = await serveBucket(t, { clock: createManualClock(signedAt - 16 * 60_000) })
  const early = await rawRequest(port, 'GET', `/bucket?${signedQuery()}`)
  assert.match(early.body, /<Code>AccessDenied<\/Code><Message>Request is not valid yet<\/Message>/)
})

test("a query that signs wrongly is refused in AWS's words", async (t) => {
  const { port } = await serveBucket(t, { clock: createManualClock(signedAt) })
  const wrong: [Record<string, string | undefined>, RegExp][] = [
    [{ 'X-Amz-Date': undefined }, /^Query-string authentication version 4 requires the X-Amz-Algorithm, /],
    [{ 'X-Amz-Algorithm': 'HMAC' }, /^X-Amz-Algorithm only supports &quot;AWS4-HMAC-SHA256 and /],
    [
      { 'X-Amz-Date': '2026-01-02' },
      /^X-Amz-Date must be in the ISO8601 Long Format &quot;yyyyMMdd'T'HHmmss'Z'&quot;$/,
    ],
    [{ 'X-Amz-Date': '20261302T030405Z' }, /^X-Amz-Date must be in the ISO8601 Long Format/],
    [{ 'X-Amz-Expires': 'soon' }, /^X-Amz-Expires should be a number$/],
    [{ 'X-Amz-Expires': '-1' }, /^X-Amz-Expires must be non-negative$/],
    [{ 'X-Amz-Expires': '0' }, /^X-Amz-Expires must be at least 1 second$/],
    [{ 'X-Amz-Expires': '604801' }, /^X-Amz-Expires must be less than a week \(in seconds\);/],
    [{ 'X-Amz-Credential': 'test' }, /^Error parsing the X-Amz-Credential parameter; the Credential is mal-formed;/],
    [{ 'X-Amz-Credential': 'test/20260102/us-east-1/sqs/aws4_request' }, /incorrect service &quot;sqs&quot;\. This/],
    [
      { 'X-Amz-Credential': 'test/20260101/us-east-1/s3/aws4_request' },
      /^Invalid credential date &quot;20260101&quot;/,
    ],
  ]
  for (const [changes, message] of wrong) {
    const answer = await rawRequest(port, 'GET', `/bucket?${signedQuery(changes)}`)
    assert.deepEqual([answer.status, errorCode(answer)], [400, 'AuthorizationQueryParametersError'])
    assert.match(/<Message>(.*?)<\/Message>/.exec(answer.body)?.[1] ?? '', message)
  }
  const longest = signedQuery({ 'X-Amz-Expires': '604800' })
  assert.equal((await rawRequest(port, 'GET', `/bucket?${longest}`)).status, 200)
})

test('a header that was not signed is refused', async (t) => {
  const { port } = await serveBucket(t, { clock: createManualClock(signedAt) })
  const acl = { 'x-amz-acl': 'private' }
  const refused = await rawRequest(port, 'PUT', `/bucket/k?${signedQuery()}`, acl, 'x')
  assert.equal(errorCode(refused), 'AccessDenied')
  assert.match(refused.body, /<HeadersNotSigned>x-amz-acl<\/HeadersNotSigned>/)
  const signed = signedQuery({ 'X-Amz-SignedHeaders': 'host;x-amz-acl' })
  assert.equal((await rawRequest(port, 'PUT', `/bucket/k?${signed}`, acl, 'x')).status, 200)
})

test('parameters of the URL stand for headers, but not the checksum of a body that was not there', async (t) => {
  const { port, sdk, Bucket } = await serveBucket(t, { clock: createManualClock(signedAt) })
  const query = signedQuery({
    'x-amz-meta-leg': '7',
    'x-amz-tagging': 'a=1',
    'x-amz-checksum-crc32': 'AAAAAA==',
    'x-amz-sdk-checksum-algorithm': 'CRC32',
  })
  assert.equal((await rawRequest(port, 'PUT', `/bucket/k?${query}`, {}, 'x')).status, 200)
  const { Metadata, TagCount } = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  assert.deepEqual([Metadata, TagCount], [{ leg: '7' }, 1])
})

test('response parameters change the headers of one answer and cannot break it', async (t) => {
  const { port, sdk, Bucket } = await serveBucket(t, { clock: createManualClock(signedAt) })
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ContentType: 'text/plain' }))
  const query = signedQuery({
    'response-content-type': 'text/html',
    'response-content-disposition': 'attachment; filename="a\r\nb"',
    'response-cache-control': 'no-store',
  })
  const { status, headers } = await rawRequest(port, 'GET', `/bucket/k?${query}`)
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'text/html')
  assert.equal(headers['cache-control'], 'no-store')
  assert.match(String(headers['content-disposition']), /^=\?UTF-8\?B\?/)
  assert.equal((await rawRequest(port, 'GET', '/bucket/k')).headers['content-type'], 'text/plain')
})
