import { formatBytes, formatCount, formatMs, formatNoun } from '../format.ts'
import { countCodes } from '../failure-codes.ts'
import { quantilesOf } from '../quantiles.ts'
import type { LedgerEntry, Quantiles, ResultsDocument } from '../../results/documents.ts'
import type { Table } from './table.ts'

/** Every kind's jobs, how they ended and how long they took. */
export function kindsTable(ledger: readonly LedgerEntry[]): Table {
  const kinds = Map.groupBy(ledger, (entry) => entry.kind)
  return {
    caption: 'Jobs by kind: counts, service time and queue wait',
    columns: [
      'kind',
      'jobs',
      'done',
      'failed',
      'blocked',
      'open',
      'service p50',
      'p90',
      'p99',
      'queue wait p50',
      'p99',
      'output',
    ],
    rows: [...kinds].map(([kind, entries]) => kindRow(kind, entries)),
  }
}

function kindRow(kind: string, entries: readonly LedgerEntry[]): string[] {
  const states = { done: 0, failed: 0, blocked: 0, queued: 0, pending: 0 }
  let bytes = 0
  for (const entry of entries) {
    states[entry.state]++
    bytes += entry.output_bytes ?? 0
  }
  const service = quantilesOf(entries.flatMap(({ processing_ms }) => processing_ms ?? []))
  const queueWait = quantilesOf(
    entries.flatMap(({ sent_at, received_at }) =>
      sent_at === null || received_at === null ? [] : Math.max(0, received_at - sent_at),
    ),
  )
  const counts = [entries.length, states.done, states.failed, states.blocked, states.queued + states.pending]
  const times = [service.p50, service.p90, service.p99, queueWait.p50, queueWait.p99]
  return [kind, ...counts.map(formatCount), ...times.map(formatMs), formatBytes(bytes)]
}

/** Where a job's time went, over all jobs. */
export function latencyTable(results: ResultsDocument): Table {
  return {
    caption: 'Latency over all jobs',
    columns: ['latency', 'from … to', 'jobs', 'p50', 'p90', 'p99', 'max'],
    text: [1],
    rows: [
      latencyRow('queue wait', 'sent … first received', results.queue_wait_ms),
      latencyRow('service', 'the processor’s own work', results.service_ms),
      latencyRow('scheduler delay', 'last need done … sent', results.scheduler_delay_ms),
    ],
  }
}

function latencyRow(name: string, meaning: string, { count, p50, p90, p99, max }: Quantiles): string[] {
  return [name, meaning, formatCount(count), ...[p50, p90, p99, max].map(formatMs)]
}

export function failuresTable({ failures }: ResultsDocument): Table {
  return {
    caption: 'Jobs that failed for good',
    columns: ['job', 'attempts', 'code', 'message'],
    text: [2, 3],
    rows: failures.map(({ job_id, attempts, code, message }) => [job_id, formatCount(attempts), code, message]),
  }
}

/** One sentence before the table: how many, and of what. */
export function failuresNote({ failures }: ResultsDocument): string {
  return `${formatNoun(failures.length, 'job')} failed for good: ${countCodes(failures)}.`
}
