import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { DeleteQueueCommand, ListDeadLetterSourceQueuesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { type TestQueue, testQueue } from './queue.ts'

const deadArn = 'arn:aws:sqs:us-east-1:000000000000:dead'

async function withDeadLetterQueue(
  t: TestContext,
  maxReceiveCount: number,
  attributes: Record<string, string> = {},
): Promise<{ source: TestQueue; dead: TestQueue }> {
  const dead = await testQueue(t).then((first) => first.another('dead', attributes))
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount })
  const source = await dead.another('source', { VisibilityTimeout: '1', RedrivePolicy })
  return { source, dead }
}

test('a message is delivered maxReceiveCount times; the next receive moves it', async (t) => {
  const { source, dead } = await withDeadLetterQueue(t, 3)
  const id = await source.send('poison')
  for (let i = 0; i < 3; i += 1) {
    assert.equal((await source.receiveOne()).MessageId, id)
    source.clock.advance(1000)
  }
  assert.deepEqual(await dead.receive(), [], 'it moves on a receive, not by time')
  assert.deepEqual(await source.receive(), [])
  assert.equal((await dead.receiveOne()).MessageId, id)
  assert.deepEqual(await source.counts(), [0, 0, 0])
})

test('the message in the dead-letter queue keeps what it was and names where it came from', async (t) => {
  const { source, dead } = await withDeadLetterQueue(t, 1)
  const sentMs = source.clock.now()
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'leg' } }
  await source.send('poison', {
    MessageAttributes,
    MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1' } },
  })
  await source.receiveOne()
  source.clock.advance(1000)
  await source.receive()
  const moved = await dead.receiveOne({ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] })
  assert.equal(moved.Body, 'poison')
  assert.deepEqual(moved.MessageAttributes, MessageAttributes)
  assert.deepEqual(moved.Attributes, {
    SenderId: '000000000000',
    SentTimestamp: String(sentMs),
    ApproximateReceiveCount: '2',
    ApproximateFirstReceiveTimestamp: String(sentMs),
    DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:000000000000:source',
    AWSTraceHeader: 'Root=1',
  })
})

test('a standard dead-letter queue counts its retention from the first send', async (t) => {
  const { source, dead } = await withDeadLetterQueue(t, 1, { MessageRetentionPeriod: '60' })
  await source.send('poison')
  await source.receiveOne()
  source.clock.advance(50_000)
  await source.receive()
  assert.deepEqual(await dead.counts(), [1, 0, 0])
  source.clock.advance(10_000)
  assert.deepEqual(await dead.receive(), [])
})

test('a long poll on the source moves the message when it times out, and wakes the one on the dead-letter queue', async (t) => {
  const { source, dead } = await withDeadLetterQueue(t, 1)
  await source.send('poison')
  await source.receiveOne()
  const onSource = source.receive({ WaitTimeSeconds: 20 })
  const onDead = dead.receiveOne({ WaitTimeSeconds: 20 })
  await source.waiting(1)
  await dead.waiting(1)
  source.clock.advance(1000)
  assert.equal((await onDead).Body, 'poison')
  source.clock.advance(20_000)
  assert.deepEqual(await onSource, [])
})

test('good messages behind poison ones are delivered by the same receive', async (t) => {
  const { source, dead } = await withDeadLetterQueue(t, 1)
  for (let i = 0; i < 25; i += 1) await source.send('poison')
  for (let i = 0; i < 3; i += 1) await source.receive({ MaxNumberOfMessages: 10 })
  source.clock.advance(1000)
  await source.send('good')
  assert.equal((await source.receiveOne()).Body, 'good')
  assert.deepEqual(await dead.counts(), [25, 0, 0])
})

test('without its dead-letter queue a message stays deliverable', async (t) => {
  const { source, dead } = await withDeadLetterQueue(t, 1)
  await source.send('poison')
  await source.receiveOne()
  await source.sqs.send(new DeleteQueueCommand({ QueueUrl: dead.url }))
  source.clock.advance(1000)
  assert.equal((await source.receiveOne()).Body, 'poison')
})

test('a dead-letter queue knows its sources, and must exist', async (t) => {
  const { source, dead } = await withDeadLetterQueue(t, 1)
  const { queueUrls } = await source.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url }))
  assert.deepEqual(queueUrls, [source.url])
  const set = (policy: object): Promise<unknown> =>
    source.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: source.url, Attributes: { RedrivePolicy: JSON.stringify(policy) } }),
    )
  await assert.rejects(
    set({ deadLetterTargetArn: `${deadArn}-not`, maxReceiveCount: 1 }),
    /Dead letter target does not exist/,
  )
  await assert.rejects(set({ deadLetterTargetArn: deadArn, maxReceiveCount: 0 }), { name: 'InvalidParameterValue' })
  await assert.rejects(set({ deadLetterTargetArn: deadArn }), { name: 'InvalidParameterValue' })
})

test('a dead-letter queue says whose it is, when a policy is set and when a message would move', async (t) => {
  const { source, dead } = await withDeadLetterQueue(t, 1)
  const allow = (policy: object): Promise<unknown> =>
    dead.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: dead.url, Attributes: { RedriveAllowPolicy: JSON.stringify(policy) } }),
    )
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 1 })
  const sourceArn = deadArn.replace(/dead$/, 'source')
  await allow({ redrivePermission: 'byQueue', sourceQueueArns: [sourceArn] })
  await assert.rejects(dead.another('other', { RedrivePolicy }), { name: 'InvalidParameterValue' })
  await source.send('poison')
  await source.receive()
  source.clock.advance(1000)
  await allow({ redrivePermission: 'denyAll' })
  assert.equal((await source.receiveOne()).Body, 'poison', 'it stays deliverable')
  source.clock.advance(1000)
  await allow({ redrivePermission: 'byQueue', sourceQueueArns: [sourceArn] })
  assert.deepEqual(await source.receive(), [])
  assert.equal((await dead.receiveOne()).Body, 'poison')
  await allow({ redrivePermission: 'allowAll' })
  await dead.another('other', { RedrivePolicy })
})
