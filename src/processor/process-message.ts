import type { Clock } from '../clock.ts'
import type { GangClaims } from '../jobs/gang-claims.ts'
import type { JobError, JobTable } from '../jobs/job-table.ts'
import {
  MalformedMessageError,
  MAX_RECEIVES,
  parseIncoming,
  type BareMessage,
  type Completion,
  type IncomingMessage,
  type PlannedMessage,
} from '../jobs/messages.ts'
import type { Delivery } from '../jobs/queue.ts'
import { resultStores } from '../results/result-stores.ts'
import type { ResultStores, StoredObject } from '../results/stores.ts'
import type { Job, ProcessContext, Workload } from '../workloads/workload.ts'
import { fencedStore } from './fenced-store.ts'
import { joinGang, type HeldJob } from './gang-member.ts'
import type { Memory } from './memory.ts'
import type { SharedComparison } from './shared-comparison.ts'

/**
 * What a delivery came to. The host tells SQS: completed → completion, then delete; failed → hide; malformed → give back;
 * dropped → delete, and nothing else: another delivery has the job of a gang, or its row says why it has no result.
 * `repeated`: the job was done before, and only its completion is told once more.
 */
export type Outcome =
  | { readonly type: 'completed'; readonly completion: Completion; readonly repeated: boolean }
  | { readonly type: 'failed'; readonly jobId: string; readonly error: JobError; readonly retryInSeconds: number }
  | { readonly type: 'malformed'; readonly reason: string }
  | { readonly type: 'dropped'; readonly jobId: string; readonly reason: string }

export interface Processor {
  readonly table: JobTable
  readonly gangs: {
    readonly claims: GangClaims
    /** Names this machine's clock, see `boot-id.ts`. */
    readonly clockId: string | undefined
    readonly comparison: SharedComparison
    /** Aborts, with the reason as a string, when the host is asked to end. */
    readonly hostStop?: AbortSignal | undefined
  }
  readonly memory: Memory
  readonly clock: Clock
  /** Names this host in the job table. */
  readonly host: string
  /** TEST_RUN_ID of this host; the run id stands in where it has none. */
  readonly testRunId: string | undefined
  loadWorkload(name: string): Promise<Workload>
  /** The workload that understands the bare message of requirement 001; its kind has the same name. */
  readonly bareWorkload: string
  /** URL of a system under test. Throws an error that names the places looked at. */
  target(name: string): Promise<string>
  /** The stores of a run; of the whole data bucket for a bare message. */
  storesOf(runId: string | undefined): ResultStores
}

/**
 * Does one job: reads, does, writes the object, records the result in the table, answers the completion. Idempotent:
 * any delivery may come twice, late, or after a crash at any point, and the objects and the first record stay the same.
 * A job of a gang is done by the delivery that claims it first: `onClaimed` says that its message is not needed any more.
 */
export async function processMessage(
  delivery: Delivery,
  processor: Processor,
  onClaimed: () => void = () => undefined,
): Promise<Outcome> {
  let incoming: IncomingMessage
  try {
    incoming = parseIncoming(delivery.body)
  } catch (error) {
    if (error instanceof MalformedMessageError) return { type: 'malformed', reason: error.message }
    throw error
  }
  try {
    if (incoming.bare) {
      const completion = await processBare(delivery, incoming.message, processor)
      return { type: 'completed', completion, repeated: false }
    }
    if (incoming.message.gang) return await processGangJob(delivery, incoming.message, processor, onClaimed)
    const before = delivery.receiveCount > 1 ? await doneBefore(incoming.message, processor) : undefined
    const completion = before ?? (await processPlanned(delivery, incoming.message, processor))
    return { type: 'completed', completion, repeated: before !== undefined }
  } catch (error) {
    return await failedAttempt(delivery, incoming, asJobError(error), processor)
  }
}

async function processPlanned(delivery: Delivery, message: PlannedMessage, processor: Processor): Promise<Completion> {
  const job = await readJob(message, processor)
  return processAndRecord(delivery, message, processor, (workload) =>
    workload.process(job, contextOf(delivery, processor, message.run_id)),
  )
}

/**
 * Before the claim an attempt may fail and be repeated, after it nothing is: what goes wrong then makes the job a lost
 * one, which its scheduler records.
 */
async function processGangJob(
  delivery: Delivery,
  message: PlannedMessage,
  processor: Processor,
  onClaimed: () => void,
): Promise<Outcome> {
  const job = await readJob(message, processor)
  await processor.loadWorkload(message.workload)
  const { clock, host, gangs } = processor
  const { run_id: runId, job_id: jobId, gang } = message
  const held = await joinGang({ ...gangs, clock, host, runId, jobId, gang: gang!, sentAtMs: delivery.sentAtMs })
  if (held === undefined) return { type: 'dropped', jobId, reason: 'another delivery has this job, or it is lost' }
  onClaimed()
  try {
    const completion = await processAndRecord(delivery, message, processor, async (workload) => {
      const stored = await workload.process(job, gangContextOf(delivery, processor, runId, held))
      await held.mustHold('surely')
      return stored
    })
    return { type: 'completed', completion, repeated: false }
  } catch (error) {
    const reason = asJobError(error).message
    await held.fail(`${jobId} failed on ${host}: ${reason}`)
    return { type: 'dropped', jobId, reason }
  } finally {
    await held.end()
  }
}

async function processAndRecord(
  delivery: Delivery,
  message: PlannedMessage,
  processor: Processor,
  process: (workload: Workload) => Promise<StoredObject>,
): Promise<Completion> {
  const { table, clock } = processor
  const { run_id: runId, job_id: jobId, kind } = message
  const startedAtMs = clock.now()
  const startedAt = clock.monotonic()
  const stored = await process(await processor.loadWorkload(message.workload))
  const result = {
    jobId,
    kind,
    attempt: delivery.receiveCount,
    outputKey: `${runId}/${stored.key}`,
    outputSha256: stored.sha256,
    outputBytes: stored.bytes,
    sentAtMs: delivery.sentAtMs,
    receivedAtMs: delivery.firstReceivedAtMs,
    startedAtMs,
    completedAtMs: clock.now(),
    processingMs: roundMs(clock.monotonic() - startedAt),
    host: processor.host,
  }
  await table.markDone(runId, result)
  return completionOf(message, result, processor)
}

async function processBare(delivery: Delivery, message: BareMessage, processor: Processor): Promise<Completion> {
  const { clock } = processor
  const startedAt = clock.monotonic()
  const { job_id: jobId, ...details } = message
  const job: Job = { jobId, kind: processor.bareWorkload, details: details as Job['details'] }
  const workload = await processor.loadWorkload(processor.bareWorkload)
  const stored = await workload.process(job, contextOf(delivery, processor, undefined))
  const result = {
    outputKey: stored.key,
    completedAtMs: clock.now(),
    processingMs: roundMs(clock.monotonic() - startedAt),
    attempt: delivery.receiveCount,
  }
  return completionOf(message, result, processor)
}

function contextOf(delivery: Delivery, processor: Processor, runId: string | undefined): ProcessContext {
  return {
    runId,
    sentAtMs: delivery.sentAtMs,
    stores: processor.storesOf(runId),
    remember: (key, load, weigh) => processor.memory.remember(`${runId}/${key}`, load, weigh),
    sleep: (ms) => processor.clock.sleep(ms),
    target: (name) => processor.target(name),
    host: processor.host,
  }
}

function gangContextOf(delivery: Delivery, processor: Processor, runId: string, held: HeldJob): ProcessContext {
  const context = contextOf(delivery, processor, runId)
  const objects = fencedStore(context.stores.objects, () => held.mustHold())
  return { ...context, stores: resultStores(objects), gang: held.member }
}

/** A redelivery of a job that is done needs only its completion once more. */
async function doneBefore(message: PlannedMessage, processor: Processor): Promise<Completion | undefined> {
  const [record] = await processor.table.read(message.run_id, [message.job_id])
  if (record?.state !== 'done') return undefined
  const { outputKey = '', completedAtMs = 0, processingMs = 0, attempt } = record
  return completionOf(message, { outputKey, completedAtMs, processingMs, attempt }, processor)
}

async function readJob(message: PlannedMessage, processor: Processor): Promise<Job> {
  const { job_id: jobId, kind } = message
  return { jobId, kind, details: message.details ?? (await readDetails(message, processor)) }
}

async function readDetails(
  { input_key: key, run_id: runId }: PlannedMessage,
  processor: Processor,
): Promise<Job['details']> {
  if (key === undefined) return {}
  const body = await processor.storesOf(runId).objects.get(key)
  return JSON.parse(Buffer.from(body).toString()) as Job['details']
}

function completionOf(
  message: PlannedMessage | BareMessage,
  result: { outputKey: string; completedAtMs: number; processingMs: number; attempt: number; outputSha256?: string },
  processor: Processor,
): Completion {
  return {
    job_id: message.job_id,
    run_id: message.run_id,
    kind: message.run_id === undefined ? undefined : message.kind,
    status: 'completed',
    output_key: result.outputKey,
    processing_time_ms: result.processingMs,
    completed_at: new Date(result.completedAtMs).toISOString(),
    test_run_id: processor.testRunId ?? message.run_id ?? '',
    attempt: result.attempt,
    ...(result.outputSha256 && { output_sha256: result.outputSha256 }),
  }
}

async function failedAttempt(
  delivery: Delivery,
  incoming: IncomingMessage,
  error: JobError,
  processor: Processor,
): Promise<Outcome> {
  const { message } = incoming
  if (!incoming.bare) {
    const job = { jobId: incoming.message.job_id, kind: incoming.message.kind }
    await processor.table.recordAttempt(incoming.message.run_id, job, delivery.receiveCount, error)
  }
  return { type: 'failed', jobId: message.job_id, error, retryInSeconds: backoffSeconds(delivery.receiveCount) }
}

/** 1 s, 2 s, …; none after the last receive, so that the message reaches the DLQ at once. */
export function backoffSeconds(receiveCount: number): number {
  return receiveCount >= MAX_RECEIVES ? 0 : 2 ** (receiveCount - 1)
}

function asJobError(error: unknown): JobError {
  if (!(error instanceof Error)) return { code: 'UNEXPECTED', message: String(error) }
  const code = (error as { code?: unknown }).code
  return { code: typeof code === 'string' ? code : error.name, message: error.message }
}

function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
