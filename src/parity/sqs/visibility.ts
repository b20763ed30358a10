import assert from 'node:assert/strict'
import type { BehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createQueue } from './queue.ts'

/** How long a delivery hides its message. */
export const visibility: readonly BehaviourTest[] = [
  {
    id: 'sqs-010',
    movesTime: true,
    async run(aws) {
      const queue = await createQueue(aws, { VisibilityTimeout: '5' })
      await queue.send('a')
      const first = await queue.receiveOne()
      await queue.isEmpty()
      await aws.advance(5)
      const second = await queue.receiveOne()
      assert.equal(second.MessageId, first.MessageId)
      assert.notEqual(second.ReceiptHandle, first.ReceiptHandle)
    },
  },
  {
    id: 'sqs-011',
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.send('a')
      const first = await queue.receiveOne({ VisibilityTimeout: 0 })
      const second = await queue.receiveOne()
      assert.notEqual(second.ReceiptHandle, first.ReceiptHandle)
      await queue.isEmpty()
    },
  },
  {
    id: 'sqs-013',
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.send('a')
      const first = await queue.receiveOne({ VisibilityTimeout: 0 })
      await queue.receiveOne({ VisibilityTimeout: 30 })
      await queue.hide(first.ReceiptHandle, 0)
      const third = await queue.receiveOne()
      assert.equal(third.MessageId, first.MessageId)
    },
  },
  {
    id: 'sqs-014',
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.send('a')
      const first = await queue.receiveOne()
      await queue.hide(first.ReceiptHandle, 0)
      await queue.receiveOne()
      await queue.isEmpty()
    },
  },
  {
    id: 'sqs-015',
    movesTime: true,
    async run(aws) {
      const queue = await createQueue(aws, { VisibilityTimeout: '4' })
      await queue.send('a')
      const { ReceiptHandle } = await queue.receiveOne()
      for (let beat = 0; beat < 4; beat++) {
        await aws.advance(2)
        await queue.hide(ReceiptHandle, 4)
        await queue.isEmpty()
      }
      await aws.advance(4)
      await queue.receiveOne()
      await queue.isEmpty()
    },
  },
  {
    id: 'sqs-016',
    movesTime: true,
    async run(aws) {
      const queue = await createQueue(aws, { VisibilityTimeout: '1' })
      await queue.send('a')
      const { ReceiptHandle } = await queue.receiveOne()
      await aws.advance(2)
      await queue.hide(ReceiptHandle, 5)
    },
  },
  {
    id: 'sqs-018',
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.send('a')
      const { ReceiptHandle } = await queue.receiveOne()
      await queue.delete(ReceiptHandle)
      await refused(queue.hide(ReceiptHandle, 42), {
        code: 'InvalidParameterValue',
        status: 400,
        message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      })
    },
  },
  {
    id: 'sqs-020',
    movesTime: true,
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.send('a')
      const { ReceiptHandle } = await queue.receiveOne()
      await refused(queue.hide(ReceiptHandle, 43_201), { code: 'InvalidParameterValue', status: 400 })
      await aws.advance(5)
      await refused(queue.hide(ReceiptHandle, 43_200), {
        code: 'InvalidParameterValue',
        status: 400,
        message:
          'Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
      })
    },
  },
]
