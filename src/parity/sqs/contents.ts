import assert from 'node:assert/strict'
import type { BehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createQueue } from './queue.ts'

const MIB = 1_048_576

/** What a message may hold. */
export const contents: readonly BehaviourTest[] = [
  {
    id: 'sqs-062',
    async run(aws) {
      const queue = await createQueue(aws)
      const MessageAttributes = { k: { DataType: 'String', StringValue: 'x' } } // 8 bytes: k, String, x
      await refused(queue.send('a'.repeat(MIB + 1 - 8), { MessageAttributes }), {
        code: 'InvalidParameterValue',
        status: 400,
        message: `One or more parameters are invalid. Reason: Message must be shorter than ${MIB} bytes.`,
      })
      await queue.send('a'.repeat(MIB - 8), { MessageAttributes })
    },
  },
  {
    id: 'sqs-063',
    async run(aws) {
      const queue = await createQueue(aws)
      await refused(queue.send(''), {
        code: 'MissingParameter',
        status: 400,
        message: 'The request must contain the parameter MessageBody.',
      })
    },
  },
  {
    id: 'sqs-064',
    async run(aws) {
      const queue = await createQueue(aws)
      for (const character of ['\u0000', '\u0008', '\u0013', '\uffff']) {
        await refused(queue.send(`a${character}b`), { code: 'InvalidMessageContents' })
      }
      const allowed = '\t\n\r \ud7ff\ue000\ufffd\u{10000}\u{10ffff}'
      await queue.send(allowed)
      const received = await queue.receiveOne()
      assert.equal(received.Body, allowed)
    },
  },
  {
    id: 'sqs-066',
    async run(aws) {
      const queue = await createQueue(aws)
      const MessageAttributes = {
        attr1: { DataType: 'String', StringValue: 'test1' },
        attr2: { DataType: 'String', StringValue: 'test2' },
      }
      const sent = await queue.send('a', { MessageAttributes })
      const received = await queue.receiveOne({ MessageAttributeNames: ['All'] })
      assert.deepEqual(received.MessageAttributes, MessageAttributes)
      assert.ok(sent.MD5OfMessageAttributes)
      assert.equal(received.MD5OfMessageAttributes, sent.MD5OfMessageAttributes)
    },
  },
  {
    id: 'sqs-068',
    async run(aws) {
      const queue = await createQueue(aws)
      const MessageAttributes = { ErrorDetails: { DataType: 'String', StringValue: '' } }
      await refused(queue.send('a', { MessageAttributes }), {
        code: 'InvalidParameterValue',
        message: "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
      })
    },
  },
]
