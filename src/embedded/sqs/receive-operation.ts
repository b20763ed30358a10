import { accountId } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import type { AwsRequest } from '../service.ts'
import { integer, list, string } from '../shape.ts'
import { operation, queueOfUrl, type SqsContext } from './context.ts'
import { SqsError } from './errors.ts'
import { inRange } from './limits.ts'
import { attributesJson, attributesMd5, selectAttributes } from './message-attributes.ts'
import type { Poller } from './polls.ts'
import type { Delivery } from './receive.ts'

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
export function receiveOperation({ queues, polls }: SqsContext): JsonOperation {
  return operation(members, ['QueueUrl'], async (input, request) => {
    const queue = queueOfUrl(queues, input.QueueUrl)
    const asked = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]
    for (const name of asked) {
      if (!known.has(name)) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
    }
    const visibilitySeconds = inRange('VisibilityTimeout', input.VisibilityTimeout)
    const ask = {
      maxMessages: inRange('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1),
      visibilityMs: visibilitySeconds === undefined ? undefined : visibilitySeconds * 1000,
    }
    const waitSeconds = inRange('WaitTimeSeconds', input.WaitTimeSeconds)
    const waitMs = waitSeconds === undefined ? queue.waitMs : waitSeconds * 1000
    const deliveries = await polls.receive(queue.id, ask, waitMs, pollerOf(request))
    // AWS leaves an empty list out.
    if (deliveries.length === 0) return {}
    const names = new Set(asked)
    return { Messages: deliveries.map((delivery) => describe(delivery, names, input.MessageAttributeNames ?? [])) }
  })
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

function describe(delivery: Delivery, names: ReadonlySet<string>, attributeNames: readonly string[]): object {
  const { message, receiptHandle } = delivery
  const selected = selectAttributes(message.attributes, attributeNames)
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(names.size > 0 && { Attributes: systemAttributes(delivery, names) }),
    ...(selected && {
      MessageAttributes: JSON.parse(attributesJson(selected)) as object,
      MD5OfMessageAttributes: attributesMd5(selected),
    }),
  }
}

type SystemAttribute = (
  delivery: Delivery,
  sent: Readonly<Record<string, string>>,
) => string | number | null | undefined

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html */
const systemAttribute: Readonly<Record<string, SystemAttribute>> = {
  SenderId: () => accountId,
  SentTimestamp: ({ message }) => message.sentMs,
  ApproximateReceiveCount: ({ receiveCount }) => receiveCount,
  ApproximateFirstReceiveTimestamp: ({ firstReceivedMs }) => firstReceivedMs,
  DeadLetterQueueSourceArn: ({ message }) => message.source,
  AWSTraceHeader: (_, sent) => sent['AWSTraceHeader'],
  MessageGroupId: (_, sent) => sent['MessageGroupId'],
  MessageDeduplicationId: () => undefined,
  SequenceNumber: () => undefined,
}

const known = new Set(['All', ...Object.keys(systemAttribute)])

function systemAttributes(delivery: Delivery, names: ReadonlySet<string>): Record<string, string> {
  const sent = JSON.parse(delivery.message.system ?? '{}') as Record<string, string>
  const all = names.has('All')
  const result: Record<string, string> = {}
  for (const [name, read] of Object.entries(systemAttribute)) {
    const value = all || names.has(name) ? read(delivery, sent) : undefined
    if (value !== undefined && value !== null) result[name] = String(value)
  }
  return result
}
