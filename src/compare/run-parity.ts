import { worstExitCode, type ExitCode } from '../exit-codes.ts'
import type { LedgerEntry, Quantiles, ResultsDocument } from '../results/documents.ts'
import { readLedger } from '../results/read-ledger.ts'
import { LEDGER_KEY } from '../results/layout.ts'
import { join } from 'node:path'
import { describeDifference, differingKeys, resultObjects, sayDifference, type Difference } from './first-difference.ts'

/** One of two runs, with all its objects on disk. */
export interface ParitySide {
  readonly results: ResultsDocument
  readonly folder: string
  /** For people, e.g. `threads here, scheduled by the same process`. */
  readonly hosts: string
  readonly endpoint: string | null
}

/** `parity-run.json`: the same scenario and seed on two environments. */
export interface RunParityDocument {
  readonly scenario: string
  readonly seed: number
  readonly measured_at: string
  readonly turnaround_version: string
  /** `inconclusive`: a run has no digest, because it did not complete. */
  readonly verdict: 'same' | 'differs' | 'inconclusive'
  readonly verdict_reason: string
  readonly exit_code: ExitCode
  readonly a: SideDocument
  readonly b: SideDocument
  readonly differing_objects: number
  readonly difference: Difference | null
  readonly counts: readonly { readonly name: string; readonly a: number; readonly b: number }[]
  /** `ratio`: b to a; null where there is nothing to divide. */
  readonly timings: readonly {
    readonly name: string
    readonly unit: 'ms' | 'jobs/s'
    readonly a: number | null
    readonly b: number | null
    readonly ratio: number | null
  }[]
  readonly warning: string
}

export interface SideDocument {
  readonly environment: string
  readonly endpoint: string | null
  readonly hosts: string
  readonly run_id: string
  readonly verdict: string
  readonly verdict_reason: string
  readonly exit_code: number
  readonly digest: string | null
}

const WARNING =
  'An emulator’s speed is not AWS’s: the ratios say how these two compare on this machine, today, and nothing of a bill or a deadline.'

const SAME: ExitCode = 0
const DIFFERS: ExitCode = 99
const INCONCLUSIVE: ExitCode = 94

/** What both bundles say, side by side. `prefixes`: of the objects that make up the digest. */
export async function compareRuns(
  a: ParitySide,
  b: ParitySide,
  options: { readonly prefixes: readonly string[]; readonly nowMs: number; readonly version: string },
): Promise<RunParityDocument> {
  const [left, right] = [await ledgerOf(a), await ledgerOf(b)]
  const objectsA = resultObjects(left, options.prefixes)
  const objectsB = resultObjects(right, options.prefixes)
  const differing = differingKeys(objectsA, objectsB)
  const difference =
    differing.length === 0
      ? null
      : await describeDifference(
          differing[0],
          { folder: a.folder, objects: objectsA },
          { folder: b.folder, objects: objectsB },
        )
  const { scenario, seed } = a.results
  return {
    scenario,
    seed,
    measured_at: new Date(options.nowMs).toISOString(),
    turnaround_version: options.version,
    ...verdictOf(a.results, b.results, difference, differing.length),
    a: sideDocument(a),
    b: sideDocument(b),
    differing_objects: differing.length,
    difference,
    counts: countsOf({ results: a.results, ledger: left }, { results: b.results, ledger: right }),
    timings: timingsOf(a.results, b.results),
    warning: WARNING,
  }
}

async function ledgerOf({ folder }: ParitySide): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = []
  for await (const entry of readLedger(join(folder, LEDGER_KEY))) entries.push(entry)
  return entries
}

function verdictOf(a: ResultsDocument, b: ResultsDocument, difference: Difference | null, differing: number) {
  const incomplete = [a, b].filter(({ digest }) => digest === null)
  if (incomplete.length > 0) {
    const reasons = incomplete.map(
      ({ environment, verdict, verdict_reason: why }) => `${environment} ${verdict}: ${why}`,
    )
    return withCode('inconclusive', reasons.join('; '), INCONCLUSIVE, a, b)
  }
  if (a.digest === b.digest) return withCode('same', `digest ${a.digest}`, SAME, a, b)
  const first = difference === null ? '' : `; first: ${sayDifference(difference)}`
  return withCode('differs', `${differing} objects differ${first}`, DIFFERS, a, b)
}

/** A run's own trouble wins where exit-codes.ts ranks it higher. */
function withCode(
  verdict: RunParityDocument['verdict'],
  verdict_reason: string,
  code: ExitCode,
  a: ResultsDocument,
  b: ResultsDocument,
) {
  return { verdict, verdict_reason, exit_code: worstExitCode([code, a.exit_code, b.exit_code]) }
}

function sideDocument({ results, hosts, endpoint }: ParitySide): SideDocument {
  const { environment, run_id, verdict, verdict_reason, exit_code, digest } = results
  return { environment, endpoint, hosts, run_id, verdict, verdict_reason, exit_code, digest }
}

interface Counted {
  readonly results: ResultsDocument
  readonly ledger: readonly LedgerEntry[]
}

/** What happened, whatever it took: messages sent, deliveries received up to the one that counted, and what went wrong. */
function countsOf(a: Counted, b: Counted): RunParityDocument['counts'] {
  const rows: readonly (readonly [string, (side: Counted) => number])[] = [
    ['jobs', ({ results }) => results.jobs.total],
    ['jobs done', ({ results }) => results.jobs.done],
    ['jobs failed', ({ results }) => results.jobs.failed],
    ['jobs blocked', ({ results }) => results.jobs.blocked],
    ['sends', ({ results, ledger }) => ledger.filter(wasSent).length + results.deliveries.resent],
    ['receives', ({ ledger }) => ledger.reduce((sum, { attempt }) => sum + attempt, 0)],
    ['retries', ({ results }) => results.deliveries.retries],
    ['sent again', ({ results }) => results.deliveries.resent],
    ['duplicate completions', ({ results }) => results.deliveries.duplicates],
    ['dead-lettered', ({ results }) => results.deliveries.dead_lettered],
    ['malformed', ({ results }) => results.deliveries.malformed],
    ['foreign completions', ({ results }) => results.deliveries.foreign],
    ['objects', ({ results }) => results.output.objects],
    ['bytes', ({ results }) => results.output.bytes],
  ]
  return rows.map(([name, count]) => ({ name, a: count(a), b: count(b) }))
}

function wasSent({ state, attempt }: LedgerEntry): boolean {
  return attempt > 0 || state === 'queued' || state === 'failed'
}

function timingsOf(a: ResultsDocument, b: ResultsDocument): RunParityDocument['timings'] {
  const quantiles = (name: string, pick: (results: ResultsDocument) => Quantiles) =>
    (['p50', 'p99'] as const).map((q) => timing(`${name} ${q}`, 'ms', pick(a)[q], pick(b)[q]))
  return [
    timing('makespan', 'ms', a.makespan_ms, b.makespan_ms),
    timing('throughput', 'jobs/s', a.jobs_per_second, b.jobs_per_second),
    ...quantiles('queue wait', ({ queue_wait_ms: wait }) => wait),
    ...quantiles('service', ({ service_ms: service }) => service),
    ...quantiles('scheduler delay', ({ scheduler_delay_ms: delay }) => delay),
  ]
}

function timing(name: string, unit: 'ms' | 'jobs/s', a: number | null, b: number | null) {
  return { name, unit, a, b, ratio: a !== null && b !== null && a > 0 ? b / a : null }
}
