import { createHash } from 'node:crypto'
import { number, text, type Item } from './attributes.ts'

/** What the table says of a job. No row means pending. Times are wall-clock milliseconds. */
export interface JobRecord {
  readonly jobId: string
  readonly kind: string
  readonly state: 'queued' | 'done' | 'failed' | 'blocked'
  readonly attempt: number
  readonly outputKey?: string
  readonly outputSha256?: string
  readonly outputBytes?: number
  readonly sentAtMs?: number
  readonly receivedAtMs?: number
  readonly startedAtMs?: number
  readonly completedAtMs?: number
  readonly processingMs?: number
  readonly host?: string
  readonly error?: JobError
}

export interface JobError {
  readonly code: string
  readonly message: string
}

/** What a processor knows of a job it has finished. */
export type JobResult = Required<Omit<JobRecord, 'state' | 'error'>>

const SHARDS = 16
const QUEUED_PREFIX = 'queued#'
const ERROR_BYTES = 1024

/** Where a run's jobs are. */
export function partitionsOf(runId: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${runId}#${shard}`)
}

/** Of a job's own item. */
export function keyOf(runId: string, jobId: string): Item {
  const shard = createHash('sha256').update(jobId).digest()[0] % SHARDS
  return { partition: { S: `${runId}#${shard}` }, job_id: { S: jobId } }
}

/** Of the item that says that its message was sent. */
export function markerKeyOf(runId: string, jobId: string): Item {
  return { ...keyOf(runId, jobId), job_id: { S: `${QUEUED_PREFIX}${jobId}` } }
}

export function toAttributes(result: JobResult) {
  return {
    kind: result.kind,
    attempt: result.attempt,
    output_key: result.outputKey,
    output_sha256: result.outputSha256,
    output_bytes: result.outputBytes,
    sent_at: result.sentAtMs,
    received_at: result.receivedAtMs,
    started_at: result.startedAtMs,
    completed_at: result.completedAtMs,
    processing_ms: result.processingMs,
    host: result.host,
  }
}

/** A long message is cut: it is there to be read. */
export function errorAttributes({ code, message }: JobError) {
  return { error_code: code, last_error: Buffer.from(message).subarray(0, ERROR_BYTES).toString() }
}

/** A marker reads as a queued job. */
export function toRecord(item: Item): JobRecord {
  const key = text(item, 'job_id')!
  if (key.startsWith(QUEUED_PREFIX)) return markedRecord(key.slice(QUEUED_PREFIX.length), item)
  const code = text(item, 'error_code')
  return {
    jobId: key,
    kind: text(item, 'kind') ?? '',
    state: text(item, 'state') as JobRecord['state'],
    attempt: number(item, 'attempt') ?? 0,
    outputKey: text(item, 'output_key'),
    outputSha256: text(item, 'output_sha256'),
    outputBytes: number(item, 'output_bytes'),
    sentAtMs: number(item, 'sent_at'),
    receivedAtMs: number(item, 'received_at'),
    startedAtMs: number(item, 'started_at'),
    completedAtMs: number(item, 'completed_at'),
    processingMs: number(item, 'processing_ms'),
    host: text(item, 'host'),
    error: code === undefined ? undefined : { code, message: text(item, 'last_error') ?? '' },
  }
}

function markedRecord(jobId: string, item: Item): JobRecord {
  return { jobId, kind: text(item, 'kind') ?? '', state: 'queued', attempt: 0 }
}

/**
 * What two rows about one job come to. A marker yields to the job's own row, except to `blocked`: only a job that is
 * free of blame is sent, and once sent it is never blocked again.
 */
export function strongerRecord(known: JobRecord | undefined, other: JobRecord): JobRecord {
  if (known === undefined) return other
  const rank = (record: JobRecord) =>
    ['blocked', 'queued', 'failed', 'done'].indexOf(record.state) * 10 + record.attempt
  return rank(other) > rank(known) ? other : known
}
