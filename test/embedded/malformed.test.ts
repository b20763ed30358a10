import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import test from 'node:test'
import fc from 'fast-check'
import { type EmbeddedAws } from '../../src/embedded/index.ts'
import { start } from './start.ts'

/** Sends bytes, optionally closes its own half, and answers all that comes back until the server closes. */
async function exchange({ port }: EmbeddedAws, bytes: string, { half = false } = {}): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  // A server that has refused may reset what is still on its way.
  socket.on('error', () => {})
  await once(socket, 'connect')
  if (half) socket.end(bytes)
  else socket.write(bytes)
  if (!socket.closed) {
    socket.once('end', () => socket.destroy())
    await once(socket, 'close')
  }
  return received
}

function post(target: string, body: string, headers: Record<string, string> = {}): string {
  const all = {
    host: 'localhost',
    connection: 'close',
    'x-amz-target': target,
    'content-type': 'application/x-amz-json-1.0',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST / HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

async function isWell({ endpoint }: EmbeddedAws): Promise<void> {
  assert.equal((await fetch(`${endpoint}/_turnaround/health`)).status, 200)
}

function xml(body: string): string {
  const md5 = hash('md5', body, 'base64')
  const length = Buffer.byteLength(body)
  return `POST /data?delete HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-md5: ${md5}\r\ncontent-length: ${length}\r\n\r\n${body}`
}

const bomb =
  '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Delete><Object><Key>&b;</Key></Object></Delete>'

const refused: [string, string, RegExp][] = [
  ['JSON that breaks off', post('AmazonSQS.ListQueues', '{"a'), /^HTTP\/1\.1 400 [\s\S]*SerializationException/],
  ['JSON that is no object', post('AmazonSQS.ListQueues', '[1]'), /^HTTP\/1\.1 400 [\s\S]*SerializationException/],
  [
    'a member of the wrong type',
    post('AmazonSQS.CreateQueue', '{"QueueName":7}'),
    /NUMBER_VALUE can not be converted to a String/,
  ],
  [
    'a missing member',
    post('AmazonSQS.CreateQueue', '{}'),
    /x-amzn-query-error: MissingParameter;Sender[\s\S]*parameter QueueName/,
  ],
  ['an unknown operation', post('AmazonSQS.Nonsense', '{}'), /^HTTP\/1\.1 400 [\s\S]*UnknownOperationException/],
  ['an operation by an inherited name', post('AmazonSQS.constructor', '{}'), /UnknownOperationException/],
  [
    'an unknown service',
    post('Kinesis_20131202.ListStreams', '{}'),
    /^HTTP\/1\.1 400 [\s\S]*UnknownOperationException/,
  ],
  [
    'another content type',
    post('AmazonSQS.ListQueues', '{}', { 'content-type': 'text/plain' }),
    /UnknownOperationException/,
  ],
  ['an unknown secrets operation', post('secretsmanager.Nonsense', '{}'), /UnknownOperationException/],
  [
    'no secret named',
    post('secretsmanager.GetSecretValue', '{}', { 'content-type': 'application/x-amz-json-1.1' }),
    /ValidationException/,
  ],
  [
    'DynamoDB JSON that breaks off',
    post('DynamoDB_20120810.GetItem', '{"a'),
    /^HTTP\/1\.1 400 [\s\S]*SerializationException/,
  ],
  ['DynamoDB without all that it needs', post('DynamoDB_20120810.GetItem', '{}'), /ValidationException/],
  [
    'an unknown form',
    post('', 'Action=Nonsense', { 'x-amz-target': '', 'content-type': 'application/x-www-form-urlencoded' }),
    /UnknownOperation|InvalidAction/,
  ],
  [
    'headers of more than 64 KB',
    post('AmazonSQS.ListQueues', '{}', { 'x-long': 'x'.repeat(70_000) }),
    /^HTTP\/1\.1 431 /,
  ],
  [
    'a chunk whose length is no number',
    'PUT /data/a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n',
    /^HTTP\/1\.1 4/,
  ],
  [
    'two lengths of one body',
    'PUT /data/a HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 4/,
  ],
  ...['../up', 'a/b', 'nul\0', 'Zürich', ' ', 'q'.repeat(81), 'a.fifo.fifo'].map((name): [string, string, RegExp] => [
    `a queue named ${JSON.stringify(name)}`,
    post('AmazonSQS.CreateQueue', JSON.stringify({ QueueName: name })),
    /^HTTP\/1\.1 400 [\s\S]*InvalidParameterValue/,
  ]),
  ['XML that breaks off', xml('<Delete><Object><Key>a</Key>'), /^HTTP\/1\.1 400 [\s\S]*<Code>MalformedXML/],
  ['XML with entities of its own', xml(bomb), /^HTTP\/1\.1 400 [\s\S]*<Code>MalformedXML/],
  ['what is not HTTP', 'HELO there\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a target that is no URL', 'GET http://[ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
  [
    'a Host that is no host',
    'GET /_turnaround/health HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n',
    /^HTTP\/1\.1 4/,
  ],
  ['no Host', 'GET /_turnaround/health HTTP/1.1\r\nconnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a body beyond all limits', post('AmazonSQS.SendMessage', 'x'.repeat(9 * 1024 * 1024)), /^HTTP\/1\.1 413 |^$/],
]

for (const [what, bytes, expected] of refused) {
  test(`${what} gets an answer, and the server goes on`, async (t) => {
    const aws = await start(t, { inMemory: true })
    await fetch(`${aws.endpoint}/data`, { method: 'PUT' })
    assert.match(await exchange(aws, bytes), expected)
    await isWell(aws)
  })
}

test('a client that closes its half after a whole request, or in the middle of one, does no harm', async (t) => {
  const aws = await start(t, { inMemory: true })
  await exchange(aws, post('AmazonSQS.ListQueues', '{}'), { half: true })
  const whole = post('AmazonSQS.CreateQueue', '{"QueueName":"half"}')
  await exchange(aws, whole.slice(0, -5), { half: true })
  await exchange(aws, post('DynamoDB_20120810.GetItem', '{"TableName":"a"}').slice(0, -5), { half: true })
  await exchange(aws, post('secretsmanager.ListSecrets', '{} ').slice(0, -1), { half: true })
  await exchange(aws, 'POST /_turnaround/bodies HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{', {
    half: true,
  })
  const listed = await exchange(aws, post('AmazonSQS.ListQueues', '{}'))
  assert.match(listed, /\r\n\r\n\{\}$/, 'the queue of the broken request was not made')
  await isWell(aws)
})

test('a request with Expect: 100-continue is told to go on', async (t) => {
  const aws = await start(t, { inMemory: true })
  const answer = await exchange(aws, post('AmazonSQS.ListQueues', '{}', { expect: '100-continue' }))
  assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
})

const operations = [
  'SendMessage',
  'SendMessageBatch',
  'ReceiveMessage',
  'DeleteMessageBatch',
  'CreateQueue',
  'SetQueueAttributes',
]

/** Answers the status. */
async function call({ endpoint }: EmbeddedAws, target: string, body: object): Promise<number> {
  const signature = 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/x/aws4_request, SignedHeaders=host, Signature=a'
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': '20260101T000000Z',
      authorization: signature,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  })
  await response.arrayBuffer()
  return response.status
}

test('whatever JSON is sent to an operation, the answer is a 2xx or a 4xx', async (t) => {
  const aws = await start(t, { inMemory: true })
  const QueueUrl = `${aws.endpoint}/000000000000/fuzz`
  await call(aws, 'AmazonSQS.CreateQueue', { QueueName: 'fuzz' })
  const target = fc.oneof(
    fc.constantFrom(...operations.map((name) => `AmazonSQS.${name}`)),
    fc.constantFrom('secretsmanager.CreateSecret', 'secretsmanager.PutSecretValue', 'secretsmanager.ListSecrets'),
  )
  const member = fc.constantFrom(
    ...['QueueName', 'MessageBody', 'Entries', 'Attributes', 'MessageAttributes', 'MaxNumberOfMessages', 'Id'],
    ...['SecretId', 'Name', 'SecretString', 'SecretBinary', 'VersionStages', 'NextToken', '__proto__'],
  )
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.dictionary(member, fc.jsonValue({ maxDepth: 1 })))
  await fc.assert(
    fc.asyncProperty(target, fc.dictionary(member, value), async (to, body) => {
      assert.ok((await call(aws, to, { QueueUrl, ...body })) < 500, to)
    }),
    { numRuns: 300 },
  )
  await isWell(aws)
})

test('whatever is asked of a DynamoDB table, the answer is a 2xx or a 4xx', async (t) => {
  const aws = await start(t, { inMemory: true })
  const keys = [
    { AttributeName: 'p', KeyType: 'HASH', AttributeType: 'S' },
    { AttributeName: 's', KeyType: 'RANGE', AttributeType: 'S' },
  ]
  await call(aws, 'DynamoDB_20120810.CreateTable', {
    TableName: 'fuzz',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map(({ AttributeName, AttributeType }) => ({ AttributeName, AttributeType })),
    KeySchema: keys.map(({ AttributeName, KeyType }) => ({ AttributeName, KeyType })),
  })
  const operation = fc.constantFrom(
    ...['UpdateItem', 'Query', 'Scan', 'PutItem', 'GetItem', 'DeleteItem', 'BatchWriteItem', 'BatchGetItem'],
    ...['TagResource', 'ListTagsOfResource', 'DescribeTimeToLive', 'UpdateTable'],
  )
  const value = fc.constantFrom<unknown>(
    ...[
      { S: 'x' },
      { N: '1' },
      { N: 'x' },
      { N: '1e999' },
      { L: [] },
      { M: {} },
      { SS: [] },
      { B: '!!' },
      { NULL: true },
    ],
    ...[{}, { S: '' }, 5, null, []],
  )
  const expression = fc.constantFrom(
    ...['SET #a = :a', 'REMOVE #a', '#a', ':a', 'attribute_exists(#a)', 'size(#a) > :a', 'SET #a = #a + :a', '(', ''],
    ...['p = :a', 'begins_with(s, :a)', 'ADD a :a', 'DELETE a :a', 'a[0]', 'SET a[1] = if_not_exists(b, :a)'],
  )
  const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/'
  const body = fc.record(
    {
      Key: fc.record({ p: value, s: value }),
      Item: fc.record({ p: fc.constant({ S: 'r' }), s: value, a: value }),
      UpdateExpression: expression,
      ConditionExpression: expression,
      KeyConditionExpression: expression,
      FilterExpression: expression,
      ProjectionExpression: expression,
      ExpressionAttributeNames: fc.record({ '#a': fc.constantFrom('a', '', 'p') }),
      ExpressionAttributeValues: fc.record({ ':a': value }),
      ExclusiveStartKey: fc.record({ p: value, s: value }),
      Limit: fc.constantFrom<unknown>(0, 1, 'x'),
      RequestItems: value.map((s) => ({ fuzz: [{ PutRequest: { Item: { p: { S: 'a' }, s } } }] })),
      ResourceArn: fc.constantFrom('x', `${arn}fuzz`, `${arn}none`),
      Tags: fc.constantFrom([], [{ Key: 'a', Value: 'b' }]),
      IndexName: fc.constant('x'),
    },
    { requiredKeys: ['Key', 'Item', 'RequestItems'] },
  )
  await fc.assert(
    fc.asyncProperty(operation, body, async (name, request) => {
      assert.ok((await call(aws, `DynamoDB_20120810.${name}`, { TableName: 'fuzz', ...request })) < 500, name)
    }),
    { numRuns: 600 },
  )
  await isWell(aws)
})
