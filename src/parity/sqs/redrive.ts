import assert from 'node:assert/strict'
import type { BehaviourTest } from '../behaviour.ts'
import { bodies, createRedrive, ids, inGroup } from './queue.ts'

/** What becomes of a message that is received too often. */
export const redrive: readonly BehaviourTest[] = [
  {
    id: 'sqs-031',
    async run(aws) {
      const { source, dlq } = await createRedrive(aws, 1)
      const sent = await source.send('a')
      const wait = { WaitTimeSeconds: aws.pollSeconds }
      const received = [...(await source.receive(wait)), ...(await source.receive(wait))]
      assert.deepEqual(ids(received), [sent.MessageId], 'one of two receives should return it')
      const dead = await dlq.receiveOne()
      assert.equal(dead.MessageId, sent.MessageId)
    },
  },
  {
    id: 'sqs-033',
    async run(aws) {
      const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
      const { source, dlq } = await createRedrive(aws, 2, fifo)
      const sent = await source.send('first', inGroup('g'))
      await source.receiveOne()
      await source.receiveOne()
      await source.isEmpty()
      const dead = await dlq.receiveOne()
      assert.deepEqual([dead.MessageId, dead.Body], [sent.MessageId, 'first'])
      await source.send('second', inGroup('g'))
      const next = await source.receiveOne()
      assert.equal(next.Body, 'second')
    },
  },
  {
    id: 'sqs-034',
    async run(aws) {
      const { source, dlq } = await createRedrive(aws, 1)
      const trace = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1'
      const marked = await source.send('marked', {
        MessageAttributes: { Event: { DataType: 'String', StringValue: 'A new value' } },
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
      })
      const plain = await source.send('plain')
      await source.receiveAll(2)
      await source.isEmpty()
      const dead = await dlq.receiveAll(2, { AttributeNames: ['All'], MessageAttributeNames: ['All'] })
      assert.deepEqual(bodies(dead).sort(), ['marked', 'plain'])
      const byBody = new Map(dead.map((message) => [message.Body, message]))
      const deadMarked = byBody.get('marked')!
      assert.equal(deadMarked.MessageId, marked.MessageId)
      assert.equal(byBody.get('plain')?.MessageId, plain.MessageId)
      assert.equal(deadMarked.MD5OfBody, marked.MD5OfMessageBody)
      assert.equal(deadMarked.MessageAttributes?.Event?.StringValue, 'A new value')
      assert.equal(deadMarked.Attributes?.AWSTraceHeader, trace)
      for (const { Attributes } of dead) {
        assert.equal(Attributes?.DeadLetterQueueSourceArn, source.arn)
        assert.equal(Attributes.ApproximateReceiveCount, '2')
      }
    },
  },
]
