import assert from 'node:assert/strict'
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
} from '@aws-sdk/client-sqs'
import type { BehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { refused } from '../refused.ts'
import { query } from './query.ts'
import { createFifoQueue, createQueue, entries, inGroup, type Queue } from './queue.ts'

/** What lasts, what is emptied, and what is not there. */
export const queues: readonly BehaviourTest[] = [
  {
    id: 'sqs-081',
    movesTime: true,
    async run(aws) {
      const queue = await createQueue(aws, { MessageRetentionPeriod: '60', VisibilityTimeout: '60' })
      await queue.sendBatch(entries('a', 'b'))
      const { ReceiptHandle } = await queue.receiveOne({ MaxNumberOfMessages: 1 })
      await aws.advance(61)
      await queue.isEmpty()
      await queue.delete(ReceiptHandle)
    },
  },
  {
    id: 'sqs-082',
    movesTime: true,
    async run(aws) {
      const queue = await createQueue(aws, { VisibilityTimeout: '5' })
      await queue.sendBatch(entries('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'))
      await queue.send('delayed', { DelaySeconds: 3 })
      await queue.receiveAll(5, { MaxNumberOfMessages: 1 })
      await purge(aws, queue)
      await aws.advance(5)
      await queue.isEmpty()
    },
  },
  {
    id: 'sqs-083',
    async run(aws) {
      const queue = await createQueue(aws)
      await purge(aws, queue)
      await refused(purge(aws, queue), {
        code: 'AWS.SimpleQueueService.PurgeQueueInProgress',
        status: 403,
        message: `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
      })
    },
  },
  {
    id: 'sqs-084',
    async run(aws) {
      const queue = await createFifoQueue(aws)
      await queue.send('first', inGroup('g', 'D'))
      await purge(aws, queue)
      await queue.send('second', inGroup('g', 'D'))
      const received = await queue.receiveOne()
      assert.equal(received.Body, 'second')
    },
  },
  {
    id: 'sqs-085',
    async run(aws) {
      const { sqs } = aws.clients
      const QueueName = aws.name()
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }))
      await sqs.send(new DeleteQueueCommand({ QueueUrl }))
      const gone = {
        code: 'AWS.SimpleQueueService.NonExistentQueue',
        status: 400,
        message: 'The specified queue does not exist.',
      }
      const asked = () => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
      const byUrl = await aws.eventually(() => refused(asked(), gone))
      assert.equal(byUrl.name, 'QueueDoesNotExist')
      const byName = await aws.eventually(() => refused(sqs.send(new GetQueueUrlCommand({ QueueName })), gone))
      assert.equal(byName.name, 'QueueDoesNotExist')
      const { status, text } = await query(aws, { Action: 'GetQueueUrl', QueueName })
      assert.equal(status, 400)
      assert.match(text, /<Code>AWS\.SimpleQueueService\.NonExistentQueue<\/Code>/)
      assert.match(text, /<Message>The specified queue does not exist for this wsdl version\.<\/Message>/)
    },
  },
  {
    id: 'sqs-086',
    async run(aws) {
      const { sqs } = aws.clients
      const attributes = { ReceiveMessageWaitTimeSeconds: '1', DelaySeconds: '1' }
      const { url, name: QueueName } = await createQueue(aws, attributes)
      const again = await sqs.send(new CreateQueueCommand({ QueueName }))
      assert.equal(again.QueueUrl, url)
      const same = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { DelaySeconds: '1' } }))
      assert.equal(same.QueueUrl, url)
      const other = sqs.send(new CreateQueueCommand({ QueueName, Attributes: { DelaySeconds: '2' } }))
      const error = await refused(other, {
        code: 'QueueAlreadyExists',
        status: 400,
        message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
      })
      assert.equal(error.name, 'QueueNameExists')
    },
  },
]

async function purge({ clients: { sqs } }: ContractEnvironment, { url: QueueUrl }: Queue): Promise<void> {
  await sqs.send(new PurgeQueueCommand({ QueueUrl }))
}
