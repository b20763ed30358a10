import type { BehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createFifoQueue, createQueue, inGroup } from './queue.ts'

/** What a receipt handle can delete, and when no more. */
export const deleting: readonly BehaviourTest[] = [
  {
    id: 'sqs-021',
    movesTime: true,
    async run(aws) {
      const queue = await createQueue(aws, { VisibilityTimeout: '1' })
      await queue.send('a')
      const { ReceiptHandle } = await queue.receiveOne()
      await aws.advance(2)
      await queue.delete(ReceiptHandle)
      await queue.isEmpty()
    },
  },
  {
    id: 'sqs-022',
    movesTime: true,
    async run(aws) {
      const queue = await createFifoQueue(aws, { VisibilityTimeout: '1' })
      await queue.send('a', inGroup('g', 'd'))
      const { ReceiptHandle } = await queue.receiveOne()
      await aws.advance(2)
      await refused(queue.delete(ReceiptHandle), {
        code: 'InvalidParameterValue',
        status: 400,
        message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
      })
    },
  },
  {
    id: 'sqs-024',
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.send('a')
      const { ReceiptHandle } = await queue.receiveOne()
      await queue.delete(ReceiptHandle)
      await queue.delete(ReceiptHandle)
      await queue.delete(ReceiptHandle)
    },
  },
  {
    id: 'sqs-025',
    async run(aws) {
      const queue = await createQueue(aws)
      await refused(queue.delete('garbage'), {
        code: 'ReceiptHandleIsInvalid',
        message: 'The input receipt handle "garbage" is not a valid receipt handle.',
      })
    },
  },
]
