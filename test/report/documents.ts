import { figuresOf } from '../../src/report/figures.ts'
import type { LedgerEntry, Manifest, ResultsDocument } from '../../src/results/documents.ts'
import type { Chart } from '../../src/workloads/workload.ts'

/** Documents with every field plausible, so that a test names only what it is about. */

export const STARTED_AT_MS = Date.UTC(2026, 0, 31, 13, 2, 5)

const RUNNER = { type: 'local', container_id: null, task_id: 'laptop' } as const
const VERSIONS = { turnaround: '0.1.0', node: '24.21.0', git_sha: 'c0ffee0' }

export function makeEntry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  const readyAt = changes.ready_at ?? STARTED_AT_MS
  return {
    job_id: 'seq-0007-leg-1',
    kind: 'flight-leg',
    state: 'done',
    attempt: 1,
    output_key: 'delays/seq-0007-leg-1.parquet',
    output_sha256: 'a'.repeat(64),
    output_bytes: 1000,
    ready_at: readyAt,
    sent_at: readyAt + 2,
    received_at: readyAt + 10,
    started_at: readyAt + 11,
    completed_at: readyAt + 31,
    processing_ms: 20,
    host: 'threads-1',
    error: null,
    ...changes,
  }
}

/** A job that never ran: all its times are null. */
export function makeUnrun(state: LedgerEntry['state'], changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return makeEntry({
    state,
    attempt: 0,
    output_key: null,
    output_sha256: null,
    output_bytes: null,
    ready_at: null,
    sent_at: null,
    received_at: null,
    started_at: null,
    completed_at: null,
    processing_ms: null,
    host: null,
    ...changes,
  })
}

export function makeResults(changes: Partial<ResultsDocument> = {}, ledger: readonly LedgerEntry[] = [makeEntry()]) {
  const { retries, ...figures } = figuresOf(ledger, () => [])
  const results: ResultsDocument = {
    run_id: 'flights-20260131-130205',
    scenario: 'flights',
    workload: 'flights',
    seed: 42,
    settings: { sequences: 200 },
    scenario_digest: 'b'.repeat(64),
    environment: 'embedded',
    runner: RUNNER,
    versions: VERSIONS,
    verdict: 'valid',
    verdict_reason: 'every job is done',
    exit_code: 0,
    started_at: '2026-01-31T13:02:05.000Z',
    finished_at: '2026-01-31T13:02:25.400Z',
    resumed: 0,
    ...figures,
    deliveries: { duplicates: 0, foreign: 0, retries, malformed: 0, dead_lettered: 0, resent: 0 },
    digest: '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
    upload: null,
    summary: {},
    summary_lines: [],
    ...changes,
  }
  return results
}

export function makeManifest(changes: Partial<Manifest> = {}): Manifest {
  return {
    run_id: 'flights-20260131-130205',
    scenario: 'flights',
    workload: 'flights',
    settings: { sequences: 200, replications: 50_000, network: { airports: ['DUB', 'LHR'] } },
    seed: 42,
    generator_version: 1,
    deterministic: true,
    scenario_digest: 'b'.repeat(64),
    environment: 'embedded',
    runner: RUNNER,
    host: { name: 'threads', cores: 2, platform: 'linux x64', workers: 2 },
    versions: VERSIONS,
    started_at: '2026-01-31T13:02:05.000Z',
    ...changes,
  }
}

export function makeChart(changes: Partial<Chart> = {}): Chart {
  return {
    title: 'Delay distribution',
    note: 'How many of all replications ended with which delay.',
    kind: 'bar',
    xLabel: 'delay (min)',
    yLabel: 'replications',
    x: [-10, 0, 10, 20],
    series: [{ name: 'final delay', y: [5, 20, 12, 3] }],
    ...changes,
  }
}
