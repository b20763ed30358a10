import assert from 'node:assert/strict'
import { ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand } from '@aws-sdk/client-sqs'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createQueue, entries } from './queue.ts'

const api = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/'
const recorded = 'LocalStack tests/aws/services/sqs/test_sqs.py::'
const text = (StringValue: string) => ({ DataType: 'String', StringValue })

/** Attributes, their digests and batches, beyond the fixture. */
export const messageRules: readonly OwnBehaviourTest[] = [
  {
    id: 'own-sqs-md5-of-attributes',
    sentence: 'The MD5 of the attributes is that of those returned, in the order of their names.',
    source: `${recorded}test_receive_message_message_attribute_names_filters`,
    async run(aws) {
      const queue = await createQueue(aws, { VisibilityTimeout: '0' })
      const MessageAttributes = { 'Help.Me': text('Me'), Hello: text('There'), General: text('Kenobi') }
      const sent = await queue.send('msg', { MessageAttributes })
      assert.equal(sent.MD5OfMessageAttributes, '4c360f3fdafd970e05fae2f149d997f5')
      const expected: [string[], string | undefined][] = [
        [['All'], '4c360f3fdafd970e05fae2f149d997f5'],
        [['.*'], '4c360f3fdafd970e05fae2f149d997f5'],
        [['Hello', 'Foo'], 'a311262e065454b75da111d535b8dacd'],
        [['Hello', 'General'], 'fca026605781cb4126a1e9044df24232'],
        [['Hel.*'], '83fee93c1bcd8b9a5a923ffacdc636c7'],
        [['Foo'], undefined],
      ]
      for (const [MessageAttributeNames, digest] of expected) {
        const received = await queue.receiveOne({ MessageAttributeNames })
        assert.equal(received.MD5OfMessageAttributes, digest, `of ${MessageAttributeNames.join()}`)
      }
    },
  },
  {
    id: 'own-sqs-md5-of-binary',
    sentence: 'Binary attributes count with their bytes in the MD5.',
    source: `${recorded}test_send_message_with_binary_attributes`,
    async run(aws) {
      const queue = await createQueue(aws)
      const value = 'traceparent\u001e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01'
      const BinaryValue = new TextEncoder().encode(value)
      await queue.send('test', { MessageAttributes: { attr1: { DataType: 'Binary', BinaryValue } } })
      const received = await queue.receiveOne({ MessageAttributeNames: ['All'] })
      assert.equal(received.MD5OfMessageAttributes, '8cbe4db156db8a94db8b801b7addb984')
      assert.equal(Buffer.from(received.MessageAttributes!.attr1.BinaryValue!).toString(), value)
    },
  },
  {
    id: 'own-sqs-custom-types',
    sentence: 'A type may carry a label after a dot, which comes back.',
    source: `${api}API_MessageAttributeValue.html`,
    async run(aws) {
      const queue = await createQueue(aws)
      const MessageAttributes = { n: { DataType: 'Number.java.lang.Integer', StringValue: '42' } }
      await queue.send('a', { MessageAttributes })
      const received = await queue.receiveOne({ MessageAttributeNames: ['n'] })
      assert.deepEqual(received.MessageAttributes, MessageAttributes)
    },
  },
  {
    id: 'own-sqs-ten-attributes',
    sentence: 'A message has at most ten attributes.',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html',
    async run(aws) {
      const queue = await createQueue(aws)
      const MessageAttributes = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`a${i}`, text('v')]))
      await refused(queue.send('a', { MessageAttributes }), { code: 'InvalidParameterValue', status: 400 })
    },
  },
  {
    id: 'own-sqs-reserved-attribute-names',
    sentence: 'Attribute names that start with AWS. or Amazon. are refused.',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html',
    async run(aws) {
      const queue = await createQueue(aws)
      for (const name of ['AWS.x', 'Amazon.x', 'two..dots', '.first']) {
        await refused(queue.send('a', { MessageAttributes: { [name]: text('v') } }), {
          code: 'InvalidParameterValue',
          status: 400,
        })
      }
    },
  },
  {
    id: 'own-sqs-delete-batch-partly',
    sentence: 'A bad handle in a delete batch fails alone.',
    source: `${api}API_DeleteMessageBatch.html`,
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.send('a')
      const { ReceiptHandle } = await queue.receiveOne()
      const Entries = [
        { Id: 'good', ReceiptHandle },
        { Id: 'bad', ReceiptHandle: 'garbage' },
      ]
      const call = new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries })
      const { Successful, Failed } = await aws.clients.sqs.send(call)
      assert.deepEqual(Successful, [{ Id: 'good' }])
      const failed = Failed?.map(({ Id, Code, SenderFault }) => ({ Id, Code, SenderFault }))
      assert.deepEqual(failed, [{ Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true }])
    },
  },
  {
    id: 'own-sqs-visibility-batch-partly',
    sentence: 'A bad timeout in a visibility batch fails alone.',
    source: `${api}API_ChangeMessageVisibilityBatch.html`,
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.sendBatch(entries('a', 'b'))
      const [first, second] = await queue.receiveAll(2)
      const Entries = [
        { Id: 'good', ReceiptHandle: first.ReceiptHandle, VisibilityTimeout: 0 },
        { Id: 'bad', ReceiptHandle: second.ReceiptHandle, VisibilityTimeout: 43_201 },
      ]
      const call = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries })
      const { Successful, Failed } = await aws.clients.sqs.send(call)
      assert.deepEqual(Successful, [{ Id: 'good' }])
      assert.deepEqual(
        Failed?.map(({ Id, Code }) => [Id, Code]),
        [['bad', 'InvalidParameterValue']],
      )
      const back = await queue.receiveOne()
      assert.equal(back.MessageId, first.MessageId)
    },
  },
  {
    id: 'own-sqs-wait-range',
    sentence: 'A receive waits 0-20 seconds.',
    source: `${api}API_ReceiveMessage.html`,
    async run(aws) {
      const queue = await createQueue(aws)
      await refused(queue.receive({ WaitTimeSeconds: 21 }), {
        code: 'InvalidParameterValue',
        status: 400,
        message: 'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
      })
    },
  },
  {
    id: 'own-sqs-delay-range',
    sentence: 'A message is delayed 0-900 seconds.',
    source: `${api}API_SendMessage.html`,
    async run(aws) {
      const queue = await createQueue(aws)
      await refused(queue.send('a', { DelaySeconds: 901 }), {
        code: 'InvalidParameterValue',
        status: 400,
        message: 'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
      })
    },
  },
]
