import { PutBucketCorsCommand, PutObjectCommand, type CORSRule } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { errorCode, rawRequest, type RawAnswer } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const page = 'https://app.example.com'
const notAllowed =
  'CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / ' +
  "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."

/** A bucket with an object `k` and the rules. */
async function serveRules(t: TestContext, ...CORSRules: CORSRule[]): Promise<number> {
  const { sdk, Bucket, port } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  if (CORSRules.length > 0) await sdk.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  return port
}

function preflight(port: number, method: string, origin = page, headers?: string): Promise<RawAnswer> {
  return rawRequest(port, 'OPTIONS', '/bucket/k', {
    origin,
    'access-control-request-method': method,
    ...(headers === undefined ? {} : { 'access-control-request-headers': headers }),
  })
}

function message({ body }: RawAnswer): string | undefined {
  return /<Message>(.*?)<\/Message>/.exec(body)?.[1]
}

test('a preflight is answered with what the first rule that fits allows', async (t) => {
  const port = await serveRules(
    t,
    { AllowedMethods: ['GET'], AllowedOrigins: ['https://other.example.com'] },
    {
      AllowedMethods: ['GET', 'PUT'],
      AllowedOrigins: ['https://*.example.com'],
      AllowedHeaders: ['content-type', 'x-amz-*'],
      ExposeHeaders: ['ETag', 'x-amz-version-id'],
      MaxAgeSeconds: 600,
    },
  )
  const answer = await preflight(port, 'PUT', page, 'Content-Type, x-amz-meta-leg')
  const { headers } = answer
  assert.deepEqual([answer.status, answer.body], [200, ''])
  assert.equal(headers['access-control-allow-origin'], page)
  assert.equal(headers['access-control-allow-methods'], 'GET, PUT')
  assert.equal(headers['access-control-allow-headers'], 'content-type, x-amz-meta-leg')
  assert.equal(headers['access-control-expose-headers'], 'ETag, x-amz-version-id')
  assert.equal(headers['access-control-max-age'], '600')
  assert.equal(headers['access-control-allow-credentials'], 'true')
  assert.equal(headers.vary, 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method')
})

test('a preflight that no rule allows is AccessForbidden and says why', async (t) => {
  const port = await serveRules(t, {
    AllowedMethods: ['GET'],
    AllowedOrigins: [page],
    AllowedHeaders: ['x-amz-date'],
  })
  const refused = [
    preflight(port, 'DELETE'),
    preflight(port, 'GET', 'https://example.com'),
    preflight(port, 'GET', page, 'x-amz-date, x-other'),
  ]
  for (const answer of await Promise.all(refused)) {
    assert.deepEqual([answer.status, errorCode(answer)], [403, 'AccessForbidden'])
    assert.equal(message(answer), notAllowed)
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  }
})

test('a preflight to a bucket without rules, or to none, says so', async (t) => {
  const port = await serveRules(t)
  const without = await preflight(port, 'GET')
  assert.equal(message(without), 'CORSResponse: CORS is not enabled for this bucket.')
  assert.match(without.body, /<Method>GET<\/Method><ResourceType>BUCKET<\/ResourceType>/)
  const headers = { origin: page, 'access-control-request-method': 'GET' }
  const none = await rawRequest(port, 'OPTIONS', '/nowhere/k', headers)
  assert.deepEqual([none.status, message(none)], [403, 'CORSResponse: Bucket not found'])
  const bare = await rawRequest(port, 'OPTIONS', '/bucket/k')
  assert.deepEqual([bare.status, errorCode(bare)], [400, 'BadRequest'])
  assert.equal(message(bare), 'Insufficient information. Origin request header needed.')
  const half = await rawRequest(port, 'OPTIONS', '/bucket/k', { origin: page })
  assert.equal(message(half), 'Invalid Access-Control-Request-Method: null')
})

test('answers and errors carry the headers that let the page read them', async (t) => {
  const port = await serveRules(t, { AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['ETag'] })
  for (const [path, status] of [
    ['/bucket/k', 200],
    ['/bucket/absent', 404],
    ['/bucket?list-type=2', 200],
  ] as const) {
    const { headers, status: found } = await rawRequest(port, 'GET', path, { origin: page })
    assert.equal(found, status)
    assert.equal(headers['access-control-allow-origin'], '*')
    assert.equal(headers['access-control-expose-headers'], 'ETag')
    assert.equal(headers['access-control-allow-credentials'], undefined)
    assert.ok(headers.etag !== undefined || path !== '/bucket/k')
  }
  for (const [method, origin] of [
    ['GET', undefined],
    ['PUT', page],
  ] as const) {
    const { headers } = await rawRequest(port, method, '/bucket/k', origin === undefined ? {} : { origin })
    assert.equal(headers['access-control-allow-origin'], undefined, method)
  }
})

test('an origin with a wildcard allows exactly what begins and ends as it does', async (t) => {
  const port = await serveRules(t, { AllowedMethods: ['GET'], AllowedOrigins: ['http://*.test'] })
  const part = fc.stringMatching(/^[a-z.:/-]{0,12}$/)
  const origin = fc.tuple(fc.constantFrom('http://', 'https://', ''), part, fc.constantFrom('.test', '.tests', ''))
  await fc.assert(
    fc.asyncProperty(origin, async (parts) => {
      const value = parts.join('')
      fc.pre(value !== '')
      const allowed = value.startsWith('http://') && value.endsWith('.test')
      assert.equal((await preflight(port, 'GET', value)).status, allowed ? 200 : 403, value)
    }),
    { numRuns: 60, seed: 7 },
  )
})
