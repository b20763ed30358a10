import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { type FormAnswer, type FormRequest, sendForm } from '../../form.ts'
import { clientConfig, sqsClient, start } from '../../start.ts'

interface QuerySqs {
  readonly endpoint: string
  /** The queue `work`. */
  readonly url: string
  readonly path: string
  send(action: string, parameters?: Record<string, string>, how?: FormRequest): Promise<FormAnswer>
}

async function querySqs(t: TestContext): Promise<QuerySqs> {
  const { endpoint } = await start(t)
  const send: QuerySqs['send'] = (action, parameters = {}, how = {}) =>
    sendForm(endpoint, { Action: action, Version: '2012-11-05', ...parameters }, { signedFor: 'sqs', ...how })
  const made = await send('CreateQueue', { QueueName: 'work' })
  assert.equal(made.status, 200, made.xml)
  const url = made.texts('QueueUrl')[0]
  return { endpoint, url, path: new URL(url).pathname, send }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

test('an answer is a response with a result and the request’s id', async (t) => {
  const { send, url, endpoint } = await querySqs(t)
  assert.equal(url, `${endpoint}/000000000000/work`)
  const { xml } = await send('GetQueueUrl', { QueueName: 'work' })
  assert.match(
    xml,
    new RegExp(
      '^<\\?xml version="1.0"\\?><GetQueueUrlResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">' +
        `<GetQueueUrlResult><QueueUrl>${url}</QueueUrl></GetQueueUrlResult>` +
        '<ResponseMetadata><RequestId>[0-9a-f-]{36}</RequestId></ResponseMetadata></GetQueueUrlResponse>$',
    ),
  )
})

test('a message with attributes makes its way through, to / and to the queue’s own path', async (t) => {
  const { send, url, path } = await querySqs(t)
  const body = 'a < b & "c"\r\nd\té 😀 ]]>'
  const sent = await send('SendMessage', {
    QueueUrl: url,
    MessageBody: body,
    'MessageAttribute.1.Name': 'text',
    'MessageAttribute.1.Value.DataType': 'String',
    'MessageAttribute.1.Value.StringValue': '<x>',
    'MessageAttribute.2.Name': 'bytes',
    'MessageAttribute.2.Value.DataType': 'Binary',
    'MessageAttribute.2.Value.BinaryValue': Buffer.of(0, 255).toString('base64'),
  })
  assert.deepEqual(sent.texts('MD5OfMessageBody'), [md5(body)])
  const received = await send(
    'ReceiveMessage',
    { 'AttributeName.1': 'All', 'MessageAttributeName.1': 'text', 'MessageAttributeName.2': 'bytes' },
    { path },
  )
  assert.deepEqual(received.texts('Body'), [body])
  assert.deepEqual(received.texts('MessageId'), sent.texts('MessageId'))
  assert.deepEqual(received.texts('MD5OfMessageAttributes'), sent.texts('MD5OfMessageAttributes'))
  assert.deepEqual(received.texts('StringValue'), ['<x>'])
  assert.deepEqual(received.texts('BinaryValue'), ['AP8='])
  assert.match(received.xml, /<Attribute><Name>ApproximateReceiveCount<\/Name><Value>1<\/Value><\/Attribute>/)
  assert.match(received.xml, /<MessageAttribute><Name>text<\/Name><Value>(<DataType>String<\/DataType>)?<StringValue>/)
  const removed = await send('DeleteMessage', { ReceiptHandle: received.texts('ReceiptHandle')[0] }, { path })
  assert.match(removed.xml, /^<\?xml[^>]*><DeleteMessageResponse[^>]*><ResponseMetadata>/)
  const empty = await send('ReceiveMessage', {}, { path })
  assert.match(empty.xml, /<ReceiveMessageResult><\/ReceiveMessageResult>/)
})

test('whatever text SQS carries comes back as it was, from either protocol', async (t) => {
  const { send, path, url, endpoint } = await querySqs(t)
  const sqs = sqsClient(t, endpoint)
  const character = fc.oneof(
    fc.constantFrom('\t', '\n', '\r', ' ', '&', '<', '>', '"', "'", '%', '+', '=', ';', ']]>', '&amp;', '\u{10FFFF}'),
    fc.integer({ min: 0x20, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
  )
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: character, minLength: 1 }), fc.boolean(), async (text, isForm) => {
      const sent = isForm
        ? (await send('SendMessage', { MessageBody: text }, { path })).texts('MessageId')[0]
        : (await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: text }))).MessageId
      const received = await send('ReceiveMessage', {}, { path })
      assert.deepEqual([received.texts('MessageId')[0], received.texts('Body')[0]], [sent, text])
      await send('DeleteMessage', { ReceiptHandle: received.texts('ReceiptHandle')[0] }, { path })
    }),
    { numRuns: 50, seed: 4 },
  )
})

test('a form’s queues are those of the account it is signed for', async (t) => {
  const { send, endpoint } = await querySqs(t)
  const accountId = '111111111111'
  const made = await send('CreateQueue', { QueueName: 'theirs' }, { accountId })
  assert.deepEqual(made.texts('QueueUrl'), [`${endpoint}/${accountId}/theirs`])
  assert.deepEqual((await send('ListQueues', {}, { accountId })).texts('QueueUrl'), made.texts('QueueUrl'))
  assert.deepEqual((await send('ListQueues')).texts('QueueUrl'), [`${endpoint}/000000000000/work`])
})

test('the parameters may stand in the URL', async (t) => {
  const { send, path } = await querySqs(t)
  assert.equal((await send('SendMessage', { MessageBody: 'by GET' }, { path, method: 'GET' })).status, 200)
  const anonymous = { path, method: 'GET', signedFor: undefined } as const
  assert.deepEqual((await send('ReceiveMessage', {}, anonymous)).texts('Body'), ['by GET'])
})

test('both protocols speak to the same queue', async (t) => {
  const { send, url, path, endpoint } = await querySqs(t)
  const sqs = sqsClient(t, endpoint)
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'from JSON' }))
  assert.deepEqual((await send('ReceiveMessage', {}, { path })).texts('Body'), ['from JSON'])
  await send('SendMessage', { MessageBody: 'from a form' }, { path })
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }))
  assert.equal(Messages![0].Body, 'from a form')
})

test('attributes and tags are set and told as numbered pairs', async (t) => {
  const { send, endpoint } = await querySqs(t)
  const made = await send('CreateQueue', {
    QueueName: 'other',
    'Attribute.1.Name': 'VisibilityTimeout',
    'Attribute.1.Value': '40',
    'Attribute.2.Name': 'DelaySeconds',
    'Attribute.2.Value': '5',
    'Tag.1.Key': 'team',
    'Tag.1.Value': 'ops',
  })
  const path = new URL(made.texts('QueueUrl')[0]).pathname
  const told = await send(
    'GetQueueAttributes',
    { 'AttributeName.1': 'VisibilityTimeout', 'AttributeName.2': 'DelaySeconds' },
    { path },
  )
  assert.deepEqual(told.texts('Name'), ['VisibilityTimeout', 'DelaySeconds'])
  assert.deepEqual(told.texts('Value'), ['40', '5'])
  await send('SetQueueAttributes', { 'Attribute.Name': 'DelaySeconds', 'Attribute.Value': '6' }, { path })
  assert.deepEqual((await send('GetQueueAttributes', { AttributeName: 'DelaySeconds' }, { path })).texts('Value'), [
    '6',
  ])
  await send('TagQueue', { 'Tag.1.Key': 'run', 'Tag.1.Value': '1' }, { path })
  await send('UntagQueue', { 'TagKey.1': 'team' }, { path })
  assert.match((await send('ListQueueTags', {}, { path })).xml, /<Tag><Key>run<\/Key><Value>1<\/Value><\/Tag>/)
  const queues = await send('ListQueues', { QueueNamePrefix: 'o' })
  assert.deepEqual(queues.texts('QueueUrl'), [`${endpoint}/000000000000/other`])
})

test('batches are numbered entries, in the order of their numbers', async (t) => {
  const { send, path } = await querySqs(t)
  const parameters: Record<string, string> = {}
  for (const number of [10, 2, 1]) {
    parameters[`SendMessageBatchRequestEntry.${number}.Id`] = `id-${number}`
    parameters[`SendMessageBatchRequestEntry.${number}.MessageBody`] = number === 2 ? '\u0001' : `body ${number}`
  }
  parameters['SendMessageBatchRequestEntry.1.MessageAttribute.1.Name'] = 'k'
  parameters['SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType'] = 'String'
  parameters['SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue'] = 'v'
  const sent = await send('SendMessageBatch', parameters, { path })
  assert.match(sent.xml, /<SendMessageBatchResultEntry><Id>id-1<\/Id>.*<SendMessageBatchResultEntry><Id>id-10<\/Id>/)
  assert.match(
    sent.xml,
    /<BatchResultErrorEntry><Id>id-2<\/Id><SenderFault>true<\/SenderFault><Code>InvalidMessageContents</,
  )
  const received = await send(
    'ReceiveMessage',
    { MaxNumberOfMessages: '10', 'MessageAttributeName.1': 'All' },
    { path },
  )
  assert.deepEqual(received.texts('Body').sort(), ['body 1', 'body 10'])
  assert.deepEqual(received.texts('StringValue'), ['v'])
  const [one, two] = received.texts('ReceiptHandle')
  const hidden = await send(
    'ChangeMessageVisibilityBatch',
    {
      'ChangeMessageVisibilityBatchRequestEntry.1.Id': 'a',
      'ChangeMessageVisibilityBatchRequestEntry.1.ReceiptHandle': one,
      'ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout': '60',
    },
    { path },
  )
  assert.match(hidden.xml, /<ChangeMessageVisibilityBatchResultEntry><Id>a<\/Id><\/Chang/)
  const removed = await send(
    'DeleteMessageBatch',
    {
      'DeleteMessageBatchRequestEntry.1.Id': 'a',
      'DeleteMessageBatchRequestEntry.1.ReceiptHandle': one,
      'DeleteMessageBatchRequestEntry.2.Id': 'b',
      'DeleteMessageBatchRequestEntry.2.ReceiptHandle': two,
    },
    { path },
  )
  assert.deepEqual(removed.texts('Id'), ['a', 'b'])
})

test('errors have the old codes, and one its old text', async (t) => {
  const { send, path } = await querySqs(t)
  const cases: [Promise<FormAnswer>, number, string, RegExp][] = [
    [
      send('GetQueueUrl', { QueueName: 'missing' }),
      400,
      'AWS.SimpleQueueService.NonExistentQueue',
      /^The specified queue does not exist for this wsdl version\.$/,
    ],
    [
      send('SendMessage', {}, { path }),
      400,
      'MissingParameter',
      /^The request must contain the parameter MessageBody\.$/,
    ],
    [
      send('SendMessageBatch', {}, { path }),
      400,
      'AWS.SimpleQueueService.EmptyBatchRequest',
      /SendMessageBatchRequestEntry/,
    ],
    [send('ReceiveMessage', { MaxNumberOfMessages: '11' }, { path }), 400, 'InvalidParameterValue', /^Value 11 /],
    [send('ReceiveMessage', { MaxNumberOfMessages: 'many' }, { path }), 400, 'MalformedInput', /Integer/],
    [send('DoTheSplits'), 400, 'InvalidAction', /^The action DoTheSplits is not valid for this endpoint\.$/],
    [send('constructor'), 400, 'InvalidAction', /constructor/],
    [send(''), 400, 'MissingAction', /Action/],
  ]
  for (const [asked, status, code, message] of cases) {
    const answer = await asked
    assert.equal(answer.status, status, answer.xml)
    assert.deepEqual([answer.texts('Type'), answer.texts('Code')], [['Sender'], [code]])
    assert.match(answer.texts('Message')[0], message)
    assert.match(answer.xml, /^<\?xml version="1.0"\?><ErrorResponse xmlns="http:\/\/queue.amazonaws.com[^>]*><Error>/)
  }
})

test('a fault plan speaks the query protocol too', async (t) => {
  const faults = [
    { fault: 'throttle', service: 'sqs', operation: 'SendMessage', resource: 'work' },
    { fault: 'error', service: 'sts', operation: 'GetCallerIdentity', status: 503 },
  ] as const
  const { endpoint } = await start(t, { faults: { seed: 1, faults } })
  const ask = (parameters: Record<string, string>, path = '/') => sendForm(endpoint, parameters, { path })
  await ask({ Action: 'CreateQueue', QueueName: 'work' })
  const throttled = await ask({ Action: 'SendMessage', MessageBody: 'x' }, '/000000000000/work')
  assert.deepEqual(throttled.texts('Code'), ['RequestThrottled'])
  const failed = await ask({ Action: 'GetCallerIdentity' })
  assert.deepEqual(
    [failed.status, failed.texts('Type'), failed.texts('Code')],
    [503, ['Receiver'], ['InternalFailure']],
  )
})

test('whose a form is, is decided by scope, then path, then what it says', async (t) => {
  const { endpoint, path } = await querySqs(t)
  const anonymous = {} as const
  const identity = { Action: 'GetCallerIdentity' }
  assert.equal((await sendForm(endpoint, { Action: 'ListQueues' }, anonymous)).texts('QueueUrl').length, 1)
  assert.deepEqual((await sendForm(endpoint, identity, anonymous)).texts('Account'), ['000000000000'])
  assert.deepEqual((await sendForm(endpoint, identity, { signedFor: 'sqs' })).texts('Code'), ['InvalidAction'])
  assert.deepEqual((await sendForm(endpoint, identity, { path })).texts('Code'), ['InvalidAction'])
  assert.deepEqual((await sendForm(endpoint, { Action: 'ListQueues' }, { signedFor: 'sts' })).texts('Code'), [
    'InvalidAction',
  ])
  const stranger = await sendForm(endpoint, { Action: 'ListUsers', Version: '2010-05-08' }, { signedFor: 'iam' })
  assert.deepEqual(stranger.texts('Code'), ['InvalidAction'])
  // A bucket may be asked for by form as well, and is S3's.
  assert.match((await sendForm(endpoint, {}, { path: '/bucket/key', signedFor: 's3' })).xml, /^<\?xml[^>]*>\s*<Error>/)
  const sts = new STSClient(clientConfig(endpoint))
  t.after(() => sts.destroy())
  assert.equal((await sts.send(new GetCallerIdentityCommand())).Account, '000000000000')
})

test('a form that is too long, or nothing but dots and numbers, is answered and done with', async (t) => {
  const { endpoint, send } = await querySqs(t)
  const long = await fetch(endpoint, { method: 'POST', body: new URLSearchParams({ x: 'x'.repeat(9_000_000) }) })
  assert.equal(long.status, 413)
  assert.match(await long.text(), /<Code>RequestEntityTooLarge<\/Code>/)
  const dots = await send('ListQueues', { ['Attribute.'.repeat(100_000)]: 'x', 'Attribute.999999999.Name': 'x' })
  assert.equal(dots.status, 200)
  const proto = await send('CreateQueue', { QueueName: 'p', 'Tag.1.Key': '__proto__', 'Tag.1.Value': 'x' })
  assert.equal(proto.status, 200)
})
