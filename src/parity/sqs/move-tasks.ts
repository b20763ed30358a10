import assert from 'node:assert/strict'
import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import type { BehaviourTest, OwnBehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { refused } from '../refused.ts'
import { bodies, createQueue, createRedrive, type Queue, redrivePolicy } from './queue.ts'

const recording = 'LocalStack tests/aws/services/sqs/test_sqs_move_task.py::'

/** From the dead-letter queue back, or on. */
export const moveTasks: readonly (BehaviourTest | OwnBehaviourTest)[] = [
  {
    id: 'sqs-038',
    async run(aws) {
      const { source, dlq } = await createRedrive(aws, 1)
      const destination = await createQueue(aws)
      await die(source, dlq, ['message-1', 'message-2'])
      await start(aws, { SourceArn: dlq.arn, DestinationArn: destination.arn })
      assert.deepEqual(bodies(await destination.receiveAll(2)).sort(), ['message-1', 'message-2'])
      const task = await aws.eventually(() => taskWith(aws, dlq, { Status: 'COMPLETED' }))
      assert.equal(task.ApproximateNumberOfMessagesMoved, 2)
      assert.equal(task.ApproximateNumberOfMessagesToMove, 2)
      assert.deepEqual([task.SourceArn, task.DestinationArn], [dlq.arn, destination.arn])
      assert.equal(typeof task.StartedTimestamp, 'number')
    },
  },
  {
    id: 'sqs-039',
    async run(aws) {
      const { source: first, dlq } = await createRedrive(aws, 1)
      const second = await createQueue(aws, { VisibilityTimeout: '0', RedrivePolicy: redrivePolicy(dlq, 1) })
      await die(first, dlq, ['1a', '1b'])
      await die(second, dlq, ['2a', '2b'], 4)
      await start(aws, { SourceArn: dlq.arn })
      const hidden = { VisibilityTimeout: 30 }
      assert.deepEqual(bodies(await first.receiveAll(2, hidden)).sort(), ['1a', '1b'])
      assert.deepEqual(bodies(await second.receiveAll(2, hidden)).sort(), ['2a', '2b'])
      const task = await aws.eventually(() => taskWith(aws, dlq, { Status: 'COMPLETED' }))
      assert.equal(task.ApproximateNumberOfMessagesMoved, 4)
      assert.equal(task.ApproximateNumberOfMessagesToMove, 4)
      assert.equal(task.DestinationArn, undefined)
    },
  },
  {
    id: 'own-sqs-move-source-not-a-dlq',
    sentence: 'A move task needs a source that is some queue’s dead-letter queue.',
    source: `${recording}test_source_needs_redrive_policy`,
    async run(aws) {
      const [source, destination] = [await createQueue(aws), await createQueue(aws)]
      await refused(start(aws, { SourceArn: source.arn, DestinationArn: destination.arn }), {
        code: 'InvalidParameterValue',
        status: 400,
        message: 'Source queue must be configured as a Dead Letter Queue.',
      })
    },
  },
  {
    id: 'own-sqs-move-destination-missing',
    sentence: 'A move task needs a destination that exists.',
    source: `${recording}test_destination_needs_to_exist`,
    async run(aws) {
      const { dlq } = await createRedrive(aws, 1)
      await refused(start(aws, { SourceArn: dlq.arn, DestinationArn: `${dlq.arn}-not` }), {
        code: 'ResourceNotFoundException',
        status: 404,
        message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
      })
    },
  },
  {
    id: 'own-sqs-move-one-at-a-time',
    sentence: 'A queue has one active move task at most.',
    source: `${recording}test_start_multiple_move_tasks`,
    async run(aws) {
      const { source, dlq } = await createRedrive(aws, 1)
      const DestinationArn = (await createQueue(aws)).arn
      await die(source, dlq, ['1', '2', '3', '4', '5'])
      const slow = { SourceArn: dlq.arn, DestinationArn, MaxNumberOfMessagesPerSecond: 1 }
      const { TaskHandle } = await start(aws, slow)
      await refused(start(aws, slow), {
        code: 'InvalidParameterValue',
        status: 400,
        message:
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      })
      await aws.clients.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
    },
  },
  {
    id: 'own-sqs-move-cancel',
    sentence: 'A cancelled move task keeps its count, loses its handle and leaves the rest in the dead-letter queue.',
    source: `${recording}test_move_task_cancel`,
    async run(aws) {
      const { source, dlq } = await createRedrive(aws, 1)
      const destination = await createQueue(aws)
      await die(source, dlq, ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])
      const slow = { SourceArn: dlq.arn, DestinationArn: destination.arn, MaxNumberOfMessagesPerSecond: 1 }
      const { TaskHandle } = await start(aws, slow)
      const running = await taskWith(aws, dlq, { Status: 'RUNNING' })
      assert.equal(running.TaskHandle, TaskHandle)
      assert.equal(running.MaxNumberOfMessagesPerSecond, 1)
      await aws.clients.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
      const cancelled = await aws.eventually(() => taskWith(aws, dlq, { Status: 'CANCELLED' }))
      assert.equal(cancelled.TaskHandle, undefined)
      assert.equal(cancelled.ApproximateNumberOfMessagesToMove, 10)
      const left = await dlq.receive({ WaitTimeSeconds: 5 })
      assert.ok(left.length > 0, 'messages should be left')
    },
  },
  {
    id: 'own-sqs-move-cancel-nonsense',
    sentence: 'Cancelling with something that is no task handle is refused.',
    source: `${recording}test_cancel_with_invalid_task_handle`,
    async run(aws) {
      await refused(aws.clients.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle: 'foobared' })), {
        code: 'InvalidParameterValue',
        status: 400,
        message: 'Value for parameter TaskHandle is invalid.',
      })
    },
  },
]

type Start = ConstructorParameters<typeof StartMessageMoveTaskCommand>[0]

function start({ clients: { sqs } }: ContractEnvironment, input: Start) {
  return sqs.send(new StartMessageMoveTaskCommand(input))
}

/** The queue's latest task, which must have these fields. */
async function taskWith(
  { clients: { sqs } }: ContractEnvironment,
  { arn }: Queue,
  fields: Partial<ListMessageMoveTasksResultEntry>,
): Promise<ListMessageMoveTasksResultEntry> {
  const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn }))
  const [task] = Results ?? []
  assert.ok(task, 'there should be a task')
  assert.deepEqual({ ...task, ...fields }, task)
  return task
}

/** Sends messages through the source into its dead-letter queue, which then holds `total` of them, visible. */
async function die(source: Queue, dlq: Queue, texts: readonly string[], total = texts.length): Promise<void> {
  for (const text of texts) await source.send(text)
  for (let empty = 0; empty < 2;) empty = (await source.receive({ VisibilityTimeout: 0 })).length === 0 ? empty + 1 : 0
  const dead = await dlq.receiveAll(total, { VisibilityTimeout: 30 })
  for (const { ReceiptHandle } of dead) await dlq.hide(ReceiptHandle, 0)
}
