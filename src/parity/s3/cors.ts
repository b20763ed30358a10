import assert from 'node:assert/strict'
import { GetObjectCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3'
import type { OwnBehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { exchange } from '../exchange.ts'
import { type Bucket, createBucket } from './bucket.ts'

const recorded = 'LocalStack tests/aws/services/s3/test_s3_cors.py::TestS3Cors::'
const ORIGIN = 'https://localhost:4200'

/** What a browser may do, beyond the fixture. */
export const cors: readonly OwnBehaviourTest[] = [
  {
    id: 'own-s3-cors-none',
    sentence: 'A preflight on a bucket without CORS is forbidden, one without an origin is bad.',
    source: `${recorded}test_cors_http_options_no_config`,
    async run(aws) {
      const bucket = await createBucket(aws)
      const bare = await preflight(aws, bucket, {})
      assert.equal(bare.status, 400)
      assert.match(bare.text, /<Message>Insufficient information\. Origin request header needed\.<\/Message>/)
      const asked = await preflight(aws, bucket, { origin: ORIGIN, 'access-control-request-method': 'PUT' })
      assert.equal(asked.status, 403)
      assert.match(asked.text, /<Code>AccessForbidden<\/Code>/)
      assert.match(asked.text, /<Message>CORSResponse: CORS is not enabled for this bucket\.<\/Message>/)
    },
  },
  {
    id: 'own-s3-cors-preflight',
    sentence: 'A preflight that a rule allows is told methods, headers and age; another is forbidden.',
    source: `${recorded}test_cors_match_origins`,
    async run(aws) {
      const bucket = await createBucket(aws)
      await allow(aws, bucket)
      const method = { 'access-control-request-method': 'PUT' }
      await aws.eventually(async () => {
        const right = await preflight(aws, bucket, { origin: ORIGIN, ...method })
        assert.equal(right.status, 200)
        assert.equal(right.headers.get('access-control-allow-origin'), ORIGIN)
        assert.equal(right.headers.get('access-control-allow-methods'), 'GET, PUT')
        assert.equal(right.headers.get('access-control-allow-credentials'), 'true')
        assert.equal(right.headers.get('access-control-max-age'), '3000')
        assert.match(right.headers.get('vary') ?? '', /Origin/)
      })
      const wrong = await preflight(aws, bucket, { origin: 'https://elsewhere:4200', ...method })
      assert.equal(wrong.status, 403)
      assert.match(wrong.text, /CORSResponse: This CORS request is not allowed\./)
    },
  },
  {
    id: 'own-s3-cors-answer',
    sentence: 'An answer to an allowed origin carries the CORS headers, and another’s carries none.',
    source: `${recorded}test_cors_match_origins`,
    async run(aws) {
      const bucket = await createBucket(aws)
      await bucket.put('k', 'test-cors')
      await allow(aws, bucket)
      const read = (origin: string) => {
        const call = new GetObjectCommand({ Bucket: bucket.name, Key: 'k' })
        return exchange(aws.clients.s3, call, (request) => void (request.headers.origin = origin))
      }
      await aws.eventually(async () => {
        const right = await read(ORIGIN)
        assert.deepEqual([right.status, right.text], [200, 'test-cors'])
        assert.equal(right.headers['access-control-allow-origin'], ORIGIN)
        assert.equal(right.headers['access-control-expose-headers'], 'ETag')
      })
      const wrong = await read('https://elsewhere:4200')
      assert.deepEqual([wrong.status, wrong.headers['access-control-allow-origin']], [200, undefined])
    },
  },
]

async function allow({ clients: { s3 } }: ContractEnvironment, { name: Bucket }: Bucket): Promise<void> {
  const rule = {
    AllowedOrigins: [ORIGIN],
    AllowedMethods: ['GET', 'PUT'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 3000,
  }
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }))
}

/** As a browser asks, unsigned. */
async function preflight(aws: ContractEnvironment, { name }: Bucket, headers: Record<string, string>) {
  const origin =
    aws.endpoint === undefined ? `https://${name}.s3.${aws.region}.amazonaws.com` : `${aws.endpoint}/${name}`
  const response = await fetch(`${origin}/k`, { method: 'OPTIONS', headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
