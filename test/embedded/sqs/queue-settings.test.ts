import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { testFifo, testQueue, type TestQueue } from './queue.ts'

function set({ sqs, url }: TestQueue, attributes: Record<string, string>): Promise<unknown> {
  return sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }))
}

async function get({ sqs, url }: TestQueue): Promise<Record<string, string>> {
  return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))).Attributes!
}

function create(sqs: SQSClient, QueueName: string, Attributes: Record<string, string>): Promise<unknown> {
  return sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
}

test('a new FIFO queue has AWS’s defaults beside those of any queue', async (t) => {
  const { DelaySeconds, ...attributes } = await get(await testQueue(t, { FifoQueue: 'true' }))
  assert.equal(DelaySeconds, '0')
  const { FifoQueue, ContentBasedDeduplication, DeduplicationScope, FifoThroughputLimit, QueueArn } = attributes
  assert.deepEqual(
    { FifoQueue, ContentBasedDeduplication, DeduplicationScope, FifoThroughputLimit, QueueArn },
    {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:work.fifo',
    },
  )
})

test('a FIFO queue is one by name and by attribute', async (t) => {
  const { sqs } = await testQueue(t)
  const fifoName =
    'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, ' +
    'must end with .fifo suffix and be 1 to 80 in length.'
  for (const name of ['plain', '.fifo', `${'x'.repeat(76)}.fifo`]) {
    await assert.rejects(create(sqs, name, { FifoQueue: 'true' }), { name: 'InvalidParameterValue', message: fifoName })
  }
  await create(sqs, `${'x'.repeat(75)}.fifo`, { FifoQueue: 'true' })
  await assert.rejects(create(sqs, 'a.fifo', {}), {
    name: 'InvalidParameterValue',
    message: 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  })
  const unknown = { name: 'InvalidAttributeName', message: 'Unknown Attribute FifoQueue.' }
  await assert.rejects(create(sqs, 'a', { FifoQueue: 'false' }), unknown)
  await assert.rejects(create(sqs, 'a.fifo', { FifoQueue: 'false' }), unknown)
})

test('what a queue is cannot be changed', async (t) => {
  const fifo = await testFifo(t)
  await set(fifo, { FifoQueue: 'true' })
  await assert.rejects(set(fifo, { FifoQueue: 'false' }), {
    name: 'InvalidAttributeValue',
    message: 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
  })
  const standard = await fifo.another('standard')
  await assert.rejects(set(standard, { FifoQueue: 'true' }), { message: 'Unknown Attribute FifoQueue.' })
})

test('settings of FIFO queues are not those of standard ones', async (t) => {
  const { sqs } = await testQueue(t)
  const refused: Record<string, [string, string]> = {
    ContentBasedDeduplication: ['true', 'Unknown Attribute ContentBasedDeduplication.'],
    DeduplicationScope: ['queue', 'You can specify the DeduplicationScope only when FifoQueue is set to true.'],
    FifoThroughputLimit: ['perQueue', 'You can specify the FifoThroughputLimit only when FifoQueue is set to true.'],
  }
  for (const [name, [value, message]] of Object.entries(refused)) {
    await assert.rejects(create(sqs, 'a', { [name]: value }), { name: 'InvalidAttributeName', message })
  }
})

test('throughput per group needs deduplication per group', async (t) => {
  const fifo = await testFifo(t)
  const message = 'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup'
  await assert.rejects(set(fifo, { FifoThroughputLimit: 'perMessageGroupId' }), {
    name: 'InvalidParameterValue',
    message,
  })
  await set(fifo, { FifoThroughputLimit: 'perMessageGroupId', DeduplicationScope: 'messageGroup' })
  await assert.rejects(set(fifo, { DeduplicationScope: 'queue' }), { message })
  await assert.rejects(set(fifo, { DeduplicationScope: 'group' }), { name: 'InvalidAttributeValue' })
})

test('a queue is encrypted in one way at a time', async (t) => {
  const queue = await testQueue(t)
  const encryption = async (): Promise<object> => {
    const { SqsManagedSseEnabled, KmsMasterKeyId, KmsDataKeyReusePeriodSeconds } = await get(queue)
    return [SqsManagedSseEnabled, KmsMasterKeyId, KmsDataKeyReusePeriodSeconds]
  }
  await set(queue, { KmsMasterKeyId: 'alias/aws/sqs' })
  assert.deepEqual(await encryption(), ['false', 'alias/aws/sqs', '300'])
  await set(queue, { SqsManagedSseEnabled: 'true' })
  assert.deepEqual(await encryption(), ['true', undefined, '300'])
  await assert.rejects(set(queue, { KmsMasterKeyId: 'k', SqsManagedSseEnabled: 'true' }), {
    message:
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
  })
})

async function refuses(t: TestContext, name: string, values: readonly [string, string][]): Promise<void> {
  const queue = await testQueue(t)
  for (const [value, reason] of values) {
    const message = reason.startsWith('Invalid value for the ')
      ? reason
      : `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`
    await assert.rejects(set(queue, { [name]: value }), { name: 'InvalidParameterValue', message })
  }
}

test('a redrive policy that is none is refused with AWS’s reasons', async (t) => {
  const arn = 'arn:aws:sqs:us-east-1:000000000000:dead'
  const json = (policy: object): string => JSON.stringify(policy)
  const count = (maxReceiveCount: unknown): string => json({ deadLetterTargetArn: arn, maxReceiveCount })
  const notJson = 'Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.'
  const missing = 'Redrive policy does not contain mandatory attribute:'
  await refuses(t, 'RedrivePolicy', [
    ['no json', notJson],
    ['[]', notJson],
    [json({ deadLetterTargetArn: arn }), `${missing} maxReceiveCount.`],
    [json({ maxReceiveCount: 1 }), `${missing} deadLetterTargetArn.`],
    [count(0), 'Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.'],
    [count(1001), 'Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.'],
    [
      json({ deadLetterTargetArn: arn, maxReceiveCount: 1, other: 1 }),
      'Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].',
    ],
    [json({ deadLetterTargetArn: 'dead', maxReceiveCount: 1 }), 'Invalid value for deadLetterTargetArn.'],
    [
      json({ deadLetterTargetArn: 'arn:aws:sns:us-east-1:000000000000:dead', maxReceiveCount: 1 }),
      'Only SQS queues are valid resources for deadLetterTargetArn.',
    ],
    [
      json({ deadLetterTargetArn: `${arn}.fifo`, maxReceiveCount: 1 }),
      'Dead-letter queue must be same type of queue as the source..',
    ],
    [count(1), 'Dead letter target does not exist.'],
  ])
})

test('a redrive allow policy that is none is refused with AWS’s reasons', async (t) => {
  const json = (redrivePermission: string, ...sourceQueueArns: string[]): string =>
    JSON.stringify({ redrivePermission, sourceQueueArns })
  const unsupported =
    'Invalid value for the parameter RedriveAllowPolicy. ' +
    "Reason: Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format."
  const cannot = "Amazon SQS can't create the redrive allow policy."
  const eleven = Array.from({ length: 11 }, (_, i) => `arn:aws:sqs:us-east-1:000000000000:source-${i}`)
  await refuses(t, 'RedriveAllowPolicy', [
    ['no json', unsupported],
    ['{}', unsupported],
    [json('some'), unsupported],
    [
      json('byQueue'),
      `${cannot} When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.`,
    ],
    [
      json('allowAll', 'a'),
      `${cannot} To specify one or more source queue ARNs, you must set redrivePermission to byQueue.`,
    ],
    [json('byQueue', ...eleven), `${cannot} The maximum number of source queue ARNs you can specify is 10.`],
  ])
})
