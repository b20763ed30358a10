import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawAnswer } from '../s3/raw-request.ts'
import { key, presigned, send, signed, type ToSign, type Wire } from './sign.ts'
import { startVerifying } from './start-verifying.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }

function listTables(port: number): ToSign {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.ListTables' }
  return { service: 'dynamodb', port, method: 'POST', headers, body: '{"Limit":1}' }
}

function listQueues(port: number): ToSign {
  return { service: 'sqs', port, method: 'POST', headers: form, body: 'Action=ListQueues&Version=2012-11-05' }
}

function json({ body }: RawAnswer): Record<string, string> {
  return JSON.parse(body) as Record<string, string>
}

function texts({ body, status }: RawAnswer): [status: number, code: string, message: string] {
  const text = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? ''
  return [status, text('Code'), text('Message')]
}

test('an anonymous request to a JSON service lacks its token', async (t) => {
  const { port } = await startVerifying(t)
  const { headers = {}, body = '' } = listTables(port)
  const answer = await send(port, { method: 'POST', target: '/', headers, body })
  assert.equal(answer.status, 400)
  assert.deepEqual(json(answer), {
    __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
    message: 'Request is missing Authentication Token',
  })
})

test("SQS names the query protocol's error to JSON clients", async (t) => {
  const { port } = await startVerifying(t)
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' }
  const answer = await send(port, { method: 'POST', target: '/', headers, body: '{}' })
  assert.equal(answer.status, 403)
  assert.equal(answer.headers['x-amzn-query-error'], 'MissingAuthenticationToken;Sender')
})

test('a body that was changed on its way is refused, in JSON and in a form', async (t) => {
  const { port } = await startVerifying(t)
  const table = await signed(listTables(port))
  assert.equal((await send(port, table)).status, 200)
  const other = await send(port, { ...table, body: '{"Limit":2}' })
  assert.deepEqual([other.status, json(other)['__type']], [400, 'com.amazon.coral.service#InvalidSignatureException'])

  const queues = await signed(listQueues(port))
  assert.equal((await send(port, queues)).status, 200)
  const purged = texts(await send(port, { ...queues, body: 'Action=PurgeQueue&QueueUrl=q' }))
  assert.deepEqual(purged.slice(0, 2), [403, 'SignatureDoesNotMatch'])
  assert.match(
    purged[2],
    /\n\nThe Canonical String for this request should have been\n'POST\n\/\n\n[^']+'\n\nThe String-to-Sign /,
  )
})

test('a signature that is incomplete or for another service is refused with what it lacks', async (t) => {
  const { port } = await startVerifying(t)
  const wire = await signed(listTables(port))
  const authorization = String(wire.headers['authorization'])
  const today = /Credential=[^/]*\/(\d{8})/.exec(authorization)![1]
  const date = String(wire.headers['x-amz-date'])
  const [incomplete, invalid] = ['IncompleteSignatureException', 'InvalidSignatureException']
  const cases: [headers: Record<string, string>, type: string, message: string][] = [
    [
      { authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c' },
      incomplete,
      "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. " +
        'Authorization=AWS4-HMAC-SHA256 Credential=a/b/c',
    ],
    [
      { authorization: authorization.replace('/aws4_request', '') },
      incomplete,
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, ' +
        `got 'AKIDEXAMPLE/${today}/us-east-1/dynamodb'`,
    ],
    [
      { 'x-amz-date': 'today' },
      incomplete,
      "Date must be in ISO-8601 'basic format'. Got 'today'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [{ authorization: 'Basic dTpw' }, 'MissingAuthenticationTokenException', 'Request is missing Authentication Token'],
    [
      { authorization: authorization.replace('/dynamodb/', '/sqs/') },
      invalid,
      "Credential should be scoped to correct service: 'dynamodb'. ",
    ],
    [
      { authorization: authorization.replace('us-east-1', 'US') },
      invalid,
      "Credential should be scoped to a valid region, not 'US'. ",
    ],
    [
      { authorization: authorization.replace(today, '20200101') },
      invalid,
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        `'20200101' != '${today}', from '${date}'.`,
    ],
    [
      { authorization: authorization.replace('host;', '') },
      invalid,
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      { authorization: authorization.replace(';x-amz-target', '') },
      invalid,
      "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
    ],
  ]
  for (const [headers, type, message] of cases) {
    const answer = await send(port, { ...wire, headers: { ...wire.headers, ...headers } })
    assert.deepEqual(json(answer), { __type: `com.amazon.coral.service#${type}`, message })
  }
})

test('requests of the query protocol are taken signed or presigned, and refused in its own words', async (t) => {
  const aws = await startVerifying(t)
  const { port } = aws
  const url = await presigned({ service: 'sqs', port, query: { Action: 'ListQueues', Version: '2012-11-05' } }, 60)
  assert.equal((await send(port, url)).status, 200)
  const identity = await presigned({
    service: 'sts',
    port,
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
  })
  assert.match((await send(port, identity)).body, /<Account>111122223333<\/Account>/)

  const missing = await send(port, { method: 'POST', target: '/', headers: form, body: 'Action=ListQueues' })
  assert.deepEqual(texts(missing), [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'])
  const unknown = await signed({ ...listQueues(port), credentials: { ...key, accessKeyId: 'AKIDOTHER' } })
  assert.deepEqual(texts(await send(port, unknown)), [
    403,
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  ])
  const changed: Wire = { ...url, target: url.target.replace('ListQueues', 'CreateQueue') }
  assert.deepEqual(texts(await send(port, changed)).slice(0, 2), [403, 'SignatureDoesNotMatch'])
  const unsigned: Wire = { ...url, target: url.target.replace(/&X-Amz-SignedHeaders=\w+/, '') }
  assert.deepEqual(texts(await send(port, unsigned)), [
    400,
    'IncompleteSignature',
    "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.",
  ])
  aws.advance(61)
  assert.deepEqual(texts(await send(port, url)), [400, 'RequestExpired', 'Request has expired.'])
})
