import type { BareMessage, Completion, PlannedMessage } from '../jobs/messages.ts'
import type { Delivery } from '../jobs/queue.ts'
import type { StoredObject } from '../results/stores.ts'
import type { Job, ProcessContext, Workload } from '../workloads/workload.ts'
import type { Processor } from './processor.ts'

/** A job of a run that is alone. */
export async function processJob(
  delivery: Delivery,
  message: PlannedMessage,
  processor: Processor,
): Promise<Completion> {
  const job = await readJob(message, processor)
  return processAndRecord(delivery, message, processor, (workload) =>
    workload.process(job, contextOf(delivery, processor, message.run_id)),
  )
}

/** Does a job as `process` says, and records it; the first record stays. */
export async function processAndRecord(
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

/** The synthetic message of requirement 001, which belongs to no run and to no table. */
export async function processBare(delivery: Delivery, message: BareMessage, processor: Processor): Promise<Completion> {
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

/** A redelivery of a job that is done needs only its completion once more. */
export async function doneBefore(message: PlannedMessage, processor: Processor): Promise<Completion | undefined> {
  const [record] = await processor.table.read(message.run_id, [message.job_id])
  if (record?.state !== 'done') return undefined
  const { outputKey = '', completedAtMs = 0, processingMs = 0, attempt } = record
  return completionOf(message, { outputKey, completedAtMs, processingMs, attempt }, processor)
}

/** With its details, wherever they are. */
export async function readJob(message: PlannedMessage, processor: Processor): Promise<Job> {
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

/** What a workload is given; without a run id, of a bare message. */
export function contextOf(delivery: Delivery, processor: Processor, runId: string | undefined): ProcessContext {
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

function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
