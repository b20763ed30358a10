import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { atMost, systemClock } from '../../clock.ts'
import { TurnaroundError } from '../../errors.ts'
import type { Environment } from '../../environment/resolve-environment.ts'
import { startEnvironment } from '../../environment/start-environment.ts'
import { createBatcher } from '../../jobs/batcher.ts'
import { hostTable } from '../../jobs/host-table.ts'
import { jobTable } from '../../jobs/job-table.ts'
import { LINGER_MS } from '../../jobs/linger.ts'
import { formatCompletion, MAX_RECEIVES, parseIncoming } from '../../jobs/messages.ts'
import { BATCH, queue, type Delivery, type Queue } from '../../jobs/queue.ts'
import { backoffSeconds, type Outcome } from '../../processor/process-message.ts'
import type { JobMetrics } from '../job-metrics.ts'
import { extendVisibility } from './extend-visibility.ts'
import { messageIds } from './message-ids.ts'
import { registerHost } from './register-host.ts'
import { startWorkerPool, type WorkerPool } from './worker-pool.ts'
import { WorkerDiedError, type WorkerThread } from './worker-thread.ts'

export interface ThreadsHostOptions {
  readonly environment: Environment
  readonly workers: number
  readonly slotsPerWorker: number
  /** For kept delay models and the like, all threads together. */
  readonly memoryBytes: number
  readonly testRunId: string | undefined
  /** URL of the module with `loadWorkload` and `bareWorkload`. */
  readonly registry: string
  /** Worker threads that were started ahead, while the environment was looked for. */
  readonly started?: readonly WorkerThread[]
  /** Every line about a message has its `run_id`, `job_id` and `correlation_id`. */
  readonly log: Logger
  readonly metrics: JobMetrics
  /** Stops receiving and ends jobs of gangs; what else is in work is finished, or given back after `graceMs`. */
  readonly signal: AbortSignal
  readonly graceMs?: number
  readonly maxJobMs?: number
  readonly onReady?: () => void
}

/** What a delivery stays hidden for when its host dies: extended every 5 s while it is in work. */
const VISIBILITY_SECONDS = 15
const GRACE_MS = 10_000
const MAX_JOB_MS = 2 * 3600 * 1000
const SEND_AGAIN_MS = 200
const METRICS_MS = 5_000
/** While there is more to do than slots, a moment until more of them are free halves the receives; the others are at work. */
const BREATH_MS = 5

/**
 * Worker threads behind one poller. This thread never computes: it receives what the free slots can take, extends
 * visibility, sends completions, deletes. Resolves when it was stopped and everything it held is finished or given back.
 */
export async function runThreadsHost(options: ThreadsHostOptions): Promise<void> {
  const { environment, workers, signal, log, metrics, graceMs = GRACE_MS, maxJobMs = MAX_JOB_MS } = options
  const started = await startEnvironment(environment)
  const incoming = queue(started.clients, started.queueUrl(started.names.incoming))
  const outgoing = queue(started.clients, started.queueUrl(started.names.outgoing))
  const rows = { client: started.clients.dynamodb, tableName: started.names.jobs, clock: systemClock }
  const table = jobTable(rows)
  const host = `${hostname()}/${process.pid}`
  const pool = await startWorkerPool({
    workers,
    slotsPerWorker: options.slotsPerWorker,
    settings: {
      environment: { ...environment, account: started.account },
      memoryBytes: Math.floor(options.memoryBytes / workers),
      testRunId: options.testRunId,
      host,
    },
    registry: options.registry,
    ...(options.started && { started: options.started }),
    maxJobMs,
    onDeath: (reason) => log.warn({ reason }, 'a worker thread died and is replaced'),
  })
  const completions = createBatcher((bodies: string[]) => sendAll(outgoing, bodies), BATCH)
  const deletions = createBatcher((done: Delivery[]) => incoming.delete(done), BATCH, { lingerMs: LINGER_MS })
  const held = new Set<Delivery>()
  const handling = new Set<Promise<void>>()
  const ending = new AbortController()
  const until = AbortSignal.any([signal, ending.signal])
  const stopExtending = extendVisibility({ queue: incoming, held, visibilitySeconds: VISIBILITY_SECONDS, log })
  const flushing = setInterval(() => metrics.flush(), METRICS_MS)

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
    if (delivery.receiveCount >= MAX_RECEIVES) metrics.failed(options.testRunId ?? messageIds(delivery).run_id ?? '')
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

  const hopeless = pool.hopeless.then((reason) => {
    throw new TurnaroundError(`Worker threads keep dying: ${reason}`)
  })
  const signOff = registerHost({
    ...{ hosts: hostTable(rows), name: host, clock: systemClock, log },
    freeSlots: () => (until.aborted ? 0 : pool.freeSlots),
  })
  options.onReady?.()
  try {
    await Promise.race([
      hopeless,
      receiveWhileFree({ incoming, pool, slots: workers * options.slotsPerWorker, until, accept }),
    ])
    pool.stopGangs(`${host} was asked to end`)
    await atMost(graceMs, Promise.allSettled(handling))
  } finally {
    ending.abort()
    const signedOff = signOff().catch((error: unknown) => log.warn(error, 'the host could not be taken off the table'))
    await pool.stop() // what is still in work ends with its thread and is given back
    await atMost(graceMs, Promise.allSettled([...handling, signedOff]))
    stopExtending()
    clearInterval(flushing)
    metrics.flush()
    await started.stop()
  }
}

function about(delivery: Delivery) {
  return { ...messageIds(delivery), message_id: delivery.messageId, attempt: delivery.receiveCount }
}

function aboutDone(delivery: Delivery, { completion, repeated }: Extract<Outcome, { type: 'completed' }>) {
  return { ...about(delivery), processing_ms: completion.processing_time_ms, repeated }
}

async function receiveWhileFree(options: {
  incoming: Queue
  pool: WorkerPool
  /** Of all threads together, free or not. */
  slots: number
  until: AbortSignal
  accept: (delivery: Delivery) => void
}): Promise<void> {
  const { incoming, pool, slots, until, accept } = options
  const few = Math.min(slots, BATCH) / 2
  let busy = false
  const stopped = new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }))
  while (!until.aborted) {
    if (pool.freeSlots <= 0) {
      await Promise.race([pool.changed(), stopped])
      continue
    }
    try {
      if (busy && pool.freeSlots < few) await systemClock.sleep(BREATH_MS, until)
      const max = Math.min(pool.freeSlots, BATCH)
      if (max <= 0) continue // a thread died meanwhile
      const deliveries = await incoming.receive({ max, visibilitySeconds: VISIBILITY_SECONDS, signal: until })
      deliveries.forEach(accept)
      busy = deliveries.length === max
    } catch (error) {
      if (!until.aborted) throw error
    }
  }
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
