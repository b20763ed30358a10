import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { createManualClock } from '../manual-clock.ts'
import { eventually, sqsClient, start, temporaryFolder } from '../start.ts'
import { bodies } from './queue.ts'

test('a FIFO queue remembers duplicates, blocked groups and attempts over a restart', async (t) => {
  const dataFolder = temporaryFolder(t)
  const clock = createManualClock()
  const send = (sqs: SQSClient, QueueUrl: string, MessageBody: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'g' }))
  const receive = async (sqs: SQSClient, QueueUrl: string, ReceiveRequestAttemptId?: string) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ReceiveRequestAttemptId }))).Messages ?? []

  const before = await start(t, { dataFolder, clock })
  const sqs = sqsClient(t, before.endpoint)
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q.fifo', Attributes }))
  for (const body of ['1', '2']) await send(sqs, QueueUrl!, body)
  const first = await receive(sqs, QueueUrl!, 'attempt')
  await before.stop()

  const after = await start(t, { dataFolder, clock })
  const again = sqsClient(t, after.endpoint)
  const url = `${after.endpoint}/000000000000/q.fifo`
  await send(again, url, '1')
  assert.deepEqual(await receive(again, url), [])
  assert.deepEqual(await receive(again, url, 'attempt'), first)
  clock.advance(30_000)
  assert.deepEqual(bodies(await receive(again, url)), ['1'])
})

/** How many messages lie in a data folder, whosever they are. */
function stored(t: TestContext, dataFolder: string): () => number {
  const database = new DatabaseSync(join(dataFolder, 'turnaround.sqlite'), { readOnly: true })
  t.after(() => database.close())
  const count = database.prepare('select (select count(*) from sqs_state) + (select count(*) from sqs_content) as n')
  return () => (count.get() as { n: number }).n
}

test('purged and deleted messages are gone at once, and their space is freed in small steps later', async (t) => {
  const dataFolder = temporaryFolder(t)
  const clock = createManualClock()
  const { endpoint } = await start(t, { dataFolder, clock })
  const sqs = sqsClient(t, endpoint)
  const urls: string[] = []
  for (const QueueName of ['purged', 'deleted', 'kept']) {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }))
    urls.push(QueueUrl!)
    for (let i = 0; i < (QueueName === 'kept' ? 1 : 25); i += 1) {
      const Entries = Array.from({ length: 10 }, (_, n) => ({ Id: `${n}`, MessageBody: 'x' }))
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    }
  }
  const count = stored(t, dataFolder)
  assert.equal(count(), 2 * (250 + 250 + 10))
  await sqs.send(new PurgeQueueCommand({ QueueUrl: urls[0] }))
  await sqs.send(new DeleteQueueCommand({ QueueUrl: urls[1] }))
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: urls[0] }))
  assert.equal(Messages, undefined)
  clock.advance(15 * 60_000)
  await eventually(() => count() === 2 * 10, 'only the messages of the kept queue are stored')
})

test('what FIFO queues need not remember any more is freed', async (t) => {
  const dataFolder = temporaryFolder(t)
  const clock = createManualClock()
  const { endpoint } = await start(t, { dataFolder, clock })
  const sqs = sqsClient(t, endpoint)
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q.fifo', Attributes }))
  for (let i = 0; i < 30; i += 1) {
    const Entries = Array.from({ length: 10 }, (_, n) => ({
      Id: `${n}`,
      MessageBody: `${i} ${n}`,
      MessageGroupId: 'g',
    }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  }
  await sqs.send(new ReceiveMessageCommand({ QueueUrl, ReceiveRequestAttemptId: 'a' }))
  const database = new DatabaseSync(join(dataFolder, 'turnaround.sqlite'), { readOnly: true })
  t.after(() => database.close())
  const rows = database.prepare(
    'select (select count(*) from sqs_deduplication) as ids, (select count(*) from sqs_attempts) as attempts',
  )
  assert.deepEqual({ ...rows.get() }, { ids: 300, attempts: 1 })
  clock.advance(15 * 60_000)
  await eventually(() => {
    const { ids, attempts } = rows.get() as { ids: number; attempts: number }
    return ids === 0 && attempts === 0
  }, 'ids and attempts are forgotten')
})
