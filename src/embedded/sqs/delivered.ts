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
export function deliveredOperations({
  store,
  clock,
  queues,
  messages,
  polls,
}: SqsContext): Record<string, JsonOperation> {
  /** Any handle of the message will do, on a standard queue; one of a message that is gone is no error. */
  function remove(queue: Queue, receiptHandle: string): object {
    messages.remove(receiptFor(queue, receiptHandle))
    return {}
  }

  function change(queue: Queue, receiptHandle: string, seconds: number): object {
    inRange('VisibilityTimeout', seconds)
    const receipt = receiptFor(queue, receiptHandle)
    const found = messages.find(receipt)
    const nowMs = clock.now()
    if (found === undefined || found.sentMs <= nowMs - queue.retentionMs) {
      const reason = 'Message does not exist or is not available for visibility timeout change.'
      throw invalidParameter(receiptHandle, 'ReceiptHandle', reason)
    }
    const totalMs = nowMs + seconds * 1000 - (found.receivedMs ?? nowMs)
    if (totalMs > limits.visibilitySeconds * 1000) {
      const reason = `Total VisibilityTimeout for the message is beyond the limit [${limits.visibilitySeconds} seconds]`
      throw invalidParameter(seconds, 'VisibilityTimeout', reason)
    }
    messages.setVisible(receipt, nowMs + seconds * 1000)
    return {}
  }

  return {
    DeleteMessage: operation(handle, ['QueueUrl', 'ReceiptHandle'], (input) => {
      const queue = queueOfUrl(queues, input.QueueUrl)
      store.transaction(() => remove(queue, input.ReceiptHandle))
      polls.freed(queue.id)
    }),
    DeleteMessageBatch: operation(
      { QueueUrl: string, Entries: deleteEntries },
      ['QueueUrl'],
      ({ QueueUrl, Entries: entries = [] }) => {
        const queue = queueOfUrl(queues, QueueUrl)
        checkBatch('DeleteMessageBatchRequestEntry', entries)
        const answer = store.transaction(() =>
          runBatch(entries, ({ ReceiptHandle }) => remove(queue, given('ReceiptHandle', ReceiptHandle))),
        )
        polls.freed(queue.id)
        return answer
      },
    ),
    ChangeMessageVisibility: operation(
      { ...handle, VisibilityTimeout: integer },
      ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout'],
      (input) => {
        const queue = queueOfUrl(queues, input.QueueUrl)
        store.transaction(() => change(queue, input.ReceiptHandle, input.VisibilityTimeout))
        polls.wake(queue.id)
      },
    ),
    ChangeMessageVisibilityBatch: operation(
      { QueueUrl: string, Entries: changeEntries },
      ['QueueUrl'],
      ({ QueueUrl, Entries: entries = [] }) => {
        const queue = queueOfUrl(queues, QueueUrl)
        checkBatch('ChangeMessageVisibilityBatchRequestEntry', entries)
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
