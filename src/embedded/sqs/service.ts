import type { AwsLike } from '../aws-like.ts'
import type { EmbeddedClock } from '../clock.ts'
import { answerJson, JsonError, type JsonOperation, type JsonProtocol } from '../json-protocol.ts'
import type { QueryService } from '../form-front.ts'
import { answerQuery, isForm } from '../query-protocol.ts'
import type { Store } from '../store.ts'
import { createAttempts } from './attempts.ts'
import type { SqsContext } from './context.ts'
import { createCounters } from './counters.ts'
import { createDeduplication } from './deduplication.ts'
import { deliveredOperations } from './delivered.ts'
import { createFate } from './fate.ts'
import { limits } from './limits.ts'
import { listQueues } from './list-queues.ts'
import { createMessages } from './messages.ts'
import { moveTaskOperations } from './move-task-operations.ts'
import { createMoveTaskRunner } from './move-task-runner.ts'
import { createMoveTasks } from './move-tasks.ts'
import { permissionOperations } from './permissions.ts'
import { createPolls } from './polls.ts'
import { createQuery } from './query/query.ts'
import { queueOperations } from './queue-operations.ts'
import { tagOperations } from './queue-tags.ts'
import { createQueues } from './queues.ts'
import { createReceive } from './receive.ts'
import { receiveOperation } from './receive-operation.ts'
import { schema } from './schema.ts'
import { createDeliver, sendOperations } from './send.ts'
import { createSweep } from './sweep.ts'
import { createTakeFifo } from './take-fifo.ts'
import { createTakeStandard } from './take-standard.ts'
import { createTallies } from './tallies.ts'
import { createUnkindness } from './unkindness.ts'

export interface Sqs extends QueryService {
  /** A message from another service: see send.ts. */
  deliver(queueArn: string, body: string): boolean
  /** For `/_turnaround/state`. */
  state(): QueueState[]
  /** Answers long polls with nothing and stops all timers. */
  stop(): void
}

export interface QueueState {
  readonly account_id: string
  readonly region: string
  readonly name: string
  readonly visible: number
  readonly in_flight: number
  readonly delayed: number
  /** Since the oldest message that is still there was sent; null where there is none. */
  readonly oldest_seconds: number | null
  /** Name of the queue that dead letters go to; null where they do not. */
  readonly dlq: string | null
  /** Long polls under way. */
  readonly waiting: number
}

export interface SqsOptions {
  readonly store: Store
  readonly clock: EmbeddedClock
  /** Messages in flight per queue; default 120,000, as on AWS. */
  readonly inFlightLimit?: number
  /** Makes every queue unkind, but those tagged otherwise: see unkindness.ts. Default: kind. */
  readonly awsLike?: AwsLike
  /** Told of faults that no request can be answered with. */
  readonly onError: (error: unknown) => void
}

// The longest message as JSON: six bytes for each of its own where every character is escaped, and the envelope.
const longestRequestBytes = 8 * 1024 * 1024

/**
 * Amazon SQS, standard and FIFO queues, JSON and query protocol. Everything is in the store before a request is answered.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
 */
export function createSqs(options: SqsOptions): Sqs {
  const { clock, inFlightLimit = limits.inFlight, onError } = options
  options.store.database.exec(schema)
  const tallies = createTallies(options.store, clock)
  const store = tallies.watched(options.store)
  const queues = createQueues(store, clock)
  const messages = createMessages(store, tallies)
  const attempts = createAttempts(store, messages)
  const unkindness = createUnkindness(options.awsLike)
  const fate = createFate(queues, messages)
  const receive = createReceive({
    store,
    clock,
    messages,
    tallies,
    unkindness,
    takeStandard: createTakeStandard(messages, fate),
    takeFifo: createTakeFifo(messages, attempts, fate),
    inFlightLimit,
  })
  const context: SqsContext = {
    store,
    clock,
    queues,
    messages,
    tallies,
    counters: createCounters(clock, tallies, unkindness),
    deduplication: createDeduplication(store, clock),
    attempts,
    polls: createPolls(clock, queues, messages, receive),
  }
  const { polls } = context
  const sweep = createSweep(context, onError)
  const moveTasks = createMoveTasks(store)
  const moveTaskRunner = createMoveTaskRunner(context, moveTasks, onError)

  const operations = new Map<string, JsonOperation>([
    ...Object.entries(queueOperations(context)),
    ...Object.entries(sendOperations(context)),
    ...Object.entries(deliveredOperations(context)),
    ['ReceiveMessage', receiveOperation(context)],
    ...Object.entries(listQueues(context)),
    ...Object.entries(tagOperations(context)),
    ...Object.entries(permissionOperations(context)),
    ...Object.entries(moveTaskOperations(context, moveTasks, moveTaskRunner)),
  ])
  const protocol: JsonProtocol = {
    service: 'sqs',
    contentType: 'application/x-amz-json-1.0',
    limitBytes: longestRequestBytes,
    operations,
    resource: ({ QueueUrl, QueueName, SourceArn }) => QueueUrl ?? QueueName ?? SourceArn,
    refusal: ({ kind, message, status = 503 }) =>
      kind === 'throttle'
        ? new JsonError(status, 'com.amazonaws.sqs#RequestThrottled', message, 'RequestThrottled')
        : new JsonError(status, 'com.amazonaws.sqs#InternalError', message, 'InternalError'),
  }

  const query = createQuery(protocol)

  return {
    query,
    deliver: createDeliver(context),
    handle: (request) => (isForm(request) ? answerQuery(request, () => query) : answerJson(protocol, request)),
    state: () =>
      queues.all().map((queue) => {
        const nowMs = clock.now()
        const { visible, inFlight, delayed } = tallies.count(queue, nowMs)
        const oldestMs = messages.oldestMs(queue)
        return {
          account_id: queue.accountId,
          region: queue.region,
          name: queue.name,
          visible,
          in_flight: inFlight,
          delayed,
          oldest_seconds: oldestMs === undefined ? null : (nowMs - oldestMs) / 1000,
          dlq: queue.redrive?.deadLetterTargetArn.split(':').at(-1) ?? null,
          waiting: polls.waiting(queue.id),
        }
      }),
    stop() {
      sweep.stop()
      moveTaskRunner.stop()
      polls.stop()
    },
  }
}
