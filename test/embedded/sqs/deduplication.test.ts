import assert from 'node:assert/strict'
import test from 'node:test'
import { PurgeQueueCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { bodies, testFifo } from './queue.ts'

const all = { MaxNumberOfMessages: 10 }
const minute = 60_000

test('equal bodies are delivered once within five minutes, whether the first was deleted or not', async (t) => {
  const queue = await testFifo(t)
  const first = await queue.send('a', { MessageGroupId: 'g' })
  assert.equal(await queue.send('a', { MessageGroupId: 'g' }), first)
  await queue.delete(await queue.receiveOne())
  queue.clock.advance(5 * minute - 1)
  await queue.send('a', { MessageGroupId: 'g' })
  assert.deepEqual(await queue.receive(all), [])
  queue.clock.advance(1)
  await queue.send('a', { MessageGroupId: 'g' })
  assert.deepEqual(bodies(await queue.receive(all)), ['a'])
})

test('an id given by the sender wins over the content, and the answer is the first one’s', async (t) => {
  const { sqs, url, receive } = await testFifo(t)
  const send = (MessageBody: string, MessageDeduplicationId: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, MessageGroupId: 'g', MessageDeduplicationId }))
  const first = await send('a', 'one')
  const repeated = await send('b', 'one')
  assert.deepEqual([repeated.MessageId, repeated.SequenceNumber], [first.MessageId, first.SequenceNumber])
  await send('a', 'two')
  assert.deepEqual(bodies(await receive(all)), ['a', 'a'])
})

test('the scope is the queue; with messageGroup it is each group', async (t) => {
  const queue = await testFifo(t)
  const scoped = { FifoQueue: 'true', ContentBasedDeduplication: 'true', DeduplicationScope: 'messageGroup' }
  const byGroup = await queue.another('groups.fifo', scoped)
  for (const target of [queue, byGroup]) {
    for (const MessageGroupId of ['g', 'h', 'g']) await target.send('a', { MessageGroupId })
  }
  assert.deepEqual(bodies(await queue.receive(all)), ['a'])
  assert.deepEqual(bodies(await byGroup.receive(all)), ['a', 'a'])
})

test('duplicates within one batch are one message', async (t) => {
  const { sqs, url, receive } = await testFifo(t)
  const Entries = ['1', '2'].map((Id) => ({ Id, MessageBody: 'a', MessageGroupId: 'g' }))
  const { Successful } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
  assert.equal(Successful![0].MessageId, Successful![1].MessageId)
  assert.deepEqual(bodies(await receive(all)), ['a'])
})

test('a purge forgets', async (t) => {
  const { sqs, url, send, receive, delete: remove } = await testFifo(t)
  await send('a', { MessageGroupId: 'g' })
  const [before] = await receive()
  await sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
  await send('a', { MessageGroupId: 'g' })
  await remove(before)
  assert.deepEqual(bodies(await receive(all)), ['a'])
})

test('a message that is in the dead-letter queue by its content is moved there once more all the same', async (t) => {
  const dead = await testFifo(t)
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:work.fifo',
    maxReceiveCount: 1,
  })
  const attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true', VisibilityTimeout: '0', RedrivePolicy }
  const source = await dead.another('source.fifo', attributes)
  await dead.send('a', { MessageGroupId: 'g' })
  await source.send('a', { MessageGroupId: 'g' })
  await source.receive()
  await source.receive()
  assert.deepEqual(bodies(await dead.receive(all)), ['a', 'a'])
})
