import { randomUUID } from 'node:crypto'
import type { World } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import { integer, string } from '../shape.ts'
import { operation, type SqsContext } from './context.ts'
import { invalid, SqsError } from './errors.ts'
import type { MoveTaskRunner } from './move-task-runner.ts'
import { type MoveTask, type MoveTasks, tasksPerSource } from './move-tasks.ts'
import type { Queue, Queues } from './queues.ts'

const mostPerSecond = 500

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html and its sisters */
export function moveTaskOperations(
  { queues, clock, tallies }: SqsContext,
  tasks: MoveTasks,
  runner: MoveTaskRunner,
): Record<string, JsonOperation> {
  const tasksOf = (source: Queue): MoveTask[] => tasks.of(source.arn).filter((task) => runner.sourceOf(task) === source)

  return {
    StartMessageMoveTask: operation(
      { SourceArn: string, DestinationArn: string, MaxNumberOfMessagesPerSecond: integer },
      ['SourceArn'],
      ({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: perSecond }, { caller }) => {
        const source = queueOfArn(queues, caller, 'SourceArn', SourceArn)
        checkSource(queues, source)
        if (DestinationArn !== undefined) {
          checkDestination(source, queueOfArn(queues, caller, 'DestinationArn', DestinationArn))
        }
        if (perSecond !== undefined && (perSecond < 1 || perSecond > mostPerSecond)) {
          const reason = `You must enter a number that's between 1 and ${mostPerSecond}.`
          throw invalid(`Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: ${reason}`)
        }
        if (tasksOf(source).some(({ status }) => status === 'RUNNING' || status === 'CANCELLING')) {
          throw invalid(
            'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
          )
        }
        const task = tasks.add({
          taskId: randomUUID(),
          sourceArn: source.arn,
          destinationArn: DestinationArn ?? null,
          perSecond: perSecond ?? null,
          toMove: tallies.count(source, clock.now()).visible,
          startedMs: clock.now(),
        })
        runner.run(task)
        return { TaskHandle: writeHandle(task) }
      },
    ),
    ListMessageMoveTasks: operation(
      { SourceArn: string, MaxResults: integer },
      ['SourceArn'],
      ({ SourceArn, MaxResults: size = 1 }, { caller }) => {
        const source = queueOfArn(queues, caller, 'SourceArn', SourceArn)
        if (size < 1 || size > tasksPerSource) {
          const reason = `MaxResults must be an integer between 1 and ${tasksPerSource}.`
          throw invalid(`Value for parameter MaxResults is invalid. Reason: ${reason}`)
        }
        return { Results: tasksOf(source).slice(0, size).map(describe) }
      },
    ),
    CancelMessageMoveTask: operation({ TaskHandle: string }, ['TaskHandle'], ({ TaskHandle }, { caller }) => {
      const { taskId, sourceArn } = readHandle(TaskHandle)
      const source = queueOfArn(queues, caller, 'SourceArn', sourceArn)
      const task = tasksOf(source).find((one) => one.taskId === taskId)
      if (task === undefined) throw new SqsError('ResourceNotFound', 'Task does not exist.')
      if (task.status !== 'RUNNING') throw invalid('Only active tasks can be cancelled.')
      tasks.set(task, { status: 'CANCELLING' })
      return { ApproximateNumberOfMessagesMoved: task.moved }
    }),
  }
}

function queueOfArn(queues: Queues, { accountId, region }: World, parameter: string, arn: string): Queue {
  const queue = queues.byArn(arn)
  if (queue !== undefined && queue.accountId === accountId && queue.region === region) return queue
  throw new SqsError(
    'ResourceNotFound',
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
  )
}

function checkSource(queues: Queues, { arn }: Queue): void {
  if (queues.all().some(({ redrive }) => redrive?.deadLetterTargetArn === arn)) return
  throw invalid('Source queue must be configured as a Dead Letter Queue.')
}

function checkDestination(source: Queue, destination: Queue): void {
  if (source === destination) throw invalid('Source queue arn and destination queue arn cannot be the same.')
  if (source.isFifo !== destination.isFifo) {
    throw invalid('The source queue and destination queue must be of the same queue type.')
  }
}

function describe(task: MoveTask): object {
  return {
    TaskHandle: task.status === 'RUNNING' ? writeHandle(task) : undefined,
    Status: task.status,
    SourceArn: task.sourceArn,
    DestinationArn: task.destinationArn ?? undefined,
    MaxNumberOfMessagesPerSecond: task.perSecond ?? undefined,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason ?? undefined,
    StartedTimestamp: task.startedMs,
  }
}

/** Task and source, as AWS's handles have them. */
function writeHandle({ taskId, sourceArn }: MoveTask): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64')
}

function readHandle(handle: string): Pick<MoveTask, 'taskId' | 'sourceArn'> {
  const invalidHandle = invalid('Value for parameter TaskHandle is invalid.')
  let parts: Partial<Record<string, unknown>> | null
  try {
    parts = JSON.parse(Buffer.from(handle, 'base64').toString()) as Partial<Record<string, unknown>> | null
  } catch (error) {
    invalidHandle.cause = error
    throw invalidHandle
  }
  const { taskId, sourceArn } = parts ?? {}
  if (typeof taskId !== 'string' || typeof sourceArn !== 'string') throw invalidHandle
  return { taskId, sourceArn }
}
