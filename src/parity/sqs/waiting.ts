import assert from 'node:assert/strict'
import type { BehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { NotMeasured } from '../not-measured.ts'
import { refused } from '../refused.ts'
import { createFifoQueue, createQueue, entries, inGroup, type Queue } from './queue.ts'

const MOST_TO_FILL = 1_000

/** Long polls, delays, and what is in flight. */
export const waiting: readonly BehaviourTest[] = [
  {
    id: 'sqs-072',
    async run(aws) {
      const queue = await createQueue(aws)
      const polls = queue.receive({ WaitTimeSeconds: 10 })
      const startedMs = performance.now()
      const sent = await queue.send('a')
      const [received] = await polls
      assert.equal(received?.MessageId, sent.MessageId)
      assert.ok(performance.now() - startedMs < 9_000, 'the poll should end with the message, not with its time')
    },
  },
  {
    id: 'sqs-074',
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.sendBatch(entries('a', 'b'))
      const startedMs = performance.now()
      const received = await queue.receive({ MaxNumberOfMessages: 3, WaitTimeSeconds: 20 })
      assert.ok(received.length >= 1)
      assert.ok(performance.now() - startedMs < 15_000, 'it should not wait for a third message')
    },
  },
  {
    id: 'sqs-076',
    movesTime: true,
    async run(aws) {
      const queue = await createQueue(aws)
      await queue.send('a', { DelaySeconds: 5 })
      await queue.isEmpty()
      await aws.advance(5)
      await queue.receiveOne()
    },
  },
  {
    id: 'sqs-077',
    movesTime: true,
    async run(aws) {
      const queue = await createFifoQueue(aws, { DelaySeconds: '5' })
      await refused(queue.send('a', { ...inGroup('g', 'd'), DelaySeconds: 2 }), {
        code: 'InvalidParameterValue',
        message:
          'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
      })
      await queue.send('a', inGroup('g', 'd'))
      await queue.isEmpty()
      await aws.advance(5)
      await queue.receiveOne()
    },
  },
  {
    id: 'sqs-079',
    movesTime: true,
    async run(aws) {
      const queue = await createQueue(aws, { VisibilityTimeout: '60' })
      await queue.sendBatch(entries('a', 'b', 'c', 'd', 'e', 'f'))
      await queue.receiveOne({ MaxNumberOfMessages: 1 })
      await aws.eventually(() => countsAre(queue, ['5', '1', '0']))
      await aws.advance(61)
      await aws.eventually(() => countsAre(queue, ['6', '0', '0']))
    },
  },
  {
    id: 'sqs-080',
    async run(aws) {
      if (aws.inFlightLimit > MOST_TO_FILL) {
        throw new NotMeasured(`${aws.inFlightLimit} messages would have to be in flight`)
      }
      const standard = await createQueue(aws)
      await fill(aws, standard)
      await refused(standard.receive(), { code: 'OverLimit' })
      const fifo = await createFifoQueue(aws)
      await fill(aws, fifo)
      await fifo.isEmpty()
    },
  },
]

async function countsAre(queue: Queue, expected: readonly string[]): Promise<void> {
  const found = await queue.attributes('All')
  const counts = [
    found.ApproximateNumberOfMessages,
    found.ApproximateNumberOfMessagesNotVisible,
    found.ApproximateNumberOfMessagesDelayed,
  ]
  assert.deepEqual(counts, expected)
}

/** As many in flight as there may be, and ten more to be had; every message is a group of its own. */
async function fill(aws: ContractEnvironment, queue: Queue): Promise<void> {
  for (let sent = 0; sent < aws.inFlightLimit + 10; sent += 10) {
    const texts = Array.from({ length: 10 }, (_, i) => `body-${sent + i}`)
    const isFifo = queue.name.endsWith('.fifo')
    await queue.sendBatch(
      entries(...texts).map((entry) => ({ ...entry, ...(isFifo && inGroup(entry.MessageBody, entry.MessageBody)) })),
    )
  }
  let inFlight = 0
  while (inFlight < aws.inFlightLimit) {
    const most = Math.min(10, aws.inFlightLimit - inFlight)
    inFlight += (await queue.receiveAll(most, { MaxNumberOfMessages: most })).length
  }
}
