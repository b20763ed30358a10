import type { TestContext } from 'node:test'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { EmbeddedOptions } from '../../../src/embedded/index.ts'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import { eventually, sqsClient, start } from '../start.ts'

export interface TestQueue {
  readonly endpoint: string
  readonly url: string
  readonly sqs: SQSClient
  readonly clock: ManualClock
  /** Answers the message id. */
  send(body: string, options?: Partial<SendMessageCommandInput>): Promise<string>
  receive(options?: Partial<ReceiveMessageCommandInput>): Promise<Message[]>
  /** The one message there must be. */
  receiveOne(options?: Partial<ReceiveMessageCommandInput>): Promise<Message & { ReceiptHandle: string }>
  delete(message: Message): Promise<void>
  hide(message: Message, seconds: number): Promise<void>
  /** Visible, in flight, delayed. */
  counts(): Promise<[number, number, number]>
  /** Another queue of the same server. */
  another(name: string, attributes?: Record<string, string>): Promise<TestQueue>
  /** Returns when this many receives stand in line. */
  waiting(count: number): Promise<void>
}

/** A queue of its own server, whose time only the test moves. */
export async function testQueue(
  t: TestContext,
  attributes: Record<string, string> = {},
  options: EmbeddedOptions = {},
): Promise<TestQueue> {
  const clock = createManualClock()
  const { endpoint } = await start(t, { clock, ...options })
  const name = attributes['FifoQueue'] === 'true' ? 'work.fifo' : 'work'
  return queueOf({ endpoint, clock, sqs: sqsClient(t, endpoint) }, name, attributes)
}

/** A FIFO queue of its own server that knows equal bodies as duplicates. */
export function testFifo(t: TestContext, attributes: Record<string, string> = {}, options: EmbeddedOptions = {}) {
  return testQueue(t, { FifoQueue: 'true', ContentBasedDeduplication: 'true', ...attributes }, options)
}

/** The bodies of messages, in order. */
export const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body)

async function queueOf(
  server: Pick<TestQueue, 'endpoint' | 'clock' | 'sqs'>,
  name: string,
  attributes: Record<string, string>,
): Promise<TestQueue> {
  const { sqs } = server
  const created = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
  const url = created.QueueUrl!
  const QueueUrl = url

  async function receive(options: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...options }))
    return Messages ?? []
  }

  return {
    ...server,
    url,
    receive,
    async send(body, options) {
      const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...options }))
      return MessageId!
    },
    async receiveOne(options) {
      const [message, ...others] = await receive({ MaxNumberOfMessages: 10, ...options })
      if (message === undefined || others.length > 0)
        throw new Error(`${others.length} messages beside ${message?.Body}`)
      return { ...message, ReceiptHandle: message.ReceiptHandle! }
    },
    async delete({ ReceiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    },
    async hide({ ReceiptHandle }, seconds) {
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: seconds }))
    },
    async counts() {
      const { Attributes: found } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
      return [
        Number(found!['ApproximateNumberOfMessages']),
        Number(found!['ApproximateNumberOfMessagesNotVisible']),
        Number(found!['ApproximateNumberOfMessagesDelayed']),
      ]
    },
    another: (other, given = {}) => queueOf(server, other, given),
    waiting: (count) =>
      eventually(async () => {
        const response = await fetch(`${server.endpoint}/_turnaround/state`)
        const { queues } = (await response.json()) as { queues: { name: string; waiting: number }[] }
        return queues.find((queue) => queue.name === name)?.waiting === count
      }, `${count} receives wait on ${name}`),
  }
}
