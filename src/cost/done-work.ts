import type { JobGraph } from '../jobs/graph.ts'
import type { LedgerEntry } from '../results/documents.ts'
import type { PaidHost, Work } from './usage.ts'

export interface DoneWorkOptions {
  readonly graph: JobGraph
  readonly ledger: readonly LedgerEntry[]
  readonly documents: number
  readonly host: PaidHost
  readonly makespanMs: number
  /** What was fetched from the environment into the local bundle. */
  readonly fetched: (entry: LedgerEntry) => boolean
  readonly isOutside: boolean
}

/** What a run took, from its ledger. Jobs that never ran cost nothing. */
export function doneWork({ graph, ledger, fetched: isFetched, ...options }: DoneWorkOptions): Work {
  const bytesOf = new Map(ledger.map((entry) => [entry.job_id, entry.output_bytes ?? 0]))
  const fetched = { objects: 0, bytes: 0 }
  let [jobs, attempts, reads, readBytes, outputBytes, workMs] = [0, 0, 0, 0, 0, 0]
  for (const entry of ledger) {
    if (entry.attempt === 0 && entry.state !== 'done') continue
    const tries = Math.max(1, entry.attempt)
    const index = graph.indexOf(entry.job_id)!
    jobs++
    attempts += tries
    outputBytes += entry.output_bytes ?? 0
    workMs += entry.processing_ms ?? 0
    for (const need of graph.needsOf(index)) {
      reads += tries
      readBytes += tries * (bytesOf.get(graph.jobs[need].jobId) ?? 0)
    }
    if (isFetched(entry)) {
      fetched.objects++
      fetched.bytes += entry.output_bytes ?? 0
    }
  }
  return {
    jobs,
    attempts,
    reads,
    readBytes,
    outputBytes,
    documents: options.documents,
    fetched,
    seconds: options.makespanMs / 1000,
    workSeconds: workMs / 1000,
    host: options.host,
    isOutside: options.isOutside,
  }
}
