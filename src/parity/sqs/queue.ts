import assert from 'node:assert/strict'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  type SendMessageBatchCommandOutput,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SendMessageCommandOutput,
} from '@aws-sdk/client-sqs'
import type { ContractEnvironment } from '../contract-environment.ts'

/** A queue of one behaviour's own, gone with it. */
export interface Queue {
  readonly url: string
  readonly arn: string
  readonly name: string
  send(body: string, more?: Partial<SendMessageCommandInput>): Promise<SendMessageCommandOutput>
  sendBatch(batch: SendMessageBatchRequestEntry[]): Promise<SendMessageBatchCommandOutput>
  /** One call, of up to 10 messages; at once, unless it says otherwise. */
  receive(more?: Partial<ReceiveMessageCommandInput>, signal?: AbortSignal): Promise<Message[]>
  /** The one message there must be within 5 s. */
  receiveOne(more?: Partial<ReceiveMessageCommandInput>): Promise<Received>
  /** Receives until there are this many, in the order in which they came. */
  receiveAll(count: number, more?: Partial<ReceiveMessageCommandInput>): Promise<Received[]>
  /** Nothing may be receivable. */
  isEmpty(more?: Partial<ReceiveMessageCommandInput>): Promise<void>
  delete(handle: string | undefined): Promise<void>
  hide(handle: string | undefined, seconds: number): Promise<void>
  attributes(...names: QueueAttributeName[]): Promise<Record<string, string>>
}

export type Received = Message & { readonly ReceiptHandle: string; readonly MessageId: string }

const PATIENCE_SECONDS = 5
const ROUNDS = 20

export async function createQueue(
  aws: ContractEnvironment,
  attributes: Record<string, string> = {},
  name = `${aws.name()}${attributes.FifoQueue === 'true' ? '.fifo' : ''}`,
): Promise<Queue> {
  const { sqs } = aws.clients
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
  aws.cleanUp(() => sqs.send(new DeleteQueueCommand({ QueueUrl })))

  async function receive(more: Partial<ReceiveMessageCommandInput> = {}, signal?: AbortSignal): Promise<Message[]> {
    const call = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more })
    return (await sqs.send(call, { abortSignal: signal })).Messages ?? []
  }

  async function receiveAll(count: number, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Received[]> {
    const all: Message[] = []
    for (let round = 0; all.length < count && round < ROUNDS; round++) {
      const found = await receive({ WaitTimeSeconds: PATIENCE_SECONDS, ...more })
      all.push(...found)
      if (found.length === 0) break
    }
    assert.equal(all.length, count, `${count} messages should be received, there were ${all.length}`)
    return all as Received[]
  }

  return {
    url: QueueUrl!,
    arn: `arn:aws:sqs:${aws.region}:${aws.account}:${name}`,
    name,
    send: (body, more) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...more })),
    sendBatch: (Entries) => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
    receive,
    receiveAll,
    receiveOne: async (more) => (await receiveAll(1, more))[0],
    async isEmpty(more) {
      const found = await receive({ WaitTimeSeconds: aws.pollSeconds, ...more })
      assert.deepEqual(bodies(found), [], 'nothing should be receivable')
    },
    async delete(ReceiptHandle) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    },
    async hide(ReceiptHandle, VisibilityTimeout) {
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }))
    },
    async attributes(...names) {
      const AttributeNames = names.length === 0 ? (['All'] as const) : names
      const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }))
      return answer.Attributes ?? {}
    },
  }
}

export function createFifoQueue(aws: ContractEnvironment, attributes: Record<string, string> = {}): Promise<Queue> {
  return createQueue(aws, { FifoQueue: 'true', ...attributes })
}

/** A source queue whose messages go to a dead-letter queue of its own after so many receives; nothing stays hidden. */
export async function createRedrive(
  aws: ContractEnvironment,
  maxReceiveCount: number,
  attributes: Record<string, string> = {},
): Promise<{ source: Queue; dlq: Queue }> {
  const fifo: Record<string, string> = attributes.FifoQueue === 'true' ? { FifoQueue: 'true' } : {}
  const dlq = await createQueue(aws, fifo)
  const RedrivePolicy = redrivePolicy(dlq, maxReceiveCount)
  const source = await createQueue(aws, { VisibilityTimeout: '0', RedrivePolicy, ...attributes })
  return { source, dlq }
}

export function redrivePolicy(dlq: Queue, maxReceiveCount: number): string {
  return JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount })
}

export function bodies(messages: readonly Message[]): string[] {
  return messages.map(({ Body }) => Body!)
}

export function ids(messages: readonly Message[]): (string | undefined)[] {
  return messages.map(({ MessageId }) => MessageId)
}

/** Batch entries with the ids `id-0`, `id-1`, … */
export function entries(...texts: string[]): { Id: string; MessageBody: string }[] {
  return texts.map((MessageBody, i) => ({ Id: `id-${i}`, MessageBody }))
}

/** Where messages go in a FIFO queue. */
export function inGroup(MessageGroupId: string, MessageDeduplicationId?: string): Partial<SendMessageCommandInput> {
  return { MessageGroupId, ...(MessageDeduplicationId !== undefined && { MessageDeduplicationId }) }
}
