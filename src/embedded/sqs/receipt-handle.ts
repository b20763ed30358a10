import { SqsError } from './errors.ts'

/** What a receipt handle says: which message, of which queue. Each receive of a message has its own. */
export interface Receipt {
  readonly queueId: number
  readonly id: number
  /** Which of the message's receives it was, from 1. */
  readonly receive: number
}

const mark = 'turnaround/1'

/** A new handle for the `receive`-th receive of a message. Opaque to clients, as AWS's are. */
export function writeReceipt(queueId: number, id: number, receive: number, messageId: string): string {
  return Buffer.from(`${mark} ${queueId} ${id} ${receive} ${messageId}`).toString('base64')
}

/** Throws ReceiptHandleIsInvalid where the text is no handle at all. */
export function readReceipt(handle: string): Receipt {
  const fields = Buffer.from(handle, 'base64').toString().split(' ')
  const [queueId, id, receive] = [Number(fields[1]), Number(fields[2]), Number(fields[3])]
  if (fields[0] !== mark || ![queueId, id, receive].every(Number.isSafeInteger)) {
    throw new SqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`)
  }
  return { queueId, id, receive }
}
