import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { atMost, systemClock } from '../../clock.ts'
import { TurnaroundError } from '../../errors.ts'
import type { Environment } from '../../environment/resolve-environment.ts'
import { startEnvironment } from '../../environment/start-environment.ts'
import { hostTable } from '../../jobs/host-table.ts'
import { jobTable } from '../../jobs/job-table.ts'
import { queue } from '../../jobs/queue.ts'
import type { JobMetrics } from '../job-metrics.ts'
import { extendVisibility } from './extend-visibility.ts'
import { handleDeliveries } from './handle-deliveries.ts'
import { receiveWhileFree } from './receive-while-free.ts'
import { registerHost } from './register-host.ts'
import { startWorkerPool } from './worker-pool.ts'
import type { WorkerThread } from './worker-thread.ts'

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
const METRICS_MS = 5_000

/**
 * Worker threads behind one poller. This thread never computes: it receives what the free slots can take, extends
 * visibility, sends completions, deletes. Resolves when it was stopped and everything it held is finished or given back.
 */
export async function runThreadsHost(options: ThreadsHostOptions): Promise<void> {
  const { environment, workers, testRunId, signal, log, metrics, graceMs = GRACE_MS, maxJobMs = MAX_JOB_MS } = options
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
      testRunId,
      host,
    },
    registry: options.registry,
    ...(options.started && { started: options.started }),
    maxJobMs,
    onDeath: (reason) => log.warn({ reason }, 'a worker thread died and is replaced'),
  })
  const ending = new AbortController()
  const until = AbortSignal.any([signal, ending.signal])
  const deliveries = handleDeliveries({ incoming, outgoing, pool, table, until, log, metrics, testRunId })
  const hiding = { visibilitySeconds: VISIBILITY_SECONDS }
  const stopExtending = extendVisibility({ queue: incoming, held: deliveries.held, ...hiding, log })
  const flushing = setInterval(() => metrics.flush(), METRICS_MS)

  const hopeless = pool.hopeless.then((reason) => {
    throw new TurnaroundError(`Worker threads keep dying: ${reason}`)
  })
  const signOff = registerHost({
    ...{ hosts: hostTable(rows), name: host, clock: systemClock, log },
    freeSlots: () => (until.aborted ? 0 : pool.freeSlots),
  })
  options.onReady?.()
  try {
    const slots = workers * options.slotsPerWorker
    const { accept } = deliveries
    await Promise.race([hopeless, receiveWhileFree({ incoming, pool, slots, ...hiding, until, accept })])
    pool.stopGangs(`${host} was asked to end`)
    await atMost(graceMs, deliveries.settled())
  } finally {
    ending.abort()
    const signedOff = signOff().catch((error: unknown) => log.warn(error, 'the host could not be taken off the table'))
    await pool.stop() // what is still in work ends with its thread and is given back
    await atMost(graceMs, Promise.all([deliveries.settled(), signedOff]))
    stopExtending()
    clearInterval(flushing)
    metrics.flush()
    await started.stop()
  }
}
