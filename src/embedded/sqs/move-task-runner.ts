import { randomUUID } from 'node:crypto'
import type { SqsContext } from './context.ts'
import { missingQueueCode } from './errors.ts'
import type { MoveTask, MoveTasks } from './move-tasks.ts'
import type { Queue } from './queues.ts'
import type { StoredMessage } from './stored-message.ts'

export interface MoveTaskRunner {
  /** Moves the first messages before it returns, the others as time goes on. */
  run(task: MoveTask): void
  /** The queue that a task empties; undefined where it was deleted, be it that another has its name now. */
  sourceOf(task: MoveTask): Queue | undefined
  /** Stops all timers. The tasks go on after the next start. */
  stop(): void
}

const secondMs = 1000

// Keeps one step under some 10 ms: other requests come between two.
const atOnce = 200

/** What ends a task before its time, in AWS's words for ListMessageMoveTasks. */
type Failure = typeof missingQueueCode | 'CouldNotDetermineMessageSource'

interface Step {
  moved: number
  /** Queues that got messages. */
  readonly filled: Set<number>
  /** Nothing visible is left in the source. */
  isEmpty: boolean
  readonly failure: Failure | null
}

const nothing: Step = { moved: 0, filled: new Set(), isEmpty: true, failure: null }

/**
 * Works off move tasks in steps: as many messages each second as the task may move, or one step after the other. A step
 * is one transaction, the task's progress included, so that no message is lost or doubled whenever the server ends.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
export function createMoveTaskRunner(
  { store, clock, queues, messages, polls }: SqsContext,
  tasks: MoveTasks,
  onError: (error: unknown) => void,
): MoveTaskRunner {
  const timers = new Map<number, () => void>()

  function sourceOf(task: MoveTask): Queue | undefined {
    const source = queues.byArn(task.sourceArn)
    return source !== undefined && source.createdMs <= task.startedMs ? source : undefined
  }

  /** Where a message goes, or why the task cannot go on. */
  function destinationOf(task: MoveTask, message: StoredMessage): Queue | Failure {
    const arn = task.destinationArn ?? message.source
    if (arn === null) return 'CouldNotDetermineMessageSource'
    return queues.byArn(arn) ?? missingQueueCode
  }

  /** Messages become new ones where they go: no receives, retention from now on. */
  function moveSome(task: MoveTask, source: Queue): Step {
    const nowMs = clock.now()
    const most = Math.min(task.perSecond ?? atOnce, task.toMove - task.moved)
    const done: Step = { moved: 0, filled: new Set(), isEmpty: false, failure: null }
    for (let walked = 0; walked < most && !done.isEmpty;) {
      // Of a FIFO queue these are the first of each group: the next ones come with the next turn.
      const found = messages.visible(source, nowMs, { visibleMs: -1, id: -1 }, most - walked)
      walked += found.length
      done.isEmpty = found.length === 0
      for (const message of found) {
        if (message.sentMs <= nowMs - source.retentionMs) {
          messages.remove(message)
          continue
        }
        const destination = destinationOf(task, message)
        if (typeof destination === 'string') return { ...done, failure: destination }
        messages.resend(message, destination, randomUUID(), nowMs)
        done.filled.add(destination.id)
        done.moved += 1
      }
    }
    return done
  }

  /** Answers which queues got messages. */
  function step(task: MoveTask): ReadonlySet<number> {
    const source = sourceOf(task)
    const { moved, filled, isEmpty, failure } =
      source === undefined ? { ...nothing, failure: missingQueueCode } : moveSome(task, source)
    const total = task.moved + moved
    const status = failure !== null ? 'FAILED' : isEmpty || total >= task.toMove ? 'COMPLETED' : 'RUNNING'
    tasks.set(task, { moved: total, failureReason: failure, status })
    return filled
  }

  function advance(id: number): void {
    timers.delete(id)
    try {
      const filled = store.transaction(() => {
        const task = tasks.byId(id)
        if (task?.status === 'RUNNING') return step(task)
        if (task?.status === 'CANCELLING') tasks.set(task, { status: 'CANCELLED' })
        return nothing.filled
      })
      for (const queueId of filled) polls.wake(queueId)
    } catch (error) {
      // A full disk, say: nothing of the step was done, and the next one tries again.
      onError(error)
      schedule(id, secondMs)
      return
    }
    const task = tasks.byId(id)
    if (task?.status === 'RUNNING') schedule(id, task.perSecond === null ? 0 : secondMs)
  }

  function schedule(id: number, delayMs: number): void {
    timers.set(
      id,
      clock.after(delayMs, () => advance(id)),
    )
  }

  // A rate holds over a restart as well.
  for (const { id } of tasks.active()) schedule(id, secondMs)

  return {
    run: ({ id }) => advance(id),
    sourceOf,
    stop() {
      for (const cancel of timers.values()) cancel()
      timers.clear()
    },
  }
}
