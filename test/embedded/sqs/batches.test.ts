import assert from 'node:assert/strict'
import test from 'node:test'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchCommandOutput,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs'
import { type TestQueue, testQueue } from './queue.ts'

function sendBatch(
  { sqs, url }: TestQueue,
  entries: SendMessageBatchRequestEntry[],
): Promise<SendMessageBatchCommandOutput> {
  return sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }))
}

const entry = (id: string, body = 'a'): SendMessageBatchRequestEntry => ({ Id: id, MessageBody: body })

test('ten messages are sent, received, hidden and deleted in one call each', async (t) => {
  const queue = await testQueue(t)
  const entries = Array.from({ length: 10 }, (_, i) => entry(`id-${i}`, `body ${i}`))
  const sent = await sendBatch(queue, entries)
  assert.equal(sent.Failed, undefined)
  assert.deepEqual(
    sent.Successful?.map(({ Id }) => Id),
    entries.map(({ Id }) => Id),
  )
  const received = await queue.receive({ MaxNumberOfMessages: 10 })
  assert.deepEqual(
    received.map(({ MessageId }) => MessageId),
    sent.Successful?.map(({ MessageId }) => MessageId),
  )
  const handles = received.map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle }))
  await queue.sqs.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl: queue.url,
      Entries: handles.map((handle) => ({ ...handle, VisibilityTimeout: 0 })),
    }),
  )
  assert.deepEqual(await queue.counts(), [10, 0, 0])
  const deleted = await queue.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries: handles }))
  assert.equal(deleted.Successful?.length, 10)
  assert.deepEqual(await queue.counts(), [0, 0, 0])
})

const refused: [string, SendMessageBatchRequestEntry[], string, RegExp][] = [
  [
    'without entries',
    [],
    'EmptyBatchRequest',
    /There should be at least one SendMessageBatchRequestEntry in the request\./,
  ],
  [
    'of more than ten',
    Array.from({ length: 20 }, (_, i) => entry(`${i}`)),
    'TooManyEntriesInBatchRequest',
    /Maximum number of entries per request are 10\. You have sent 20\./,
  ],
  [
    'with a repeated id',
    ['id_1', 'id_2', 'id_2', 'id_1'].map((id) => entry(id)),
    'BatchEntryIdsNotDistinct',
    /^Id id_2 repeated\.$/,
  ],
  ['with an empty id', [entry('')], 'InvalidBatchEntryId', /alphanumeric characters, hyphens and underscores/],
  ['with a bad id', [entry('invalid:id')], 'InvalidBatchEntryId', /at most 80 letters long/],
  ['with a long id', [entry('i'.repeat(81))], 'InvalidBatchEntryId', /at most 80 letters long/],
  [
    'of more than 1 MiB in all',
    [entry('a', 'x'.repeat(1_048_576)), entry('b', 'x')],
    'BatchRequestTooLong',
    /^Batch requests cannot be longer than 1048576 bytes\. You have sent 1048577 bytes\.$/,
  ],
]

for (const [what, entries, name, message] of refused) {
  test(`a batch ${what} is refused as a whole`, async (t) => {
    const queue = await testQueue(t)
    await assert.rejects(sendBatch(queue, entries), { name, message })
    assert.deepEqual(await queue.counts(), [0, 0, 0])
  })
}

test('an entry that breaks a rule of its own fails alone', async (t) => {
  const queue = await testQueue(t, { MaximumMessageSize: '1024' })
  const { Successful, Failed } = await sendBatch(queue, [
    entry('fits', 'x'.repeat(1024)),
    entry('long', 'x'.repeat(1025)),
    entry('control', 'a\u0001b'),
    { ...entry('delayed'), DelaySeconds: 901 },
  ])
  assert.deepEqual(
    Successful?.map(({ Id }) => Id),
    ['fits'],
  )
  assert.deepEqual(
    Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
    [
      ['long', 'InvalidParameterValue', true],
      ['control', 'InvalidMessageContents', true],
      ['delayed', 'InvalidParameterValue', true],
    ],
  )
  assert.equal(
    Failed?.[0]?.Message,
    'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
  )
  assert.deepEqual(await queue.counts(), [1, 0, 0])
})

test('a handle that is none fails its entry alone', async (t) => {
  const queue = await testQueue(t)
  await queue.send('a')
  const { ReceiptHandle } = await queue.receiveOne()
  const Entries = [
    { Id: 'bad', ReceiptHandle: 'garbage' },
    { Id: 'good', ReceiptHandle },
  ]
  const deleted = await queue.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }))
  assert.deepEqual(
    deleted.Failed?.map(({ Id, Code }) => [Id, Code]),
    [['bad', 'ReceiptHandleIsInvalid']],
  )
  assert.deepEqual(
    deleted.Successful?.map(({ Id }) => Id),
    ['good'],
  )
})
