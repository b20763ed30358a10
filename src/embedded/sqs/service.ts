import type { EmbeddedClock } from '../clock.ts'
import { answerJson, JsonError, type JsonOperation, type JsonProtocol } from '../json-protocol.ts'
import type { Service } from '../service.ts'
import type { Store } from '../store.ts'
import type { SqsContext } from './context.ts'
import { deliveredOperations } from './delivered.ts'
import { SqsError } from './errors.ts'
import { limits } from './limits.ts'
import { createMessages } from './messages.ts'
import { createPolls } from './polls.ts'
import { queueOperations } from './queue-operations.ts'
import { createQueues } from './queues.ts'
import { createReceive } from './receive.ts'
import { receiveOperation } from './receive-operation.ts'
import { schema } from './schema.ts'
import { sendOperations } from './send.ts'
import { createSweep } from './sweep.ts'

export interface Sqs extends Service {
  /** For `/_turnaround/state`. */
  state(): QueueState[]
  /** Answers long polls with nothing and stops all timers. */
  stop(): void
}

export interface QueueState {
  readonly name: string
  readonly visible: number
  readonly in_flight: number
  readonly delayed: number
  /** Long polls under way. */
  readonly waiting: number
}

export interface SqsOptions {
  readonly store: Store
  readonly clock: EmbeddedClock
  /** Messages in flight per queue; default 120,000, as on AWS. */
  readonly inFlightLimit?: number
  /** Told of faults that no request can be answered with. */
  readonly onError: (error: unknown) => void
}

// The longest message as JSON: six bytes for each of its own where every character is escaped, and the envelope.
const longestRequestBytes = 8 * 1024 * 1024

const unsupported = [
  'AddPermission',
  'RemovePermission',
  'StartMessageMoveTask',
  'ListMessageMoveTasks',
  'CancelMessageMoveTask',
]

/**
 * Amazon SQS, standard queues, JSON protocol. Everything is in the store before a request is answered.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
 */
export function createSqs({ store, clock, inFlightLimit = limits.inFlight, onError }: SqsOptions): Sqs {
  store.database.exec(schema)
  const queues = createQueues(store, clock)
  const messages = createMessages(store)
  const receive = createReceive(store, clock, queues, messages, inFlightLimit)
  const polls = createPolls(clock, queues, messages, receive)
  const context: SqsContext = { store, clock, queues, messages, polls }
  const sweep = createSweep(context, onError)

  const operations = new Map<string, JsonOperation>([
    ...Object.entries(queueOperations(context)),
    ...Object.entries(sendOperations(context)),
    ...Object.entries(deliveredOperations(context)),
    ['ReceiveMessage', receiveOperation(context)],
    ...unsupported.map((name) => [name, refuse(name)] as const),
  ])
  const protocol: JsonProtocol = {
    service: 'sqs',
    contentType: 'application/x-amz-json-1.0',
    limitBytes: longestRequestBytes,
    operations,
    resourceMembers: ['QueueUrl', 'QueueName'],
    refusal: ({ kind, message, status = 503 }) =>
      kind === 'throttle'
        ? new JsonError(status, 'com.amazonaws.sqs#RequestThrottled', message, 'RequestThrottled')
        : new JsonError(status, 'com.amazonaws.sqs#InternalError', message, 'InternalError'),
  }

  return {
    handle: (request) => answerJson(protocol, request),
    state: () =>
      queues.all().map((queue) => {
        const { visible, inFlight, delayed } = messages.count(queue, clock.now())
        return { name: queue.name, visible, in_flight: inFlight, delayed, waiting: polls.waiting(queue.id) }
      }),
    stop() {
      sweep.stop()
      polls.stop()
    },
  }
}

function refuse(name: string): JsonOperation {
  return () => {
    throw new SqsError('UnsupportedOperation', `${name} is not supported by the embedded SQS yet.`)
  }
}
