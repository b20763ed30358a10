import type { JsonOperation } from '../json-protocol.ts'
import { integer, list, string, structure } from '../shape.ts'
import { checkBatch, runBatch } from './batch.ts'
import { operation, queueOfUrl, type SqsContext } from './context.ts'
import { invalidParameter, missingParameter, SqsError } from './errors.ts'
import { inRange, limits } from './limits.ts'
import type { Queue } from './queues.ts'
import { type Receipt, readReceipt } from './receipt-handle.ts'

const handle = { QueueUrl: string, ReceiptHandle: string }
const deleteEntries = list(structure({ Id: string, ReceiptHandle: string }))
const changeEntries = list(structure({ Id: string, ReceiptHandle: string, VisibilityTimeout: integer }))

/** What can be done with a message that was delivered: delete it, or change how long it stays hidden. */
export function deliveredOperations(context: SqsContext): Record<string, JsonOperation> {
  const { store, clock, queues, messages, counters, polls } = context

  /**
   * On a standard queue any handle will do, but one of an earlier delivery deletes nothing: somebody else is at it. A
   * FIFO queue refuses a handle whose time is over. A message that is gone is no error on either.
   */
  function remove(queue: Queue, receiptHandle: string): object {
    const { id, receive } = receiptFor(queue, receiptHandle)
    const isRemoved = messages.removeReceived(queue, id, receive, queue.isFifo ? clock.now() : -1)
    if (queue.isFifo && !isRemoved && messages.find(queue, id) !== undefined) {
      throw invalidParameter(receiptHandle, 'ReceiptHandle', 'The receipt handle has expired.')
    }
    return {}
  }

  function change(queue: Queue, receiptHandle: string, seconds: number): object {
    inRange('VisibilityTimeout', seconds)
    const { id, receive } = receiptFor(queue, receiptHandle)
    const nowMs = clock.now()
    const found = messages.find(queue, id)
    const isGone = found === undefined || found.sentMs <= nowMs - queue.retentionMs
    if (isGone || (queue.isFifo && found.visibleMs <= nowMs)) {
      const reason = 'Message does not exist or is not available for visibility timeout change.'
      throw invalidParameter(receiptHandle, 'ReceiptHandle', reason)
    }
    if (queue.isFifo && found.receiveCount !== receive) {
      throw invalidParameter(receiptHandle, 'ReceiptHandle', 'The receipt handle has expired.')
    }
    const totalMs = nowMs + seconds * 1000 - (found.receivedMs ?? nowMs)
    if (totalMs > limits.visibilitySeconds * 1000) {
      const reason = `Total VisibilityTimeout for the message is beyond the limit [${limits.visibilitySeconds} seconds]`
      throw invalidParameter(seconds, 'VisibilityTimeout', reason)
    }
    messages.setVisible(found, nowMs + seconds * 1000)
    return {}
  }

  /** After a delete: it may free a group, or room below the in-flight limit. */
  function freed(queue: Queue): void {
    if (queue.isFifo) polls.wake(queue.id)
    else polls.freed(queue.id)
  }

  return {
    DeleteMessage: operation(handle, ['QueueUrl', 'ReceiptHandle'], (input, request) => {
      const queue = queueOfUrl(queues, input.QueueUrl, request.caller)
      counters.beforeChange(queue)
      store.transaction(() => remove(queue, input.ReceiptHandle))
      freed(queue)
    }),
    DeleteMessageBatch: operation(
      { QueueUrl: string, Entries: deleteEntries },
      ['QueueUrl'],
      ({ QueueUrl, Entries: entries = [] }, request) => {
        const queue = queueOfUrl(queues, QueueUrl, request.caller)
        checkBatch('DeleteMessageBatchRequestEntry', entries)
        counters.beforeChange(queue)
        const answer = store.transaction(() =>
          runBatch(entries, ({ ReceiptHandle }) => remove(queue, given('ReceiptHandle', ReceiptHandle))),
        )
        freed(queue)
        return answer
      },
    ),
    ChangeMessageVisibility: operation(
      { ...handle, VisibilityTimeout: integer },
      ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout'],
      (input, request) => {
        const queue = queueOfUrl(queues, input.QueueUrl, request.caller)
        counters.beforeChange(queue)
        store.transaction(() => change(queue, input.ReceiptHandle, input.VisibilityTimeout))
        polls.wake(queue.id)
      },
    ),
    ChangeMessageVisibilityBatch: operation(
      { QueueUrl: string, Entries: changeEntries },
      ['QueueUrl'],
      ({ QueueUrl, Entries: entries = [] }, request) => {
        const queue = queueOfUrl(queues, QueueUrl, request.caller)
        checkBatch('ChangeMessageVisibilityBatchRequestEntry', entries)
        counters.beforeChange(queue)
        const answer = store.transaction(() =>
          runBatch(entries, ({ ReceiptHandle, VisibilityTimeout }) =>
            change(queue, given('ReceiptHandle', ReceiptHandle), given('VisibilityTimeout', VisibilityTimeout)),
          ),
        )
        polls.wake(queue.id)
        return answer
      },
    ),
  }
}

function given<T>(parameter: string, value: T | undefined): T {
  if (value === undefined) throw missingParameter(parameter)
  return value
}

function receiptFor(queue: Queue, receiptHandle: string): Receipt {
  const receipt = readReceipt(receiptHandle)
  if (receipt.queueId !== queue.id) {
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${receiptHandle}" is not valid for the queue ${queue.name}.`,
    )
  }
  return receipt
}
