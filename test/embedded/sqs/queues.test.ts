import assert from 'node:assert/strict'
import test from 'node:test'
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs'
import { sqsClient, start } from '../start.ts'
import { testQueue } from './queue.ts'

test('a new queue has AWS’s defaults, every value a string', async (t) => {
  const { sqs, url, clock } = await testQueue(t)
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))
  const createdSeconds = String(clock.now() / 1000)
  assert.deepEqual(Attributes, {
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    CreatedTimestamp: createdSeconds,
    LastModifiedTimestamp: createdSeconds,
    QueueArn: 'arn:aws:sqs:us-east-1:000000000000:work',
    DelaySeconds: '0',
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: '30',
  })
})

test('the queue URL is that of the host the client spoke to', async (t) => {
  const { endpoint, port } = await start(t)
  const create = new CreateQueueCommand({ QueueName: 'q' })
  assert.equal((await sqsClient(t, endpoint).send(create)).QueueUrl, `http://127.0.0.1:${port}/000000000000/q`)
  const byName = await sqsClient(t, `http://localhost:${port}`).send(new GetQueueUrlCommand({ QueueName: 'q' }))
  assert.equal(byName.QueueUrl, `http://localhost:${port}/000000000000/q`)
})

test('creating a queue again is idempotent with what it has, an error with anything else', async (t) => {
  const { sqs } = await testQueue(t)
  const create = (attributes?: Record<string, string>): Promise<{ QueueUrl?: string }> =>
    sqs.send(new CreateQueueCommand({ QueueName: 'again', Attributes: attributes }))
  const { QueueUrl } = await create({ ReceiveMessageWaitTimeSeconds: '1', DelaySeconds: '1' })
  assert.equal((await create()).QueueUrl, QueueUrl)
  assert.equal((await create({ DelaySeconds: '1', VisibilityTimeout: '30' })).QueueUrl, QueueUrl)
  await assert.rejects(create({ DelaySeconds: '2' }), {
    name: 'QueueNameExists',
    message: 'A queue already exists with the same name and a different value for attribute DelaySeconds',
  })
})

test('a queue that does not exist is the error the SDK has a class for, with the old code beside it', async (t) => {
  const { sqs, url } = await testQueue(t)
  await sqs.send(new DeleteQueueCommand({ QueueUrl: url }))
  const missing = { name: 'QueueDoesNotExist', message: 'The specified queue does not exist.' }
  await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: 'work' })), missing)
  await assert.rejects(sqs.send(new GetQueueAttributesCommand({ QueueUrl: url })), (error: unknown) => {
    assert.ok(error instanceof QueueDoesNotExist)
    assert.equal(error.$metadata.httpStatusCode, 400)
    assert.equal(Reflect.get(error, 'Code'), 'AWS.SimpleQueueService.NonExistentQueue')
    return true
  })
  await assert.rejects(sqs.send(new GetQueueAttributesCommand({ QueueUrl: 'http://127.0.0.1/nonsense' })), {
    name: 'InvalidAddress',
  })
})

test('the name of a deleted queue is free again after 60 seconds, and the queue empty', async (t) => {
  const queue = await testQueue(t)
  await queue.send('old')
  await queue.sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }))
  queue.clock.advance(59_999)
  await assert.rejects(queue.another('work'), {
    name: 'QueueDeletedRecently',
    message: 'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
  })
  queue.clock.advance(1)
  const again = await queue.another('work')
  assert.deepEqual(await again.receive(), [])
})

test('queues are listed by prefix and page', async (t) => {
  const { sqs, another } = await testQueue(t)
  for (const name of ['a-1', 'a-2', 'a-3', 'a', 'b-1']) await another(name)
  const names = async (input: object): Promise<[string[], string | undefined]> => {
    const { QueueUrls, NextToken } = await sqs.send(new ListQueuesCommand(input))
    return [(QueueUrls ?? []).map((url) => url.split('/').at(-1)!), NextToken]
  }
  assert.deepEqual(await names({}), [['a', 'a-1', 'a-2', 'a-3', 'b-1', 'work'], undefined])
  const [first, token] = await names({ QueueNamePrefix: 'a-', MaxResults: 2 })
  assert.deepEqual(first, ['a-1', 'a-2'])
  assert.deepEqual(await names({ QueueNamePrefix: 'a-', MaxResults: 2, NextToken: token }), [['a-3'], undefined])
  assert.deepEqual(await names({ QueueNamePrefix: 'none' }), [[], undefined])
})

test('attributes are set, and only those that can be, to what they may be', async (t) => {
  const { sqs, url, clock } = await testQueue(t)
  const set = (attributes: Record<string, string>): Promise<unknown> =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }))
  const get = async (...names: string[]): Promise<object | undefined> => {
    const AttributeNames = names as QueueAttributeName[]
    return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }))).Attributes
  }
  clock.advance(5000)
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' }],
  })
  await set({ VisibilityTimeout: '0', Policy })
  assert.deepEqual(await get('VisibilityTimeout', 'Policy', 'LastModifiedTimestamp'), {
    VisibilityTimeout: '0',
    Policy,
    LastModifiedTimestamp: String(clock.now() / 1000),
  })
  await set({ Policy: '' })
  assert.equal(await get('Policy'), undefined)
  const outOfRange = {
    DelaySeconds: '901',
    MaximumMessageSize: '1048577',
    MessageRetentionPeriod: '59',
    ReceiveMessageWaitTimeSeconds: '21',
    VisibilityTimeout: 'x',
    Policy: 'no json',
    SqsManagedSseEnabled: 'yes',
    KmsDataKeyReusePeriodSeconds: '59',
  }
  for (const [name, value] of Object.entries(outOfRange)) {
    const message = `Invalid value for the parameter ${name}.`
    await assert.rejects(set({ DelaySeconds: '7', [name]: value }), { name: 'InvalidAttributeValue', message })
  }
  for (const name of ['QueueArn', 'Nonsense', 'constructor']) {
    await assert.rejects(set({ [name]: '1' }), { name: 'InvalidAttributeName', message: `Unknown Attribute ${name}.` })
  }
  assert.deepEqual(await get('DelaySeconds'), { DelaySeconds: '0' })
})

test('names that SQS would not take are refused', async (t) => {
  const { sqs } = await testQueue(t)
  for (const QueueName of ['with space', 'a/b', 'x'.repeat(81), 'a.fifo']) {
    await assert.rejects(sqs.send(new CreateQueueCommand({ QueueName })), {
      name: 'InvalidParameterValue',
      message: 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    })
  }
})

test('a purge removes visible, delayed and in-flight messages, once in 60 seconds', async (t) => {
  const { sqs, url, send, receive, counts, clock } = await testQueue(t)
  await send('in flight')
  await receive()
  await send('visible')
  await send('delayed', { DelaySeconds: 10 })
  const purge = (): Promise<unknown> => sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
  await purge()
  assert.deepEqual(await counts(), [0, 0, 0])
  await send('after')
  clock.advance(59_999)
  await assert.rejects(purge(), {
    name: 'PurgeQueueInProgress',
    message: 'Only one PurgeQueue operation on work is allowed every 60 seconds.',
  })
  assert.deepEqual(await counts(), [1, 0, 0])
  clock.advance(1)
  await purge()
  assert.deepEqual(await counts(), [0, 0, 0])
})

test('queues carry tags', async (t) => {
  const { sqs, url } = await testQueue(t)
  await sqs.send(new TagQueueCommand({ QueueUrl: url, Tags: { team: 'ops', run: '1' } }))
  await sqs.send(new UntagQueueCommand({ QueueUrl: url, TagKeys: ['run'] }))
  const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl: url }))
  assert.deepEqual(Tags, { team: 'ops' })
})
