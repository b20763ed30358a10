import type { Messages } from './messages.ts'
import type { Queue, Queues } from './queues.ts'
import { allowsRedrive } from './redrive.ts'
import type { StoredMessage } from './stored-message.ts'

/**
 * What becomes of a visible message when a receive comes to it: it is past its retention and removed, was received too
 * often and moved (which is no receive) to the dead-letter queue, whose id is added to `movedTo`, or is to be delivered.
 */
export type Fate = (
  queue: Queue,
  message: StoredMessage,
  nowMs: number,
  movedTo: Set<number>,
) => 'removed' | 'moved' | 'deliver'

export function createFate(queues: Queues, messages: Messages): Fate {
  /** Undefined where there is none, it is gone, or it does not let this queue: the message then stays deliverable. */
  function deadLetterQueue(queue: Queue, message: StoredMessage): Queue | undefined {
    if (queue.redrive === undefined) return undefined
    if (message.receiveCount - message.receivedBefore < queue.redrive.maxReceiveCount) return undefined
    const dead = queues.byArn(queue.redrive.deadLetterTargetArn)
    return dead !== undefined && allowsRedrive(dead, queue.arn) ? dead : undefined
  }

  return (queue, message, nowMs, movedTo) => {
    if (message.sentMs <= nowMs - queue.retentionMs) {
      messages.remove(message)
      return 'removed'
    }
    const dead = deadLetterQueue(queue, message)
    if (dead === undefined) return 'deliver'
    messages.move(message, queue, dead, nowMs)
    movedTo.add(dead.id)
    return 'moved'
  }
}
