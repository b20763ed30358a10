import assert from 'node:assert/strict'
import test from 'node:test'
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { bodies, testFifo, testQueue } from './queue.ts'

const all = { MaxNumberOfMessages: 10 }
const systemAttributes = { MessageSystemAttributeNames: ['All' as const] }

test('a FIFO message carries group, deduplication id and a rising sequence number of 20 digits', async (t) => {
  const { sqs, url, receive, clock } = await testFifo(t, { VisibilityTimeout: '0' })
  const sent = []
  for (const MessageBody of ['a', 'b']) {
    const options = { MessageBody, MessageGroupId: 'g', MessageDeduplicationId: `id-${MessageBody}` }
    sent.push(await sqs.send(new SendMessageCommand({ QueueUrl: url, ...options })))
  }
  const numbers = sent.map(({ SequenceNumber }) => SequenceNumber!)
  assert.match(numbers[0], /^\d{20}$/)
  assert.ok(BigInt(numbers[1]) > BigInt(numbers[0]))
  const [first] = await receive(systemAttributes)
  const [again] = await receive(systemAttributes)
  assert.deepEqual(first.Attributes, {
    SenderId: '000000000000',
    SentTimestamp: String(clock.now()),
    ApproximateReceiveCount: '1',
    ApproximateFirstReceiveTimestamp: String(clock.now()),
    MessageGroupId: 'g',
    MessageDeduplicationId: 'id-a',
    SequenceNumber: numbers[0],
  })
  assert.deepEqual(again.Attributes, { ...first.Attributes, ApproximateReceiveCount: '2' })
  assert.equal(again.MessageId, first.MessageId)
  assert.notEqual(again.ReceiptHandle, first.ReceiptHandle)
})

test('a send without group, or without deduplication id where none is made, is refused', async (t) => {
  const { send } = await testFifo(t, { ContentBasedDeduplication: 'false' })
  await assert.rejects(send('a', { MessageDeduplicationId: 'd' }), {
    name: 'MissingParameter',
    message: 'The request must contain the parameter MessageGroupId.',
  })
  await assert.rejects(send('a', { MessageGroupId: 'g' }), {
    name: 'InvalidParameterValue',
    message:
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  })
  for (const name of ['MessageGroupId', 'MessageDeduplicationId']) {
    const ids = { MessageGroupId: 'g', MessageDeduplicationId: 'd', [name]: 'with space' }
    await assert.rejects(send('a', ids), {
      name: 'InvalidParameterValue',
      message:
        `Value with space for parameter ${name} is invalid. ` +
        `Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    })
  }
})

test('a batch with one entry that lacks an id fails as a whole', async (t) => {
  const { sqs, url, counts } = await testFifo(t, { ContentBasedDeduplication: 'false' })
  const good = { Id: '1', MessageBody: 'a', MessageGroupId: 'g', MessageDeduplicationId: 'd' }
  const without = (name: string): object => ({ ...good, Id: '2', [name]: undefined })
  const batch = (bad: object): Promise<unknown> =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [good, bad as typeof good] }))
  await assert.rejects(batch(without('MessageDeduplicationId')), /ContentBasedDeduplication enabled/)
  await assert.rejects(batch(without('MessageGroupId')), {
    name: 'InvalidParameterValue',
    message: 'The request must contain the parameter MessageGroupId.',
  })
  assert.deepEqual(await counts(), [0, 0, 0])
})

test('a FIFO message has no delay of its own but the queue’s', async (t) => {
  const { send, receive, counts, clock } = await testFifo(t, { DelaySeconds: '3' })
  await assert.rejects(send('a', { MessageGroupId: 'g', DelaySeconds: 2 }), {
    name: 'InvalidParameterValue',
    message:
      'Value 2 for parameter DelaySeconds is invalid. ' +
      'Reason: The request include parameter that is not valid for this queue type.',
  })
  await send('a', { MessageGroupId: 'g', DelaySeconds: 0 })
  assert.deepEqual(await counts(), [0, 0, 1])
  assert.deepEqual(await receive(), [])
  clock.advance(3000)
  assert.deepEqual(bodies(await receive()), ['a'])
})

test('a FIFO queue refuses to delete with a handle whose timeout ran out or that is not the last', async (t) => {
  const queue = await testFifo(t, { VisibilityTimeout: '1' })
  await queue.send('a', { MessageGroupId: 'g' })
  const first = await queue.receiveOne()
  queue.clock.advance(1000)
  const expired = (handle: string): object => ({
    name: 'InvalidParameterValue',
    message: `Value ${handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
  })
  await assert.rejects(queue.delete(first), expired(first.ReceiptHandle))
  await assert.rejects(queue.hide(first, 10), /not available for visibility timeout change/)
  const second = await queue.receiveOne()
  await assert.rejects(queue.delete(first), expired(first.ReceiptHandle))
  await assert.rejects(queue.hide(first, 10), expired(first.ReceiptHandle))
  await queue.hide(second, 10)
  queue.clock.advance(5000)
  await queue.delete(second)
  await queue.delete(second)
  await queue.delete(first)
  assert.deepEqual(await queue.counts(), [0, 0, 0])
})

test('at the in-flight limit a FIFO queue hands out nothing more, without an error', async (t) => {
  const queue = await testFifo(t, {}, { sqsInFlightLimit: 2 })
  for (const group of ['a', 'b', 'c']) await queue.send(group, { MessageGroupId: group })
  const received = await queue.receive(all)
  assert.deepEqual(bodies(received), ['a', 'b'])
  assert.deepEqual(await queue.receive(all), [])
  await queue.delete(received[0])
  assert.deepEqual(bodies(await queue.receive(all)), ['c'])
})

test('a FIFO dead-letter queue keeps id, group and order, and frees the group it comes from', async (t) => {
  const dead = await testFifo(t, { MessageRetentionPeriod: '60' })
  const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:work.fifo'
  const source = await dead.another('source.fifo', {
    FifoQueue: 'true',
    ContentBasedDeduplication: 'true',
    VisibilityTimeout: '0',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
  })
  const ids: string[] = []
  for (const body of ['1', '2']) ids.push(await source.send(body, { MessageGroupId: 'g' }))
  assert.deepEqual(bodies(await source.receive(all)), ['1', '2'])
  source.clock.advance(50_000)
  assert.deepEqual(bodies(await source.receive(all)), ['1', '2'])
  assert.deepEqual(await source.receive(all), [])
  // The move starts the retention anew, as on AWS.
  source.clock.advance(50_000)
  const moved = await dead.receive({ ...all, ...systemAttributes })
  assert.deepEqual(bodies(moved), ['1', '2'])
  assert.deepEqual(
    moved.map(({ MessageId }) => MessageId),
    ids,
  )
  assert.deepEqual(
    moved.map(({ Attributes: a }) => [a!.MessageGroupId, a!.ApproximateReceiveCount, a!.DeadLetterQueueSourceArn]),
    Array.from({ length: 2 }, () => ['g', '3', 'arn:aws:sqs:us-east-1:000000000000:source.fifo']),
  )
  await source.send('3', { MessageGroupId: 'g' })
  assert.deepEqual(bodies(await source.receive(all)), ['3'])
})

test('ids of FIFO queues mean nothing to standard ones', async (t) => {
  const { receive } = await testQueue(t)
  await assert.rejects(receive({ ReceiveRequestAttemptId: 'x' }), {
    name: 'InvalidParameterValue',
    message: /Value x for parameter ReceiveRequestAttemptId .* not valid for this queue type/,
  })
})
