import type { JsonOperation } from '../json-protocol.ts'
import type { AwsRequest } from '../service.ts'
import { integer, list, string } from '../shape.ts'
import { operation, queueOfUrl, type SqsContext } from './context.ts'
import { type Delivery, sequenceNumber } from './delivery.ts'
import { invalidParameter, SqsError } from './errors.ts'
import { checkToken, inRange } from './limits.ts'
import { attributesJson, attributesMd5, selectAttributes } from './message-attributes.ts'
import type { Poller } from './polls.ts'
import type { Queue } from './queues.ts'
import type { Ask } from './receive.ts'

const members = {
  QueueUrl: string,
  AttributeNames: list(string),
  MessageSystemAttributeNames: list(string),
  MessageAttributeNames: list(string),
  MaxNumberOfMessages: integer,
  VisibilityTimeout: integer,
  WaitTimeSeconds: integer,
  ReceiveRequestAttemptId: string,
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
export function receiveOperation({ clock, queues, polls, attempts, counters }: SqsContext): JsonOperation {
  function repeat(
    queue: Queue,
    { attemptId, visibilityMs = queue.visibilityMs }: Ask,
  ): readonly Delivery[] | undefined {
    const nowMs = clock.now()
    return attemptId === undefined ? undefined : attempts.repeat(queue, attemptId, nowMs + visibilityMs, nowMs)
  }

  return operation(members, ['QueueUrl'], async (input, request) => {
    const queue = queueOfUrl(queues, input.QueueUrl, request.caller)
    const asked = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]
    for (const name of asked) {
      if (!known.has(name)) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
    }
    const visibilitySeconds = inRange('VisibilityTimeout', input.VisibilityTimeout)
    const waitSeconds = inRange('WaitTimeSeconds', input.WaitTimeSeconds)
    const waitMs = waitSeconds === undefined ? queue.waitMs : waitSeconds * 1000
    const ask = {
      maxMessages: inRange('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1),
      visibilityMs: visibilitySeconds === undefined ? undefined : visibilitySeconds * 1000,
      isShort: waitMs === 0,
      attemptId: checkAttemptId(queue, input.ReceiveRequestAttemptId),
    }
    counters.beforeChange(queue)
    const repeated = repeat(queue, ask)
    const deliveries = repeated ?? (await polls.receive(queue.id, ask, waitMs, pollerOf(request)))
    // AWS leaves an empty list out.
    if (deliveries.length === 0) return {}
    const names = new Set(asked)
    return {
      Messages: deliveries.map((delivery) => describe(queue, delivery, names, input.MessageAttributeNames ?? [])),
    }
  })
}

function checkAttemptId({ isFifo }: Queue, id: string | undefined): string | undefined {
  if (id === undefined) return undefined
  if (!isFifo) {
    const reason = 'The request include parameter that is not valid for this queue type.'
    throw invalidParameter(id, 'ReceiveRequestAttemptId', reason)
  }
  return checkToken('ReceiveRequestAttemptId', id)
}

function pollerOf({ response, incoming }: AwsRequest): Poller {
  return {
    isGone: () => response.destroyed || response.writableEnded || incoming.socket.destroyed,
    onGone(callback) {
      response.once('close', callback)
      return () => response.off('close', callback)
    },
  }
}

function describe(
  queue: Queue,
  delivery: Delivery,
  names: ReadonlySet<string>,
  attributeNames: readonly string[],
): object {
  const { message, receiptHandle } = delivery
  const selected = selectAttributes(message.attributes, attributeNames)
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(names.size > 0 && { Attributes: systemAttributes(queue, delivery, names) }),
    ...(selected && {
      MessageAttributes: JSON.parse(attributesJson(selected)) as object,
      MD5OfMessageAttributes: attributesMd5(selected),
    }),
  }
}

type SystemAttribute = (
  delivery: Delivery,
  sent: Readonly<Record<string, string>>,
  queue: Queue,
) => string | number | null | undefined

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html */
const systemAttribute: Readonly<Record<string, SystemAttribute>> = {
  SenderId: (_, sent, queue) => sent['SenderId'] ?? queue.accountId,
  SentTimestamp: ({ message }) => message.sentMs,
  ApproximateReceiveCount: ({ receiveCount }) => receiveCount,
  ApproximateFirstReceiveTimestamp: ({ firstReceivedMs }) => firstReceivedMs,
  DeadLetterQueueSourceArn: ({ message }) => message.source,
  AWSTraceHeader: (_, sent) => sent['AWSTraceHeader'],
  MessageGroupId: (_, sent) => sent['MessageGroupId'],
  MessageDeduplicationId: (_, sent) => sent['MessageDeduplicationId'],
  SequenceNumber: ({ message }) => (message.group === null ? undefined : sequenceNumber(message.id)),
}

const known = new Set(['All', ...Object.keys(systemAttribute)])

function systemAttributes(queue: Queue, delivery: Delivery, names: ReadonlySet<string>): Record<string, string> {
  const sent = JSON.parse(delivery.message.system ?? '{}') as Record<string, string>
  const all = names.has('All')
  const result: Record<string, string> = {}
  for (const [name, read] of Object.entries(systemAttribute)) {
    const value = all || names.has(name) ? read(delivery, sent, queue) : undefined
    if (value !== undefined && value !== null) result[name] = String(value)
  }
  return result
}
