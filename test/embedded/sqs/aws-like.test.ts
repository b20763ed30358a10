import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { DeleteMessageBatchCommand, type Message, SendMessageBatchCommand, TagQueueCommand } from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { createAwsLike } from '../../../src/embedded/aws-like.ts'
import type { Queue } from '../../../src/embedded/sqs/queues.ts'
import { createUnkindness } from '../../../src/embedded/sqs/unkindness.ts'
import { bodies, type TestQueue, testFifo, testQueue } from './queue.ts'

const all = { MaxNumberOfMessages: 10 }

async function unkind(t: TestContext, seed: number, attributes: Record<string, string> = {}): Promise<TestQueue> {
  const queue = attributes['FifoQueue'] ? await testFifo(t, attributes) : await testQueue(t, attributes)
  const Tags = { 'turnaround:aws-like': String(seed) }
  await queue.sqs.send(new TagQueueCommand({ QueueUrl: queue.url, Tags }))
  return queue
}

async function sendMany({ sqs, url }: TestQueue, count: number, group?: (index: number) => string): Promise<string[]> {
  const sent: string[] = []
  for (let start = 0; start < count; start += 10) {
    const Entries = Array.from({ length: Math.min(10, count - start) }, (_, i) => ({
      Id: `${i}`,
      MessageBody: `${start + i}`,
      MessageGroupId: group?.(start + i),
    }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
    sent.push(...Entries.map(({ MessageBody }) => MessageBody))
  }
  return sent
}

async function deleteAll({ sqs, url }: TestQueue, messages: readonly Message[]): Promise<void> {
  const Entries = messages.map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle }))
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
}

/** Receives and deletes until many receives in a row found nothing; answers what each receive brought. */
async function drain(queue: TestQueue): Promise<Message[][]> {
  const receives: Message[][] = []
  for (let empty = 0; empty < 20;) {
    const messages = await queue.receive(all)
    receives.push(messages)
    empty = messages.length === 0 ? empty + 1 : 0
    if (messages.length > 0) await deleteAll(queue, messages)
  }
  return receives
}

test('nothing is lost, some comes twice, out of order, and fewer at a time than asked', async (t) => {
  const queue = await unkind(t, 7)
  const sent = await sendMany(queue, 200)
  const receives = await drain(queue)
  const received = receives.flat()
  assert.deepEqual(new Set(bodies(received)), new Set(sent))
  const twice = received.length - sent.length
  assert.ok(twice > 5 && twice < 50, `${twice} of 200 came twice`)
  const handles = new Set(received.map(({ ReceiptHandle }) => ReceiptHandle))
  assert.equal(handles.size, received.length, 'each delivery has a handle of its own')
  assert.notDeepEqual([...new Set(bodies(received))], sent, 'out of order')
  assert.ok(receives.some(({ length }) => length > 0 && length < 10))
  assert.ok(
    receives.slice(0, -20).some(({ length }) => length === 0),
    'a short poll misses what is there',
  )
  queue.clock.advance(5000)
  assert.deepEqual(await queue.counts(), [0, 0, 0])
})

test('for any seed every message is delivered once or twice and then gone', async (t) => {
  const first = await testQueue(t)
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 1_000_000 }), fc.integer({ min: 1, max: 25 }), async (seed, count) => {
      const Tags = { 'turnaround:aws-like': String(seed) }
      await first.sqs.send(new TagQueueCommand({ QueueUrl: first.url, Tags }))
      const sent = await sendMany(first, count)
      const times = new Map<string, number>()
      for (const { Body } of (await drain(first)).flat()) times.set(Body!, (times.get(Body!) ?? 0) + 1)
      assert.deepEqual([...times.keys()].sort(), sent.sort())
      assert.ok([...times.values()].every((deliveries) => deliveries <= 2))
    }),
    { numRuns: 15 },
  )
})

test('the same seed and calls give the same deliveries; another seed gives others', async (t) => {
  const deliveries = async (seed: number): Promise<string[]> => {
    const queue = await unkind(t, seed)
    await sendMany(queue, 40)
    return (await drain(queue)).map((messages) => bodies(messages).join(' '))
  }
  const first = await deliveries(1)
  assert.deepEqual(await deliveries(1), first)
  assert.notDeepEqual(await deliveries(2), first)
})

test('a long poll that finds something brings some, and is woken by what arrives', async (t) => {
  const queue = await unkind(t, 3)
  const sent = await sendMany(queue, 30)
  for (const received = new Set<string | undefined>(); received.size < sent.length;) {
    const messages = await queue.receive({ ...all, WaitTimeSeconds: 20 })
    assert.ok(messages.length > 0)
    for (const { Body } of messages) received.add(Body)
    await deleteAll(queue, messages)
  }
  await drain(queue)
  const waiting = queue.receive({ WaitTimeSeconds: 20 })
  await queue.waiting(1)
  await queue.send('wake')
  assert.deepEqual(bodies(await waiting), ['wake'])
})

test('a duplicate does not send a message to the dead letters', async (t) => {
  const dead = await testQueue(t)
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:work',
    maxReceiveCount: 1,
  })
  const queue = await dead.another('source', { RedrivePolicy })
  const Tags = { 'turnaround:aws-like': '1' }
  await queue.sqs.send(new TagQueueCommand({ QueueUrl: queue.url, Tags }))
  const sent = await sendMany(queue, 100)
  const received = (await drain(queue)).flat().map(({ Body }) => Body!)
  assert.deepEqual(received.sort(), sent.sort())
  assert.deepEqual(await dead.counts(), [0, 0, 0])
})

test('a FIFO queue keeps order and delivers once', async (t) => {
  const queue = await unkind(t, 5, { FifoQueue: 'true', DeduplicationScope: 'messageGroup' })
  await sendMany(queue, 60, (i) => `g${i % 3}`)
  const received = (await drain(queue)).flat()
  for (const rest of [0, 1, 2]) {
    const expected = Array.from({ length: 20 }, (_, i) => String(i * 3 + rest))
    assert.deepEqual(
      bodies(received).filter((body) => Number(body) % 3 === rest),
      expected,
    )
  }
})

test('counters lag behind, by five seconds at most', async (t) => {
  const queue = await unkind(t, 9)
  await sendMany(queue, 10)
  assert.deepEqual(await queue.counts(), [0, 0, 0], 'as before the first send')
  queue.clock.advance(5000)
  const [visible, inFlight] = await queue.counts()
  assert.equal(visible + inFlight, 10)
  await drain(queue)
  assert.deepEqual(await queue.counts(), [visible, inFlight, 0])
  queue.clock.advance(5000)
  assert.deepEqual(await queue.counts(), [0, 0, 0])
})

test('the tag decides for its queue, the server’s mode for the others', () => {
  const queue = (tag?: string): Queue =>
    ({ id: 1, tags: tag === undefined ? {} : { 'turnaround:aws-like': tag } }) as never
  const kind = createUnkindness(undefined)
  assert.equal(kind(queue()), undefined)
  assert.equal(kind(queue('off')), undefined)
  assert.notEqual(kind(queue('4')), undefined)
  const everywhere = createUnkindness(createAwsLike(1))
  assert.notEqual(everywhere(queue()), undefined)
  assert.equal(everywhere(queue('off')), undefined)
})
