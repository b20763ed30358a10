import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type QueueAttributeName, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { BehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { bodies, createFifoQueue, createQueue, entries } from './queue.ts'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

/** The SDK types a message's attributes as a queue's. */
const systemNames = (...names: string[]) => names as QueueAttributeName[]

/** What a receive gives, and gives only when asked. */
export const receiving: readonly BehaviourTest[] = [
  {
    id: 'sqs-001',
    async run(aws) {
      const queue = await createQueue(aws)
      const sent = await queue.send('hello, wörld')
      const received = await queue.receiveOne()
      assert.equal(received.MessageId, sent.MessageId)
      assert.equal(sent.MD5OfMessageBody, md5('hello, wörld'))
      assert.equal(received.MD5OfBody, md5('hello, wörld'))
      assert.ok(received.ReceiptHandle)
    },
  },
  {
    id: 'sqs-002',
    async run(aws) {
      const queue = await createQueue(aws)
      const attributes = await queue.attributes('All')
      const defaults = {
        VisibilityTimeout: '30',
        DelaySeconds: '0',
        MaximumMessageSize: '1048576',
        MessageRetentionPeriod: '345600',
        ReceiveMessageWaitTimeSeconds: '0',
        SqsManagedSseEnabled: 'true',
      }
      const found = Object.fromEntries(Object.keys(defaults).map((name) => [name, attributes[name]]))
      assert.deepEqual(found, defaults)
    },
  },
  {
    id: 'sqs-004',
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.send('msg', { MessageAttributes: { Foo: { DataType: 'String', StringValue: 'Bar' } } })
      const visible = { VisibilityTimeout: 0 }
      const one = await queue.receiveOne({ ...visible, AttributeNames: systemNames('SenderId') })
      assert.deepEqual(Object.keys(one.Attributes ?? {}), ['SenderId'])
      assert.equal(one.MessageAttributes, undefined)

      const all = await queue.receiveOne({ ...visible, AttributeNames: ['All'] })
      assert.deepEqual(Object.keys(all.Attributes ?? {}).sort(), [
        'ApproximateFirstReceiveTimestamp',
        'ApproximateReceiveCount',
        'SenderId',
        'SentTimestamp',
      ])
      assert.equal(all.MD5OfMessageAttributes, undefined)

      const both = await queue.receiveOne({ ...visible, AttributeNames: ['All'], MessageAttributeNames: ['All'] })
      assert.equal(both.MessageAttributes?.Foo?.StringValue, 'Bar')
      assert.ok(both.MD5OfMessageAttributes)

      const absent = await queue.receiveOne({ ...visible, AttributeNames: systemNames('SenderId', 'SequenceNumber') })
      assert.deepEqual(Object.keys(absent.Attributes ?? {}), ['SenderId'])
    },
  },
  {
    id: 'sqs-006',
    async run(aws) {
      const { url: QueueUrl } = await createQueue(aws)
      for (const WaitTimeSeconds of [0, 1]) {
        const answer = await aws.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }))
        assert.equal(answer.Messages, undefined)
        assert.equal(answer.$metadata.httpStatusCode, 200)
      }
    },
  },
  {
    id: 'sqs-007',
    async run(aws) {
      const queue = await createQueue(aws)
      await refused(queue.receive({ MaxNumberOfMessages: 11 }), {
        code: 'InvalidParameterValue',
        status: 400,
        message:
          'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
      })
    },
  },
  {
    id: 'sqs-008',
    async run(aws) {
      const queue = await createQueue(aws)
      const sent = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
      await queue.sendBatch(entries(...sent))
      const received = await queue.receiveAll(sent.length, { MaxNumberOfMessages: 10 })
      assert.deepEqual(bodies(received).sort(), sent)
    },
  },
  {
    id: 'sqs-030',
    async run(aws) {
      const queue = await createFifoQueue(aws, { VisibilityTimeout: '0' })
      await queue.send('message-body-1', { MessageGroupId: 'group-1', MessageDeduplicationId: 'dedup-1' })
      const first = await queue.receiveOne({ AttributeNames: ['All'] })
      const second = await queue.receiveOne({ AttributeNames: ['All'] })
      assert.equal(first.Attributes?.ApproximateReceiveCount, '1')
      assert.equal(second.Attributes?.ApproximateReceiveCount, '2')
      assert.equal(second.MessageId, first.MessageId)
      for (const name of ['SequenceNumber', 'MessageGroupId', 'MessageDeduplicationId'] as const) {
        assert.ok(first.Attributes[name], `${name} should be there`)
        assert.equal(second.Attributes[name], first.Attributes[name])
      }
      assert.notEqual(second.ReceiptHandle, first.ReceiptHandle)
    },
  },
]
