import assert from 'node:assert/strict'
import test from 'node:test'
import { CreateQueueCommand, ListDeadLetterSourceQueuesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { sqsClient, start } from '../start.ts'
import { testQueue } from './queue.ts'

const nameOf = (url: string): string => url.split('/').at(-1)!
const invalid = (message: string) => ({ name: 'InvalidParameterValue', message })
const mostMaxResults = invalid(
  'Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000.',
)

test('pages of any size together are the whole list', async (t) => {
  const { endpoint } = await start(t)
  const sqs = sqsClient(t, endpoint)
  const made = ['a', 'ab', 'b-1', 'b-2', 'b-3', 'c']
  for (const QueueName of made) await sqs.send(new CreateQueueCommand({ QueueName }))
  const prefix = fc.constantFrom(undefined, 'a', 'b-', 'x')
  await fc.assert(
    fc.asyncProperty(prefix, fc.integer({ min: 1, max: 7 }), async (QueueNamePrefix, MaxResults) => {
      const names: string[] = []
      let NextToken: string | undefined
      do {
        const page = await sqs.send(new ListQueuesCommand({ QueueNamePrefix, MaxResults, NextToken }))
        names.push(...(page.QueueUrls ?? []).map(nameOf))
        assert.ok((page.QueueUrls ?? []).length <= MaxResults)
        NextToken = page.NextToken
      } while (NextToken !== undefined)
      assert.deepEqual(
        names,
        made.filter((name) => name.startsWith(QueueNamePrefix ?? '')),
      )
    }),
    { numRuns: 28, seed: 4 },
  )
})

test('a list of queues keeps to its rules', async (t) => {
  const { sqs, another } = await testQueue(t)
  for (const name of ['a-1', 'a-2']) await another(name)
  const list = (input: object) => sqs.send(new ListQueuesCommand(input))
  for (const MaxResults of [0, 1001]) await assert.rejects(list({ MaxResults }), mostMaxResults)
  const { NextToken } = await list({ QueueNamePrefix: 'a', MaxResults: 1 })
  await assert.rejects(
    list({ QueueNamePrefix: 'a', NextToken }),
    invalid('MaxResults is a mandatory parameter when you provide a value for NextToken.'),
  )
  await assert.rejects(
    list({ QueueNamePrefix: 'b', NextToken, MaxResults: 1 }),
    invalid(
      'Invalid NextToken value. If you are passing in NextToken, you must not change the other request parameters.',
    ),
  )
  for (const token of ['nonsense', Buffer.from('{"a":1}').toString('base64')]) {
    await assert.rejects(list({ NextToken: token, MaxResults: 1 }), invalid('Invalid or expired next token.'))
  }
})

test('the queues before a dead-letter queue are listed, by page', async (t) => {
  const dead = await testQueue(t)
  const policy = { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:work', maxReceiveCount: 3 }
  for (const name of ['s-1', 's-2', 's-3']) await dead.another(name, { RedrivePolicy: JSON.stringify(policy) })
  const list = async (input: object = {}): Promise<[string[], string | undefined]> => {
    const asked = new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url, ...input })
    const { queueUrls, NextToken } = await dead.sqs.send(asked)
    return [queueUrls!.map(nameOf), NextToken]
  }
  assert.deepEqual(await list(), [['s-1', 's-2', 's-3'], undefined])
  const [first, token] = await list({ MaxResults: 2 })
  assert.deepEqual(first, ['s-1', 's-2'])
  assert.deepEqual(await list({ MaxResults: 2, NextToken: token }), [['s-3'], undefined])
  await assert.rejects(list({ MaxResults: 1001 }), mostMaxResults)
  const other = await dead.another('other')
  const none = await dead.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: other.url }))
  assert.deepEqual(none.queueUrls, [])
})
