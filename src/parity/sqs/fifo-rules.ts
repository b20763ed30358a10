import assert from 'node:assert/strict'
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { bodies, createFifoQueue, createQueue, inGroup, type Queue } from './queue.ts'

const guide = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/'
const dedup = `${guide}using-messagededuplicationid-property.html`
const api = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/'

/** FIFO queues, beyond the fixture. */
export const fifoRules: readonly OwnBehaviourTest[] = [
  {
    id: 'own-sqs-fifo-name',
    sentence: 'A FIFO queue’s name ends in .fifo.',
    source: `${api}API_CreateQueue.html`,
    async run(aws) {
      const call = new CreateQueueCommand({ QueueName: aws.name(), Attributes: { FifoQueue: 'true' } })
      await refused(aws.clients.sqs.send(call), { code: 'InvalidParameterValue', status: 400 })
    },
  },
  {
    id: 'own-sqs-fifo-defaults',
    sentence: 'A FIFO queue tells its scope and throughput setting, both for the whole queue at first.',
    source: 'LocalStack tests/aws/services/sqs/test_sqs.py::test_fifo_set_content_based_deduplication_strategy',
    async run(aws) {
      const queue = await createFifoQueue(aws)
      const found = await queue.attributes('All')
      assert.equal(found.FifoQueue, 'true')
      assert.equal(found.ContentBasedDeduplication, 'false')
      assert.equal(found.DeduplicationScope, 'queue')
      assert.equal(found.FifoThroughputLimit, 'perQueue')
    },
  },
  {
    id: 'own-sqs-fifo-sequence',
    sentence: 'Sequence numbers of a group grow with every message.',
    source: `${api}API_SendMessage.html`,
    async run(aws) {
      const queue = await createFifoQueue(aws)
      const numbers: bigint[] = []
      for (const id of ['a', 'b', 'c']) {
        const { SequenceNumber } = await queue.send(id, inGroup('g', id))
        assert.match(SequenceNumber ?? '', /^\d{20}$/)
        numbers.push(BigInt(SequenceNumber!))
      }
      assert.ok(numbers[0] < numbers[1] && numbers[1] < numbers[2], numbers.join(' '))
    },
  },
  {
    id: 'own-sqs-fifo-scope-group',
    sentence: 'With DeduplicationScope messageGroup the same id in two groups is two messages.',
    source: `${guide}high-throughput-fifo.html`,
    async run(aws) {
      const queue = await createFifoQueue(aws, {
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
      })
      await queue.send('one', inGroup('g1', 'D'))
      await queue.send('two', inGroup('g2', 'D'))
      await queue.send('one again', inGroup('g1', 'D'))
      assert.deepEqual(bodies(await queue.receiveAll(2)).sort(), ['one', 'two'])
    },
  },
  {
    id: 'own-sqs-fifo-throughput-needs-scope',
    sentence: 'Throughput per message group is allowed only with deduplication per message group.',
    source: `${api}API_SetQueueAttributes.html`,
    async run(aws) {
      const { url: QueueUrl } = await createFifoQueue(aws)
      const Attributes = { FifoThroughputLimit: 'perMessageGroupId', DeduplicationScope: 'queue' }
      const error = await refused(aws.clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })), {
        code: 'InvalidParameterValue',
        status: 400,
      })
      assert.match(error.message, /perMessageGroupId/)
    },
  },
  {
    id: 'own-sqs-fifo-content-ignores-attributes',
    sentence: 'Content-based deduplication looks at the body alone, not at the attributes.',
    source: dedup,
    async run(aws) {
      const queue = await createFifoQueue(aws, { ContentBasedDeduplication: 'true' })
      const attribute = (StringValue: string) => ({ MessageAttributes: { k: { DataType: 'String', StringValue } } })
      await queue.send('same', { ...inGroup('g'), ...attribute('one') })
      await queue.send('same', { ...inGroup('g'), ...attribute('two') })
      await queue.receiveAll(1)
      await queue.isEmpty()
    },
  },
  {
    id: 'own-sqs-fifo-explicit-id-wins',
    sentence: 'An explicit deduplication id overrides the content.',
    source: dedup,
    async run(aws) {
      const queue = await createFifoQueue(aws, { ContentBasedDeduplication: 'true' })
      await queue.send('same', inGroup('g', 'one'))
      await queue.send('same', inGroup('g', 'two'))
      assert.deepEqual(bodies(await queue.receiveAll(2)), ['same', 'same'])
    },
  },
  {
    id: 'own-sqs-fifo-delete-extended',
    sentence: 'A FIFO delete succeeds past the first timeout where it was extended in time.',
    source: 'LocalStack tests/aws/services/sqs/test_sqs.py::test_fifo_delete_after_visibility_timeout_extended',
    movesTime: true,
    async run(aws) {
      const queue = await createFifoQueue(aws, { VisibilityTimeout: '3' })
      await queue.send('a', inGroup('g', 'd'))
      const { ReceiptHandle } = await queue.receiveOne()
      await queue.hide(ReceiptHandle, 60)
      await aws.advance(4)
      await queue.delete(ReceiptHandle)
      await queue.isEmpty()
    },
  },
  {
    id: 'own-sqs-fifo-other-groups-flow',
    sentence: 'A group in flight does not hold another group’s messages.',
    source: `${guide}using-messagegroupid-property.html`,
    async run(aws) {
      const queue = await createFifoQueue(aws)
      await queue.send('1', inGroup('g1', '1'))
      await queue.receiveOne()
      await queue.send('2', inGroup('g1', '2'))
      await queue.send('3', inGroup('g2', '3'))
      assert.deepEqual(bodies(await queue.receiveAll(1)), ['3'])
      await queue.isEmpty()
    },
  },
  {
    id: 'own-sqs-fifo-immutable',
    sentence: 'A queue stays what it was made as, FIFO or not.',
    source: 'LocalStack tests/aws/services/sqs/test_sqs.py::test_set_unsupported_attribute_fifo',
    async run(aws) {
      const [standard, fifo] = [await createQueue(aws), await createFifoQueue(aws)]
      const set = ({ url: QueueUrl }: Queue, FifoQueue: string) =>
        aws.clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { FifoQueue } }))
      await refused(set(standard, 'true'), {
        code: 'InvalidAttributeName',
        status: 400,
        message: 'Unknown Attribute FifoQueue.',
      })
      await refused(set(fifo, 'false'), {
        code: 'InvalidAttributeValue',
        status: 400,
        message: 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
      })
    },
  },
  {
    id: 'own-sqs-fifo-batch-without-group',
    sentence: 'A FIFO batch with an entry without a group id fails as a whole.',
    source: 'LocalStack tests/aws/services/sqs/test_sqs.py::test_send_batch_missing_message_group_id_for_fifo_queue',
    async run(aws) {
      const queue = await createFifoQueue(aws, { ContentBasedDeduplication: 'true' })
      const batch = [
        { Id: 'a', MessageBody: 'a', MessageGroupId: 'g' },
        { Id: 'b', MessageBody: 'b' },
      ]
      await refused(queue.sendBatch(batch), {
        code: 'InvalidParameterValue',
        status: 400,
        message: 'The request must contain the parameter MessageGroupId.',
      })
      await queue.isEmpty()
    },
  },
]
