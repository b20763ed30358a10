import { join } from 'node:path'
import { worstExitCode, type ExitCode } from '../../exit-codes.ts'
import type { JobTable } from '../../jobs/job-table.ts'
import type { RunItem } from '../../jobs/run-item.ts'
import type { DeliveryCounts } from '../../jobs/scheduler.ts'
import { figuresOf, type Figures } from '../../report/figures.ts'
import { renderReport } from '../../report/html.ts'
import { canonicalJson, type Json } from '../../results/canonical-json.ts'
import { resultsDigest } from '../../results/digest.ts'
import { diskStore } from '../../results/disk-store.ts'
import type { LedgerEntry, Manifest, ResultsDocument, Verdict } from '../../results/documents.ts'
import { fetchBundle, type FindFiles } from '../../results/fetch-bundle.ts'
import { LEDGER_KEY, MANIFEST_KEY, REPORT_KEY, RESULTS_KEY } from '../../results/layout.ts'
import { ledgerOf } from '../../jobs/ledger.ts'
import { resultStores } from '../../results/result-stores.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { WorkloadSummary } from '../../workloads/workload.ts'
import type { PreparedScenario } from './prepare.ts'

export interface CollectOptions {
  readonly prepared: PreparedScenario
  readonly run: RunItem
  readonly manifest: Manifest
  readonly table: JobTable
  /** The run's folder in the environment. */
  readonly objects: ObjectStore
  readonly findFiles: FindFiles | undefined
  /** The local bundle. */
  readonly folder: string
  readonly counts: DeliveryCounts
  /** Stopped by a signal before its end. */
  readonly stopped: boolean
  readonly finishedAtMs: number
}

const LINES_AT_ONCE = 1000
const NO_SUMMARY: WorkloadSummary = { lines: [], data: {}, charts: [] }

/**
 * Makes the bundle from the plan and the job table: ledger, objects, results document, report. Repeating it gives the
 * same, so a run that was killed in here is collected again.
 */
export async function collectResults(options: CollectOptions): Promise<ResultsDocument> {
  const { prepared, run, manifest, table, objects, folder, counts } = options
  const { graph, workload, scenario } = prepared
  const local = diskStore(folder)
  const records = await table.records(run.runId)
  const ledger = [...ledgerOf(graph, records, run)]
  const figures = figuresOf(ledger, (jobId) => needsOf(prepared, jobId))

  const done = ledger.filter((entry) => entry.state === 'done')
  const keys = done.flatMap(({ output_key: key }) => (key === null ? [] : [key]))
  await fetchBundle({ keys, folder, objects, findFiles: options.findFiles })
  for (const { key, body } of prepared.documents()) await local.put(key, Buffer.from(body))
  const complete = done.length === graph.size
  const summary = complete ? await workload.summarize(scenario.settings, resultStores(local)) : NO_SUMMARY
  const results = resultsDocument(options, figures, {
    digest: complete && workload.deterministic ? digestOf(done, workload.resultPrefixes) : null,
    summary,
    counts,
  })

  await local.put(MANIFEST_KEY, json(manifest))
  await local.putText(LEDGER_KEY, lines(ledger))
  await local.put(RESULTS_KEY, json(results))
  await local.put(REPORT_KEY, Buffer.from(renderReport({ manifest, results, ledger, charts: summary.charts })))
  await objects.put(RESULTS_KEY, json(results))
  return results
}

export function reportPath(folder: string): string {
  return join(folder, REPORT_KEY)
}

/** A million entries are half a gigabyte of text: written a thousand at a time. */
function* lines(ledger: readonly LedgerEntry[]): Generator<string> {
  for (let from = 0; from < ledger.length; from += LINES_AT_ONCE) {
    const page = ledger.slice(from, from + LINES_AT_ONCE)
    yield page.map((entry) => `${JSON.stringify(entry)}\n`).join('')
  }
}

function needsOf({ graph }: PreparedScenario, jobId: string): string[] {
  return Array.from(graph.needsOf(graph.indexOf(jobId)!), (need) => graph.jobs[need].jobId)
}

function digestOf(done: readonly LedgerEntry[], prefixes: readonly string[]): string {
  return resultsDigest(
    done
      .filter(({ output_key: key }) => prefixes.some((prefix) => key!.startsWith(prefix)))
      .map(({ output_key: key, output_sha256: sha256 }) => ({ key: key!, sha256: sha256! })),
  )
}

function resultsDocument(
  { run, manifest, stopped, finishedAtMs }: CollectOptions,
  figures: Figures,
  also: { digest: string | null; summary: WorkloadSummary; counts: DeliveryCounts },
): ResultsDocument {
  const { counts } = also
  const { retries, ...measured } = figures
  return {
    run_id: run.runId,
    scenario: run.scenario,
    workload: run.workload,
    seed: run.seed,
    environment: manifest.environment,
    ...verdictOf(figures, stopped),
    started_at: new Date(run.startedAtMs).toISOString(),
    finished_at: new Date(finishedAtMs).toISOString(),
    resumed: run.resumed,
    ...measured,
    deliveries: {
      duplicates: counts.duplicates,
      foreign: counts.foreign,
      retries,
      malformed: counts.malformed,
      dead_lettered: counts.deadLettered,
    },
    digest: also.digest,
    summary: also.summary.data,
    summary_lines: also.summary.lines,
  }
}

function verdictOf(
  { jobs }: Figures,
  stopped: boolean,
): { verdict: Verdict; verdict_reason: string; exit_code: ExitCode } {
  const codes: ExitCode[] = []
  if (jobs.open > 0) codes.push(105)
  if (jobs.failed + jobs.blocked > 0) codes.push(95)
  const exit_code = worstExitCode(codes)
  if (jobs.done === jobs.total) return { verdict: 'valid', verdict_reason: `all ${jobs.total} jobs done`, exit_code }
  const reason = [
    ...(jobs.failed > 0 ? [`${jobs.failed} failed`] : []),
    ...(jobs.blocked > 0 ? [`${jobs.blocked} blocked by them`] : []),
    ...(jobs.open > 0 ? [`${jobs.open} not finished`] : []),
  ]
  return {
    verdict: stopped ? 'aborted' : 'incomplete',
    verdict_reason: `of ${jobs.total} jobs ${reason.join(', ')}`,
    exit_code,
  }
}

function json(document: Manifest | ResultsDocument): Uint8Array {
  return Buffer.from(canonicalJson(document as unknown as Json))
}
