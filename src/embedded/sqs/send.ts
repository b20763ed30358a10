import { hash, randomUUID } from 'node:crypto'
import type { JsonOperation } from '../json-protocol.ts'
import { type Infer, integer, list, map, string, structure } from '../shape.ts'
import { checkBatch, runBatch } from './batch.ts'
import { operation, queueOfUrl, type SqsContext } from './context.ts'
import { invalidParameter, missingParameter, SqsError } from './errors.ts'
import { inRange, limits } from './limits.ts'
import {
  attributesBytes,
  attributesJson,
  attributesMd5,
  checkAttributes,
  type MessageAttributes,
  messageAttribute,
} from './message-attributes.ts'
import { hasOnlyAllowedCharacters } from './message-text.ts'
import type { NewMessage } from './messages.ts'
import type { Queue } from './queues.ts'

const members = {
  MessageBody: string,
  DelaySeconds: integer,
  MessageAttributes: map(messageAttribute),
  MessageSystemAttributes: map(messageAttribute),
  MessageGroupId: string,
  MessageDeduplicationId: string,
}
const single = { QueueUrl: string, ...members }
const entry = structure({ Id: string, ...members })
const batch = { QueueUrl: string, Entries: list(entry) }
type Sent = Omit<Infer<typeof entry>, 'Id'>

const entryShape = 'SendMessageBatchRequestEntry'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export function sendOperations({ store, clock, queues, messages, polls }: SqsContext): Record<string, JsonOperation> {
  /** Answers what the sender gets to know. Inside a transaction. */
  function send(queue: Queue, sent: Sent, tooLong: string): object {
    const { message, attributesDigest } = check(queue, sent, tooLong)
    const delayMs = sent.DelaySeconds === undefined ? queue.delayMs : sent.DelaySeconds * 1000
    const nowMs = clock.now()
    messages.insert(queue, message, nowMs, nowMs + delayMs)
    return {
      MessageId: message.messageId,
      MD5OfMessageBody: message.md5,
      MD5OfMessageAttributes: attributesDigest,
      MD5OfMessageSystemAttributes: digest(sent.MessageSystemAttributes),
    }
  }

  return {
    SendMessage: operation(single, ['QueueUrl', 'MessageBody'], (input) => {
      const queue = queueOfUrl(queues, input.QueueUrl)
      const tooLong = 'One or more parameters are invalid.'
      const answer = store.transaction(() => send(queue, input, tooLong))
      polls.wake(queue.id)
      return answer
    }),
    SendMessageBatch: operation(batch, ['QueueUrl'], ({ QueueUrl, Entries: entries = [] }) => {
      const queue = queueOfUrl(queues, QueueUrl)
      checkBatch(entryShape, entries)
      checkTotal(entries)
      const tooLong = 'One or more parameters cannot be validated.'
      const answer = store.transaction(() => runBatch(entries, (one) => send(queue, one, tooLong)))
      polls.wake(queue.id)
      return answer
    }),
  }
}

function checkTotal(entries: readonly Sent[]): void {
  let total = 0
  for (const [index, sent] of entries.entries()) {
    if (!sent.MessageBody) throw missingParameter(`${entryShape}.${index + 1}.MessageBody`)
    total += messageBytes(sent)
  }
  if (total > limits.messageBytes) {
    throw new SqsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${limits.messageBytes} bytes. You have sent ${total} bytes.`,
    )
  }
}

function messageBytes(sent: Sent): number {
  return Buffer.byteLength(sent.MessageBody!) + attributesBytes(sent.MessageAttributes ?? {})
}

function check(queue: Queue, sent: Sent, tooLong: string): { message: NewMessage; attributesDigest?: string } {
  const body = sent.MessageBody!
  const attributes = sent.MessageAttributes ?? {}
  inRange('DelaySeconds', sent.DelaySeconds)
  checkAttributes(attributes)
  if (messageBytes(sent) > queue.maximumMessageBytes) {
    const reason = `Reason: Message must be shorter than ${queue.maximumMessageBytes} bytes.`
    throw new SqsError('InvalidParameterValue', `${tooLong} ${reason}`)
  }
  if (!hasOnlyAllowedCharacters(body)) {
    throw new SqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | ' +
        '#x10000 to #x10FFFF',
    )
  }
  if (sent.MessageDeduplicationId !== undefined) {
    const reason = 'The request include parameter that is not valid for this queue type.'
    throw invalidParameter(sent.MessageDeduplicationId, 'MessageDeduplicationId', reason)
  }
  const message: NewMessage = {
    messageId: randomUUID(),
    body,
    md5: hash('md5', body, 'hex'),
    attributes: Object.keys(attributes).length === 0 ? null : attributesJson(attributes),
    system: systemJson(sent),
  }
  const attributesDigest = digest(attributes)
  return attributesDigest === undefined ? { message } : { message, attributesDigest }
}

function digest(attributes: MessageAttributes = {}): string | undefined {
  return Object.keys(attributes).length === 0 ? undefined : attributesMd5(attributes)
}

/** The system attributes a sender may set: the trace header and, for fair queues, the message group. */
function systemJson(sent: Sent): string | null {
  const system: Record<string, string> = {}
  for (const [name, attribute] of Object.entries(sent.MessageSystemAttributes ?? {})) {
    if (name !== 'AWSTraceHeader' || attribute.DataType !== 'String' || !attribute.StringValue) {
      const reason = 'Only AWSTraceHeader, with a non-empty value of type String, can be sent.'
      throw invalidParameter(name, 'MessageSystemAttributes', reason)
    }
    system['AWSTraceHeader'] = attribute.StringValue
  }
  if (sent.MessageGroupId !== undefined) {
    if (!/^[\x21-\x7e]{1,128}$/.test(sent.MessageGroupId)) {
      const reason = 'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.'
      throw invalidParameter(sent.MessageGroupId, 'MessageGroupId', reason)
    }
    system['MessageGroupId'] = sent.MessageGroupId
  }
  return Object.keys(system).length === 0 ? null : JSON.stringify(system)
}
