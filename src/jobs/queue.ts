import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { InvalidInputError } from '../errors.ts'

/** One received message: SQS's own facts about it, in our units. */
export interface Delivery {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** SQS SentTimestamp: the same for every delivery of the message. */
  readonly sentAtMs: number
  /** SQS ApproximateFirstReceiveTimestamp. */
  readonly firstReceivedAtMs: number
  readonly receiveCount: number
}

/** The few things we do with an SQS queue, in batches of up to 10. */
export interface Queue {
  readonly url: string
  /** Waits up to 20 s. Empty when nothing came; rejects with the signal's reason when it is aborted. */
  receive(options: { max: number; visibilitySeconds: number; signal: AbortSignal }): Promise<Delivery[]>
  /** Answers the positions to send again; throws where the whole call failed, UnsendableMessageError where an entry is to blame. */
  send(bodies: readonly string[]): Promise<number[]>
  delete(deliveries: readonly Delivery[]): Promise<void>
  /** Seconds until the messages may be received again: 0 gives them back. */
  hide(deliveries: readonly Delivery[], seconds: number): Promise<void>
  /** Nothing in the queue: neither visible, nor in flight, nor delayed. SQS counts approximately and late. */
  isEmpty(): Promise<boolean>
}

/** SQS will never take this message, however often it is sent. */
export class UnsendableMessageError extends InvalidInputError {
  constructor(why: string, body: string) {
    super(`SQS refuses a message: ${why}. It begins with ${body.slice(0, 200)}`)
  }
}

const WAIT_SECONDS = 20
export const BATCH = 10

/** The clients of one environment, which may be one and the same: the second is for what can be aborted. */
export interface QueueClients {
  readonly sqs: SQSClient
  readonly polls: SQSClient
}

export function queue({ sqs: client, polls }: QueueClients, url: string): Queue {
  return {
    url,
    async receive({ max, visibilitySeconds, signal }) {
      const { Messages = [] } = await polls.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: Math.min(max, BATCH),
          WaitTimeSeconds: WAIT_SECONDS,
          VisibilityTimeout: visibilitySeconds,
          MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateFirstReceiveTimestamp', 'ApproximateReceiveCount'],
        }),
        { abortSignal: signal },
      )
      return Messages.map(toDelivery)
    },
    async send(bodies) {
      const Entries = bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody }))
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
      const hopeless = Failed.find(({ SenderFault }) => SenderFault)
      if (hopeless)
        throw new UnsendableMessageError(hopeless.Message ?? hopeless.Code ?? '', bodies[Number(hopeless.Id)])
      return Failed.map(({ Id }) => Number(Id))
    },
    async delete(deliveries) {
      const Entries = deliveries.map(({ receiptHandle }, at) => ({ Id: String(at), ReceiptHandle: receiptHandle }))
      // An entry that fails is delivered again, and a second delivery is harmless.
      if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))
    },
    async hide(deliveries, seconds) {
      const Entries = deliveries.map(({ receiptHandle }, at) => ({
        Id: String(at),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }))
      if (Entries.length > 0) await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }))
    },
    async isEmpty() {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
      )
      return Object.values(Attributes).every((count) => Number(count) === 0)
    },
  }
}

function toDelivery(message: Message): Delivery {
  const attributes = message.Attributes ?? {}
  return {
    messageId: message.MessageId!,
    receiptHandle: message.ReceiptHandle!,
    body: message.Body ?? '',
    sentAtMs: Number(attributes.SentTimestamp),
    firstReceivedAtMs: Number(attributes.ApproximateFirstReceiveTimestamp),
    receiveCount: Number(attributes.ApproximateReceiveCount ?? 1),
  }
}
