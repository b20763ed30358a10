import assert from 'node:assert/strict'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import type { BehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createFifoQueue, createQueue, entries } from './queue.ts'

const MIB = 1_048_576
const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `body ${i}`)

/** Ten at once: what fails alone, and what fails all. */
export const batches: readonly BehaviourTest[] = [
  {
    id: 'sqs-050',
    async run(aws) {
      const { sqs } = aws.clients
      const { url: QueueUrl, sendBatch } = await createQueue(aws)
      const twenty = { code: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest', status: 400 }
      const message = 'Maximum number of entries per request are 10. You have sent 20.'
      await refused(sendBatch(entries(...many(20))), { ...twenty, message })
      const Entries = many(20).map((_, i) => ({ Id: `id-${i}`, ReceiptHandle: 'any', VisibilityTimeout: 1 }))
      await refused(sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })), { ...twenty, message })
      await refused(sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })), { ...twenty, message })
    },
  },
  {
    id: 'sqs-052',
    async run(aws) {
      const queue = await createQueue(aws)
      await refused(queue.sendBatch([]), {
        code: 'AWS.SimpleQueueService.EmptyBatchRequest',
        message: 'There should be at least one SendMessageBatchRequestEntry in the request.',
      })
    },
  },
  {
    id: 'sqs-053',
    async run(aws) {
      const queue = await createQueue(aws)
      const repeated = ['id_1', 'id_2', 'id_2', 'id_1'].map((Id) => ({ Id, MessageBody: 'a' }))
      await refused(queue.sendBatch(repeated), {
        code: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
        message: 'Id id_2 repeated.',
      })
    },
  },
  {
    id: 'sqs-054',
    async run(aws) {
      const { url: QueueUrl } = await createQueue(aws)
      const refusal = {
        code: 'AWS.SimpleQueueService.InvalidBatchEntryId',
        status: 400,
        message:
          'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      }
      for (const Id of ['', 'i'.repeat(81), 'invalid:id']) {
        const deleted = new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id, ReceiptHandle: 'any' }] })
        await refused(aws.clients.sqs.send(deleted), refusal)
        const sent = new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id, MessageBody: 'a' }] })
        await refused(aws.clients.sqs.send(sent), refusal)
      }
    },
  },
  {
    id: 'sqs-056',
    async run(aws) {
      const queue = await createQueue(aws)
      const attribute = { name: 'k', type: 'String', value: 'x' }
      const bodyBytes = MIB - attribute.name.length - attribute.type.length - attribute.value.length
      const [whole, one] = entries('a'.repeat(bodyBytes), 'b')
      const MessageAttributes = { [attribute.name]: { DataType: attribute.type, StringValue: attribute.value } }
      await refused(queue.sendBatch([{ ...whole, MessageAttributes }, one]), {
        code: 'AWS.SimpleQueueService.BatchRequestTooLong',
        message: `Batch requests cannot be longer than ${MIB} bytes. You have sent ${MIB + 1} bytes.`,
      })
    },
  },
  {
    id: 'sqs-058',
    async run(aws) {
      const queue = await createQueue(aws, { MaximumMessageSize: '1024' })
      const { Successful, Failed, $metadata } = await queue.sendBatch(entries('a'.repeat(1024), 'b'.repeat(1025)))
      assert.equal($metadata.httpStatusCode, 200)
      assert.deepEqual(
        Successful?.map(({ Id }) => Id),
        ['id-0'],
      )
      assert.deepEqual(Failed, [
        {
          Id: 'id-1',
          Code: 'InvalidParameterValue',
          SenderFault: true,
          Message: 'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
        },
      ])
    },
  },
  {
    id: 'sqs-059',
    async run(aws) {
      const queue = await createQueue(aws)
      const texts = many(10)
      texts[3] = 'bad \u0001 character'
      const { Successful, Failed } = await queue.sendBatch(entries(...texts))
      assert.deepEqual(
        Failed?.map(({ Id, Code }) => [Id, Code]),
        [['id-3', 'InvalidMessageContents']],
      )
      assert.equal(Successful?.length, 9)
      await queue.receiveAll(9)
    },
  },
  {
    id: 'sqs-060',
    async run(aws) {
      const queue = await createFifoQueue(aws)
      const [first, second] = entries('a', 'b').map((entry) => ({ ...entry, MessageGroupId: 'g' }))
      await refused(queue.sendBatch([{ ...first, MessageDeduplicationId: 'd' }, second]), {
        code: 'InvalidParameterValue',
        status: 400,
        message:
          'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      })
    },
  },
]
