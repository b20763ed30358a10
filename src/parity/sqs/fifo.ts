import assert from 'node:assert/strict'
import type { BehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { bodies, createFifoQueue, inGroup } from './queue.ts'

const byContent = { ContentBasedDeduplication: 'true' }

/** Groups, their order, and what counts as the same message. */
export const fifo: readonly BehaviourTest[] = [
  {
    id: 'sqs-090',
    async run(aws) {
      const queue = await createFifoQueue(aws)
      await refused(queue.send('a', inGroup('g')), {
        code: 'InvalidParameterValue',
        message:
          'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      })
      await refused(queue.send('a', { MessageDeduplicationId: 'd' }), {
        code: 'MissingParameter',
        message: 'The request must contain the parameter MessageGroupId.',
      })
    },
  },
  {
    id: 'sqs-091',
    async run(aws) {
      const queue = await createFifoQueue(aws, byContent)
      await queue.send('same', inGroup('g'))
      await queue.send('same', inGroup('g'))
      assert.deepEqual(bodies(await queue.receiveAll(1)), ['same'])
      await queue.isEmpty()
    },
  },
  {
    id: 'sqs-093',
    movesTime: true,
    async run(aws) {
      const queue = await createFifoQueue(aws)
      await queue.send('first', inGroup('g', 'D'))
      const first = await queue.receiveOne()
      await queue.delete(first.ReceiptHandle)
      await aws.advance(3)
      await queue.send('early', inGroup('g', 'D'))
      await queue.isEmpty()
      await aws.advance(360)
      await queue.send('late', inGroup('g', 'D'))
      const late = await queue.receiveOne()
      assert.equal(late.Body, 'late')
    },
  },
  {
    id: 'sqs-094',
    async run(aws) {
      const queue = await createFifoQueue(aws)
      await queue.send('a', inGroup('group1', 'D'))
      const { ReceiptHandle } = await queue.receiveOne()
      await queue.delete(ReceiptHandle)
      await queue.send('a', inGroup('group2', 'D'))
      await queue.isEmpty()
    },
  },
  {
    id: 'sqs-096',
    movesTime: true,
    async run(aws) {
      const queue = await createFifoQueue(aws, { VisibilityTimeout: '60', ...byContent })
      const over = new AbortController()
      const got: { Body?: string; ReceiptHandle?: string }[] = []
      const consumers = [1, 2, 3].map(async () => {
        const received = await queue.receive({ WaitTimeSeconds: 20, MaxNumberOfMessages: 1 }, over.signal)
        got.push(...received)
      })
      try {
        await queue.send('first', inGroup('g'))
        await aws.eventually(async () => assert.deepEqual(bodies(got), ['first']))
        await queue.send('second', inGroup('g'))
        await aws.advance(2)
        assert.deepEqual(bodies(got), ['first'], 'the group should be blocked')
        await queue.delete(got[0].ReceiptHandle)
        await aws.eventually(async () => assert.deepEqual(bodies(got), ['first', 'second']))
      } finally {
        over.abort()
        await Promise.allSettled(consumers)
      }
    },
  },
  {
    id: 'sqs-097',
    async run(aws) {
      const queue = await createFifoQueue(aws, byContent)
      for (const body of ['g1-m1', 'g2-m1', 'g1-m2', 'g1-m3']) await queue.send(body, inGroup(body.slice(0, 2)))
      const received = await queue.receiveAll(4)
      assert.deepEqual(bodies(received), ['g1-m1', 'g1-m2', 'g1-m3', 'g2-m1'])
    },
  },
  {
    id: 'sqs-098',
    movesTime: true,
    async run(aws) {
      const queue = await createFifoQueue(aws, { VisibilityTimeout: '5', ...byContent })
      const sent = ['first', 'second', 'third']
      for (const body of sent) await queue.send(body, inGroup('g'))
      assert.deepEqual(bodies(await queue.receiveAll(3)), sent)
      await aws.advance(5)
      assert.deepEqual(bodies(await queue.receiveAll(3)), sent)
    },
  },
  {
    id: 'sqs-099',
    movesTime: true,
    async run(aws) {
      const queues = await Promise.all(
        [0, 1, 2].map(() => createFifoQueue(aws, { VisibilityTimeout: '4', ...byContent })),
      )
      for (const [position, queue] of queues.entries()) {
        for (const body of ['foo', 'bar', 'baz']) await queue.send(body, inGroup('g'))
        const received = await queue.receiveAll(3)
        await queue.hide(received[position].ReceiptHandle, 60)
      }
      await aws.advance(5)
      const back = await Promise.all(queues.map((queue) => queue.receive({ WaitTimeSeconds: aws.pollSeconds })))
      assert.deepEqual(back.map(bodies), [[], ['foo'], ['foo', 'bar']])
    },
  },
]
