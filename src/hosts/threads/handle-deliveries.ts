import type { Logger } from 'pino'
import { systemClock } from '../../clock.ts'
import { createBatcher } from '../../jobs/batcher.ts'
import type { JobTable } from '../../jobs/job-table.ts'
import { LINGER_MS } from '../../jobs/linger.ts'
import { formatCompletion, MAX_RECEIVES, parseIncoming } from '../../jobs/messages.ts'
import { BATCH, type Delivery, type Queue } from '../../jobs/queue.ts'
import { backoffSeconds, type Outcome } from '../../processor/outcome.ts'
import type { JobMetrics } from '../job-metrics.ts'
import { messageIds } from './message-ids.ts'
import type { WorkerPool } from './worker-pool.ts'
import { WorkerDiedError } from './worker-thread.ts'

export interface DeliveriesOptions {
  readonly incoming: Queue
  readonly outgoing: Queue
  readonly pool: WorkerPool
  readonly table: JobTable
  /** From then on what dies is given back at once, and is no fault of the job. */
  readonly until: AbortSignal
  readonly log: Logger
  readonly metrics: JobMetrics
  readonly testRunId: string | undefined
}

export interface Deliveries {
  /** Messages in work, which must stay hidden; a job of a gang lets go of its own when it is claimed. */
  readonly held: ReadonlySet<Delivery>
  /** Gives it to a thread, and tells SQS what it came to. */
  accept(delivery: Delivery): void
  /** Resolves when all that is accepted by now is finished or given back. */
  settled(): Promise<unknown>
}

const SEND_AGAIN_MS = 200

/** What becomes of each message: a thread does it, then its completion is sent and it is deleted, hidden or given back. */
export function handleDeliveries(options: DeliveriesOptions): Deliveries {
  const { incoming, outgoing, pool, table, until, log, metrics, testRunId } = options
  const completions = createBatcher((bodies: string[]) => sendAll(outgoing, bodies), BATCH)
  const deletions = createBatcher((done: Delivery[]) => incoming.delete(done), BATCH, { lingerMs: LINGER_MS })
  const held = new Set<Delivery>()
  const handling = new Set<Promise<void>>()

  async function handle(delivery: Delivery): Promise<void> {
    held.add(delivery)
    try {
      await settle(delivery, await pool.run(delivery, () => letGo(delivery)))
    } catch (error) {
      await giveBack(delivery, error)
    } finally {
      held.delete(delivery)
    }
  }

  /** A claimed job of a gang has done with its message: another delivery of it could do nothing but be dropped. */
  function letGo(delivery: Delivery): void {
    held.delete(delivery)
    deletions.add(delivery).catch((error: unknown) => {
      log.warn(
        { ...about(delivery), err: error },
        'a claimed message could not be deleted; it comes again and is dropped',
      )
    })
  }

  async function settle(delivery: Delivery, outcome: Outcome): Promise<void> {
    if (outcome.type === 'completed') {
      count(delivery, outcome)
      if (log.isLevelEnabled('debug')) log.debug(aboutDone(delivery, outcome), 'a job is done')
      await completions.add(formatCompletion(outcome.completion))
      if (held.has(delivery)) await deletions.add(delivery)
    } else if (outcome.type === 'dropped') {
      log.warn({ ...about(delivery), reason: outcome.reason }, 'a delivery is dropped')
      if (held.has(delivery)) await deletions.add(delivery)
    } else if (outcome.type === 'failed') {
      log.warn({ ...about(delivery), error: outcome.error }, 'an attempt failed')
      countFailure(delivery)
      await incoming.hide([delivery], outcome.retryInSeconds)
    } else {
      log.warn({ ...about(delivery), reason: outcome.reason }, 'a message cannot be understood')
      await incoming.hide([delivery], 0)
    }
  }

  function count(delivery: Delivery, { completion, repeated }: Extract<Outcome, { type: 'completed' }>): void {
    if (repeated) return
    const queueWaitMs = Math.max(0, delivery.firstReceivedAtMs - delivery.sentAtMs)
    metrics.completed({
      testRunId: completion.test_run_id,
      processingMs: completion.processing_time_ms,
      queueWaitMs,
    })
  }

  /** Only the last attempt: the message goes to the DLQ. */
  function countFailure(delivery: Delivery): void {
    if (delivery.receiveCount >= MAX_RECEIVES) metrics.failed(testRunId ?? messageIds(delivery).run_id ?? '')
  }

  /** The thread died or its environment did not answer: SQS delivers again; a death is put on the job's record. */
  async function giveBack(delivery: Delivery, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error)
    if (!held.has(delivery)) {
      return log.warn({ ...about(delivery), message }, 'a claimed job died; its scheduler will find its row silent')
    }
    log.warn({ ...about(delivery), message }, 'a message is given back')
    if (until.aborted) return incoming.hide([delivery], 0)
    if (error instanceof WorkerDiedError) {
      countFailure(delivery)
      await recordDeath(delivery, error)
    }
    await incoming.hide([delivery], backoffSeconds(delivery.receiveCount))
  }

  async function recordDeath(delivery: Delivery, { code, message }: WorkerDiedError): Promise<void> {
    const parsed = parseIncoming(delivery.body) // it was understood once: a thread was working on it
    if (parsed.bare) return
    const { run_id: runId, job_id: jobId, kind } = parsed.message
    await table.recordAttempt(runId, { jobId, kind }, delivery.receiveCount, { code, message })
  }

  function accept(delivery: Delivery): void {
    const handled = handle(delivery)
      .catch((error: unknown) => {
        log.error({ ...about(delivery), err: error }, 'a message could not be given back; SQS delivers it again')
      })
      .finally(() => handling.delete(handled))
    handling.add(handled)
  }

  return { held, accept, settled: () => Promise.allSettled(handling) }
}

function about(delivery: Delivery) {
  return { ...messageIds(delivery), message_id: delivery.messageId, attempt: delivery.receiveCount }
}

function aboutDone(delivery: Delivery, { completion, repeated }: Extract<Outcome, { type: 'completed' }>) {
  return { ...about(delivery), processing_ms: completion.processing_time_ms, repeated }
}

/** SQS may refuse single entries of a batch; they are sent again until it takes them. */
async function sendAll(outgoing: Queue, bodies: string[]): Promise<void> {
  let left = bodies
  while (left.length > 0) {
    const refused = await outgoing.send(left)
    left = refused.map((position) => left[position])
    if (left.length > 0) await systemClock.sleep(SEND_AGAIN_MS)
  }
}
