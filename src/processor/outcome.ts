import type { JobError } from '../jobs/job-record.ts'
import { MAX_RECEIVES, type Completion } from '../jobs/messages.ts'

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

/** 1 s, 2 s, …; none after the last receive, so that the message reaches the DLQ at once. */
export function backoffSeconds(receiveCount: number): number {
  return receiveCount >= MAX_RECEIVES ? 0 : 2 ** (receiveCount - 1)
}

/** What an attempt failed with, as the job table keeps it. */
export function asJobError(error: unknown): JobError {
  if (!(error instanceof Error)) return { code: 'UNEXPECTED', message: String(error) }
  const code = (error as { code?: unknown }).code
  return { code: typeof code === 'string' ? code : error.name, message: error.message }
}
