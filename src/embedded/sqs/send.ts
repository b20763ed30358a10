import { hash, randomUUID } from 'node:crypto'
import type { World } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import { type Infer, integer, list, map, string, structure } from '../shape.ts'
import { checkBatch, runBatch } from './batch.ts'
import { operation, queueOfUrl, type SqsContext } from './context.ts'
import { sequenceNumber } from './delivery.ts'
import { invalidParameter, missingParameter, SqsError, type SqsErrorName } from './errors.ts'
import { checkToken, inRange, limits } from './limits.ts'
import {
  attributesBytes,
  attributesJson,
  attributesMd5,
  checkAttributes,
  type MessageAttributes,
  messageAttribute,
} from './message-attributes.ts'
import { hasOnlyAllowedCharacters } from './message-text.ts'
import type { Queue } from './queues.ts'
import type { NewMessage } from './stored-message.ts'

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
/** How AWS begins to say that a message is too long: one alone, and one of a batch. */
const tooLongAlone = 'One or more parameters are invalid.'
const tooLongInBatch = 'One or more parameters cannot be validated.'

type Send = (queue: Queue, sent: Sent, sender: World, tooLong: string) => object

/** Answers what the sender gets to know. To be called inside a transaction. */
function createSend({ clock, messages, deduplication }: SqsContext): Send {
  function insert(queue: Queue, { DelaySeconds }: Sent, message: NewMessage): object {
    const nowMs = clock.now()
    messages.insert(queue, message, nowMs, nowMs + (DelaySeconds === undefined ? queue.delayMs : DelaySeconds * 1000))
    return { MessageId: message.messageId }
  }

  /** A duplicate is answered as the first was, and left out. */
  function insertFifo(queue: Queue, sent: Sent, message: NewMessage): object {
    const deduplicationId = sent.MessageDeduplicationId ?? contentId(message.body)
    const group = message.group!
    const known = deduplication.answerTo(queue, deduplicationId, group)
    if (known !== undefined) return known
    const system = { ...(JSON.parse(message.system!) as object), MessageDeduplicationId: deduplicationId }
    const nowMs = clock.now()
    const whole = { ...message, system: JSON.stringify(system) }
    const id = messages.insert(queue, whole, nowMs, nowMs + queue.delayMs)
    const answer = { MessageId: message.messageId, SequenceNumber: sequenceNumber(id) }
    deduplication.remember(queue, deduplicationId, group, answer)
    return answer
  }

  return (queue, sent, sender, tooLong) => {
    const { message, attributesDigest } = check(queue, sent, sender, tooLong)
    const digests = {
      MD5OfMessageBody: message.md5,
      MD5OfMessageAttributes: attributesDigest,
      MD5OfMessageSystemAttributes: digest(sent.MessageSystemAttributes),
    }
    return { ...digests, ...(queue.isFifo ? insertFifo(queue, sent, message) : insert(queue, sent, message)) }
  }
}

/**
 * For what other services of AWS send to a standard queue (S3's events): false where there is no such queue. The message
 * is in the store when it answers.
 */
export function createDeliver(context: SqsContext): (queueArn: string, body: string) => boolean {
  const { store, queues, counters, polls } = context
  const send = createSend(context)
  return (queueArn, MessageBody) => {
    const queue = queues.byArn(queueArn)
    if (queue === undefined) return false
    counters.beforeChange(queue)
    store.transaction(() => send(queue, { MessageBody }, queue, tooLongAlone))
    polls.wake(queue.id)
    return true
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export function sendOperations(context: SqsContext): Record<string, JsonOperation> {
  const { store, queues, counters, polls } = context
  const send = createSend(context)

  return {
    SendMessage: operation(single, ['QueueUrl', 'MessageBody'], (input, request) => {
      const queue = queueOfUrl(queues, input.QueueUrl, request.caller)
      if (queue.isFifo) checkFifo(queue, input, 'MissingParameter')
      counters.beforeChange(queue)
      const answer = store.transaction(() => send(queue, input, request.caller, tooLongAlone))
      polls.wake(queue.id)
      return answer
    }),
    SendMessageBatch: operation(batch, ['QueueUrl'], ({ QueueUrl, Entries: entries = [] }, request) => {
      const queue = queueOfUrl(queues, QueueUrl, request.caller)
      checkBatch(entryShape, entries)
      checkTotal(entries)
      // What a FIFO message lacks fails the batch as a whole.
      if (queue.isFifo) for (const one of entries) checkFifo(queue, one, 'InvalidParameterValue')
      counters.beforeChange(queue)
      const answer = store.transaction(() =>
        runBatch(entries, (one) => send(queue, one, request.caller, tooLongInBatch)),
      )
      polls.wake(queue.id)
      return answer
    }),
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html */
function contentId(body: string): string {
  return hash('sha256', body, 'hex')
}

/** What AWS calls a missing group differs: `withoutGroup`. */
function checkFifo({ attributes }: Queue, sent: Sent, withoutGroup: SqsErrorName): void {
  if (!sent.MessageGroupId) {
    throw new SqsError(withoutGroup, 'The request must contain the parameter MessageGroupId.')
  }
  if (sent.MessageDeduplicationId === undefined && attributes['ContentBasedDeduplication'] !== 'true') {
    throw new SqsError(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    )
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

interface Checked {
  readonly message: NewMessage
  readonly attributesDigest?: string
}

function check(queue: Queue, sent: Sent, sender: World, tooLong: string): Checked {
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
  checkQueueType(queue, sent)
  const message: NewMessage = {
    messageId: randomUUID(),
    body,
    md5: hash('md5', body, 'hex'),
    attributes: Object.keys(attributes).length === 0 ? null : attributesJson(attributes),
    system: systemJson(queue, sent, sender),
    group: queue.isFifo ? sent.MessageGroupId! : null,
  }
  const attributesDigest = digest(attributes)
  return attributesDigest === undefined ? { message } : { message, attributesDigest }
}

function checkQueueType({ isFifo }: Queue, { DelaySeconds, MessageDeduplicationId }: Sent): void {
  const reason = 'The request include parameter that is not valid for this queue type.'
  if (isFifo && DelaySeconds) throw invalidParameter(DelaySeconds, 'DelaySeconds', reason)
  if (MessageDeduplicationId === undefined) return
  if (!isFifo) throw invalidParameter(MessageDeduplicationId, 'MessageDeduplicationId', reason)
  checkToken('MessageDeduplicationId', MessageDeduplicationId)
}

function digest(attributes: MessageAttributes = {}): string | undefined {
  return Object.keys(attributes).length === 0 ? undefined : attributesMd5(attributes)
}

/** What is kept of the sender: the trace header, the message group (on fair queues too), and who it is if not the owner. */
function systemJson(queue: Queue, sent: Sent, { accountId }: World): string | null {
  const system: Record<string, string> = {}
  for (const [name, attribute] of Object.entries(sent.MessageSystemAttributes ?? {})) {
    if (name !== 'AWSTraceHeader' || attribute.DataType !== 'String' || !attribute.StringValue) {
      const reason = 'Only AWSTraceHeader, with a non-empty value of type String, can be sent.'
      throw invalidParameter(name, 'MessageSystemAttributes', reason)
    }
    system['AWSTraceHeader'] = attribute.StringValue
  }
  if (sent.MessageGroupId !== undefined) {
    system['MessageGroupId'] = checkToken('MessageGroupId', sent.MessageGroupId)
  }
  if (accountId !== queue.accountId) system['SenderId'] = accountId
  return Object.keys(system).length === 0 ? null : JSON.stringify(system)
}
