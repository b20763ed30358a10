import assert from 'node:assert/strict'
import { ListDeadLetterSourceQueuesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { OwnBehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { refused } from '../refused.ts'
import { createFifoQueue, createQueue, createRedrive, type Queue, redrivePolicy } from './queue.ts'

const allow =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html#sqs-dead-letter-queues-configuration'
const api = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/'

/** Who may use which queue for its dead letters, beyond the fixture. */
export const redrivePolicies: readonly OwnBehaviourTest[] = [
  {
    id: 'own-sqs-redrive-allow-none',
    sentence: 'A queue that denies all cannot be made a dead-letter queue.',
    source: allow,
    async run(aws) {
      const dlq = await createQueue(aws, { RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) })
      const source = await createQueue(aws)
      await refused(useFor(aws, source, dlq), { code: 'InvalidParameterValue', status: 400 })
    },
  },
  {
    id: 'own-sqs-redrive-allow-some',
    sentence: 'A queue that allows by queue takes the dead letters of those alone.',
    source: allow,
    async run(aws) {
      const [listed, other] = [await createQueue(aws), await createQueue(aws)]
      const policy = { redrivePermission: 'byQueue', sourceQueueArns: [listed.arn] }
      const dlq = await createQueue(aws, { RedriveAllowPolicy: JSON.stringify(policy) })
      await useFor(aws, listed, dlq)
      await refused(useFor(aws, other, dlq), { code: 'InvalidParameterValue', status: 400 })
    },
  },
  {
    id: 'own-sqs-redrive-allow-ten',
    sentence: 'A redrive allow policy names at most ten source queues.',
    source: allow,
    async run(aws) {
      const queue = await createQueue(aws)
      const sourceQueueArns = Array.from({ length: 11 }, (_, i) => `${queue.arn}-${i}`)
      const RedriveAllowPolicy = JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns })
      await refused(setAttributes(aws, queue, { RedriveAllowPolicy }), { code: 'InvalidParameterValue', status: 400 })
    },
  },
  {
    id: 'own-sqs-redrive-bad-arn',
    sentence: 'A redrive policy without a real ARN is refused before the queue is looked up.',
    source: 'LocalStack tests/aws/services/sqs/test_sqs.py::test_invalid_dead_letter_arn_rejected_before_lookup',
    async run(aws) {
      const policy = '{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}'
      const queue = await createQueue(aws)
      await refused(setAttributes(aws, queue, { RedrivePolicy: policy }), {
        code: 'InvalidParameterValue',
        status: 400,
        message: `Value ${policy} for parameter RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn.`,
      })
    },
  },
  {
    id: 'own-sqs-redrive-missing-target',
    sentence: 'A redrive policy needs a dead-letter queue that exists.',
    source: `${api}API_SetQueueAttributes.html`,
    async run(aws) {
      const queue = await createQueue(aws)
      const missing = { ...queue, arn: `${queue.arn}-not` }
      await refused(useFor(aws, queue, missing), {
        code: 'InvalidParameterValue',
        status: 400,
        message: `Value ${redrivePolicy(missing, 3)} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
      })
    },
  },
  {
    id: 'own-sqs-redrive-same-type',
    sentence: 'The dead-letter queue of a FIFO queue must be a FIFO queue too.',
    source: allow,
    async run(aws) {
      const [source, dlq] = [await createFifoQueue(aws), await createQueue(aws)]
      await refused(useFor(aws, source, dlq), { code: 'InvalidParameterValue', status: 400 })
    },
  },
  {
    id: 'own-sqs-redrive-sources',
    sentence: 'ListDeadLetterSourceQueues names the queues that use this one.',
    source: `${api}API_ListDeadLetterSourceQueues.html`,
    async run(aws) {
      const dlq = await createQueue(aws)
      const RedrivePolicy = redrivePolicy(dlq, 3)
      const sources = [await createQueue(aws, { RedrivePolicy }), await createQueue(aws, { RedrivePolicy })]
      const list = () => aws.clients.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dlq.url }))
      await aws.eventually(async () => {
        const { queueUrls } = await list()
        assert.deepEqual(queueUrls?.toSorted(), sources.map(({ url }) => url).toSorted())
      })
    },
  },
  {
    id: 'own-sqs-redrive-keeps-sent-time',
    sentence: 'A message keeps its sent time when a standard queue gives it up.',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    movesTime: true,
    async run(aws) {
      const { source, dlq } = await createRedrive(aws, 1)
      await source.send('a')
      const alive = await source.receiveOne({ AttributeNames: ['All'] })
      await aws.advance(3)
      await source.isEmpty()
      const dead = await dlq.receiveOne({ AttributeNames: ['All'] })
      assert.equal(dead.Attributes?.SentTimestamp, alive.Attributes?.SentTimestamp)
    },
  },
]

function setAttributes({ clients: { sqs } }: ContractEnvironment, { url }: Queue, Attributes: Record<string, string>) {
  return sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }))
}

function useFor(aws: ContractEnvironment, source: Queue, dlq: Queue) {
  return setAttributes(aws, source, { RedrivePolicy: redrivePolicy(dlq, 3) })
}
