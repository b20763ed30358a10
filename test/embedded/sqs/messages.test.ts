import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { ReceiveMessageCommand, SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { testQueue } from './queue.ts'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

test('a sent message comes back with its id and the MD5 of its body', async (t) => {
  const { sqs, url, receiveOne } = await testQueue(t)
  const body = 'héllo\r\n<&> 🛫'
  const sent = await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }))
  const received = await receiveOne()
  assert.equal(sent.MD5OfMessageBody, md5(body))
  assert.equal(received.MessageId, sent.MessageId)
  assert.equal(received.Body, body)
  assert.equal(received.MD5OfBody, md5(body))
  assert.equal(received.Attributes, undefined)
  assert.equal(received.MessageAttributes, undefined)
})

test('an empty receive leaves Messages out', async (t) => {
  const { endpoint, url } = await testQueue(t)
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
    body: JSON.stringify({ QueueUrl: url }),
  })
  assert.equal(response.status, 200)
  assert.equal(await response.text(), '{}')
})

test('system attributes come back when they are asked for', async (t) => {
  const { send, receiveOne, clock } = await testQueue(t, { VisibilityTimeout: '0' })
  const sentMs = clock.now()
  await send('a', {
    MessageGroupId: 'customer-1',
    MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2' } },
  })
  clock.advance(1500)
  const one = await receiveOne({ MessageSystemAttributeNames: ['SenderId'] })
  assert.deepEqual(one.Attributes, { SenderId: '000000000000' })
  clock.advance(1000)
  const all = await receiveOne({ MessageSystemAttributeNames: ['All'] })
  assert.deepEqual(all.Attributes, {
    SenderId: '000000000000',
    SentTimestamp: String(sentMs),
    ApproximateReceiveCount: '2',
    ApproximateFirstReceiveTimestamp: String(sentMs + 1500),
    AWSTraceHeader: 'Root=1-2',
    MessageGroupId: 'customer-1',
  })
  const inapplicable = await receiveOne({ MessageSystemAttributeNames: ['SequenceNumber'] })
  assert.deepEqual(inapplicable.Attributes, {})
})

test('user attributes come back when they are asked for, with the MD5 AWS computes', async (t) => {
  const { sqs, url, receiveOne } = await testQueue(t, { VisibilityTimeout: '0' })
  const MessageAttributes = {
    'trip.from': { DataType: 'String', StringValue: 'LHR' },
    'trip.legs': { DataType: 'Number.int', StringValue: '4' },
    raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 255) },
  }
  const sent = await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'a', MessageAttributes }))
  const all = await receiveOne({ MessageAttributeNames: ['All'] })
  assert.deepEqual(all.MessageAttributes, MessageAttributes)
  assert.equal(all.MD5OfMessageAttributes, sent.MD5OfMessageAttributes)
  assert.equal((await receiveOne()).MessageAttributes, undefined)
  const some = await receiveOne({ MessageAttributeNames: ['trip.*'] })
  assert.deepEqual(Object.keys(some.MessageAttributes!), ['trip.from', 'trip.legs'])
  const named = await receiveOne({ MessageAttributeNames: ['raw', 'absent'] })
  assert.deepEqual(Object.keys(named.MessageAttributes!), ['raw'])
})

test('the MD5 of attributes is the one of the documented layout', async (t) => {
  const { sqs, url } = await testQueue(t)
  const sent = await sqs.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: 'a',
      MessageAttributes: {
        b: { DataType: 'Binary', BinaryValue: Uint8Array.of(7) },
        a: { DataType: 'String', StringValue: 'é' },
      },
    }),
  )
  // Length and bytes of name and type, the kind of value, length and bytes of the value; in order of name.
  const layout = Buffer.from(
    '0000000161' +
      '00000006' +
      '537472696e67' +
      '01' +
      '00000002c3a9' + //
      '0000000162' +
      '00000006' +
      '42696e617279' +
      '02' +
      '0000000107',
    'hex',
  )
  assert.equal(sent.MD5OfMessageAttributes, createHash('md5').update(layout).digest('hex'))
})

test('any text of allowed characters survives the way through the queue', async (t) => {
  const { sqs, url, receive, delete: remove } = await testQueue(t, { VisibilityTimeout: '0' })
  const allowed = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 50 })
    .filter((text) => !/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text))
  await fc.assert(
    fc.asyncProperty(allowed, async (body) => {
      const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }))
      const [message] = await receive()
      assert.equal(message.MessageId, MessageId)
      assert.equal(message.Body, body)
      await remove(message)
    }),
    { numRuns: 50 },
  )
})

test('messages come in the order in which they became visible, ten at most', async (t) => {
  const { send, receive, clock } = await testQueue(t)
  await send('late', { DelaySeconds: 2 })
  for (let i = 0; i < 11; i += 1) await send(`${i}`)
  clock.advance(2000)
  const bodies = async (): Promise<(string | undefined)[]> =>
    (await receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Body)
  assert.deepEqual(await bodies(), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
  assert.deepEqual(await bodies(), ['10', 'late'])
})

test('a delay hides a message, its own or the queue’s', async (t) => {
  const { send, receive, counts, clock } = await testQueue(t, { DelaySeconds: '5' })
  await send('own', { DelaySeconds: 0 })
  await send('queue')
  assert.deepEqual(await counts(), [1, 0, 1])
  assert.deepEqual(
    (await receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Body),
    ['own'],
  )
  clock.advance(4999)
  assert.deepEqual(await receive(), [])
  clock.advance(1)
  assert.deepEqual(
    (await receive()).map(({ Body }) => Body),
    ['queue'],
  )
})

test('a message past its retention is gone, even in flight, and deleting it is no error', async (t) => {
  const queue = await testQueue(t, { MessageRetentionPeriod: '60', VisibilityTimeout: '60' })
  await queue.send('a')
  const received = await queue.receiveOne()
  await queue.send('b')
  queue.clock.advance(60_000)
  assert.deepEqual(await queue.counts(), [0, 0, 0])
  assert.deepEqual(await queue.receive(), [])
  await queue.delete(received)
})

test('the space of messages that nobody receives is freed after their retention', async (t) => {
  const { send, counts, clock, sqs, url } = await testQueue(t, { MessageRetentionPeriod: '60' })
  for (let i = 0; i < 20; i += 1) await send(`${i}`)
  clock.advance(20 * 60_000)
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { MessageRetentionPeriod: '1209600' } }))
  // With the longer retention they would count again, had they only been passed over.
  assert.deepEqual(await counts(), [0, 0, 0])
})

test('a queue URL made on another port names the same queue', async (t) => {
  const { sqs, send } = await testQueue(t)
  await send('a')
  const QueueUrl = 'http://localhost:1/000000000000/work'
  const client = new ReceiveMessageCommand({ QueueUrl })
  const { Messages } = await sqs.send(client)
  assert.equal(Messages?.[0]?.Body, 'a')
})
