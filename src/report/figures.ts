import { criticalPath } from './critical-path.ts'
import { quantilesOf } from './quantiles.ts'
import type { LedgerEntry, ResultsDocument } from '../results/documents.ts'

/** What the ledger alone can say of a run, in the results document's own shapes and units. */
export interface Figures extends Pick<
  ResultsDocument,
  | 'jobs'
  | 'makespan_ms'
  | 'ideal_makespan_ms'
  | 'critical_path'
  | 'jobs_per_second'
  | 'queue_wait_ms'
  | 'service_ms'
  | 'scheduler_delay_ms'
  | 'failures'
  | 'output'
> {
  /** Attempts beyond the first, over all jobs. */
  readonly retries: number
}

/**
 * Every figure of a run from its ledger, read once. `needsOf` answers the job ids a job waits for.
 * Waits are differences of clocks that need not agree (the scheduler's, the queue's): below zero means zero.
 * Linear in jobs and edges, apart from sorting for the quantiles.
 */
export function figuresOf(ledger: Iterable<LedgerEntry>, needsOf: (jobId: string) => readonly string[]): Figures {
  const jobs = { total: 0, done: 0, failed: 0, blocked: 0, open: 0 }
  const byKind = new Map<string, { total: number; done: number; failed: number }>()
  const processingMs = new Map<string, number | null>()
  const queueWaitsMs: number[] = []
  const servicesMs: number[] = []
  const schedulerDelaysMs: number[] = []
  const failures: ResultsDocument['failures'][number][] = []
  const output = { objects: 0, bytes: 0 }
  let retries = 0
  let firstReadyAt = Infinity
  let lastCompletedAt = -Infinity

  for (const entry of ledger) {
    const kind = byKind.get(entry.kind) ?? { total: 0, done: 0, failed: 0 }
    byKind.set(entry.kind, kind)
    jobs.total++
    kind.total++
    jobs[entry.state === 'queued' || entry.state === 'pending' ? 'open' : entry.state]++
    if (entry.state === 'done') kind.done++
    if (entry.state === 'failed') {
      kind.failed++
      failures.push(failureOf(entry))
    }
    retries += Math.max(0, entry.attempt - 1)
    if (entry.state === 'done' && entry.output_key !== null) {
      output.objects++
      output.bytes += entry.output_bytes ?? 0
    }
    processingMs.set(entry.job_id, entry.state === 'done' ? (entry.processing_ms ?? 0) : null)
    if (entry.processing_ms !== null) servicesMs.push(entry.processing_ms)
    pushWait(queueWaitsMs, entry.sent_at, entry.received_at)
    pushWait(schedulerDelaysMs, entry.ready_at, entry.sent_at)
    if (entry.ready_at !== null) firstReadyAt = Math.min(firstReadyAt, entry.ready_at)
    if (entry.completed_at !== null) lastCompletedAt = Math.max(lastCompletedAt, entry.completed_at)
  }

  const elapsedMs = lastCompletedAt - firstReadyAt
  const makespanMs = Number.isFinite(elapsedMs) ? Math.max(0, elapsedMs) : 0
  const { idealMakespanMs, path } = criticalPath(processingMs, needsOf)
  return {
    jobs: { ...jobs, by_kind: Object.fromEntries(byKind) },
    makespan_ms: makespanMs,
    ideal_makespan_ms: idealMakespanMs,
    critical_path: path,
    jobs_per_second: makespanMs > 0 ? (jobs.done / makespanMs) * 1000 : 0,
    queue_wait_ms: quantilesOf(queueWaitsMs),
    service_ms: quantilesOf(servicesMs),
    scheduler_delay_ms: quantilesOf(schedulerDelaysMs),
    failures,
    output,
    retries,
  }
}

function pushWait(waitsMs: number[], from: number | null, to: number | null): void {
  if (from !== null && to !== null) waitsMs.push(Math.max(0, to - from))
}

function failureOf(entry: LedgerEntry): ResultsDocument['failures'][number] {
  const { code, message } = entry.error ?? { code: 'UNKNOWN', message: 'no error was recorded' }
  return { job_id: entry.job_id, attempts: entry.attempt, code, message }
}
