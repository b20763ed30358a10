import type { JobGraph } from './graph.ts'
import type { JobRecord } from './job-record.ts'
import type { LedgerEntry } from '../results/documents.ts'

/**
 * What happened to every job, in plan order, from the plan and the job table alone: any host can write it, at any time.
 * A job is ready when the last of its needs is completed; roots are ready when the run starts.
 */
export function* ledgerOf(
  graph: JobGraph,
  records: ReadonlyMap<string, JobRecord>,
  run: { readonly runId: string; readonly startedAtMs: number },
): Generator<LedgerEntry> {
  for (const [index, { jobId, kind }] of graph.jobs.entries()) {
    const record = records.get(jobId)
    yield {
      job_id: jobId,
      kind,
      state: record?.state ?? 'pending',
      attempt: record?.attempt ?? 0,
      output_key: record?.outputKey === undefined ? null : relativeKey(record.outputKey, run.runId),
      output_sha256: record?.outputSha256 ?? null,
      output_bytes: record?.outputBytes ?? null,
      ready_at: readyAt(graph, index, records, run.startedAtMs),
      sent_at: record?.sentAtMs ?? null,
      received_at: record?.receivedAtMs ?? null,
      started_at: record?.startedAtMs ?? null,
      completed_at: record?.completedAtMs ?? null,
      processing_ms: record?.processingMs ?? null,
      host: record?.host ?? null,
      error: record?.state === 'failed' && record.error ? record.error : null,
    }
  }
}

function readyAt(
  graph: JobGraph,
  index: number,
  records: ReadonlyMap<string, JobRecord>,
  startedAtMs: number,
): number | null {
  let latest = startedAtMs
  for (const need of graph.needsOf(index)) {
    const completedAtMs = records.get(graph.jobs[need].jobId)?.completedAtMs
    if (completedAtMs === undefined) return null
    latest = Math.max(latest, completedAtMs)
  }
  return latest
}

function relativeKey(key: string, runId: string): string {
  return key.startsWith(`${runId}/`) ? key.slice(runId.length + 1) : key
}
