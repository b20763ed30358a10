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
import { isBrief, LEDGER_KEY, MANIFEST_KEY, REPORT_KEY, RESULTS_KEY } from '../../results/layout.ts'
import { ledgerOf } from '../../jobs/ledger.ts'
import type { ObjectFiles } from '../../results/object-files.ts'
import { readThroughStore } from '../../results/read-through-store.ts'
import { resultStores } from '../../results/result-stores.ts'
import type { ObjectStore } from '../../results/stores.ts'
import { resultsBody, type ResultUploader } from '../../results/uploader.ts'
import type { WorkloadSummary } from '../../workloads/workload.ts'
import { costOf, type Cost } from '../../cost/cost-of.ts'
import { doneWork } from '../../cost/done-work.ts'
import type { Pricing } from './estimate-run.ts'
import type { PreparedScenario } from './prepare.ts'

export type Stopped = 'no' | 'by a signal' | 'by a limit'

export interface CollectOptions {
  readonly prepared: PreparedScenario
  readonly run: RunItem
  readonly manifest: Manifest
  readonly table: JobTable
  /** The run's folder in the environment. */
  readonly objects: ObjectStore
  /** The same, for files that may be too long to hold. */
  readonly files: ObjectFiles
  readonly findFiles: FindFiles | undefined
  /** Every output comes to the local bundle; otherwise what is brief, and the rest stays for `bundle pull`. */
  readonly everything: boolean
  readonly uploader: ResultUploader | undefined
  /** The local bundle. */
  readonly folder: string
  readonly counts: DeliveryCounts
  /** Before its end. */
  readonly stopped: Stopped
  /** Whose bill it is. */
  readonly pricing: Pricing
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
  const outputs = outputsOf(done)
  const expected = options.everything ? outputs : outputs.filter(({ key }) => isBrief(key))
  await fetchBundle({ expected, folder, objects, findFiles: options.findFiles })
  let documents = 0
  for (const { key, body } of prepared.documents()) {
    await local.put(key, Buffer.from(body))
    documents++
  }
  const complete = done.length === graph.size
  const stores = resultStores(readThroughStore(local, objects))
  const summary = complete ? await workload.summarize(scenario.settings, stores) : NO_SUMMARY
  const results = resultsDocument(options, figures, {
    digest: complete && workload.deterministic ? digestOf(done, workload.resultPrefixes) : null,
    summary,
    counts,
    cost: costOf(
      doneWork({
        ...{ graph, ledger, documents, host: options.pricing.host, makespanMs: figures.makespan_ms },
        fetched: ({ output_key: key }) => key !== null && (options.everything || isBrief(key)),
        isOutside: options.pricing.isOutside,
      }),
      { ...options.pricing, from: 'run' },
    ),
  })

  await local.put(MANIFEST_KEY, json(manifest))
  await local.putText(LEDGER_KEY, lines(ledger))
  const write = async (document: ResultsDocument): Promise<void> => {
    await local.put(RESULTS_KEY, resultsBody(document))
    const report = renderReport({ manifest, results: document, ledger, charts: summary.charts })
    await local.put(REPORT_KEY, Buffer.from(report))
  }
  await write(results)
  for (const key of [LEDGER_KEY, REPORT_KEY]) await options.files.upload(key, join(folder, key))
  await objects.put(RESULTS_KEY, resultsBody(results))

  const error = await uploadError(options.uploader, results)
  if (error === null) return results
  const unsent: ResultsDocument = {
    ...results,
    exit_code: worstExitCode([results.exit_code, 89]),
    upload: { url: results.upload!.url, error },
  }
  await write(unsent)
  return unsent
}

/** A finished run is not lost for want of a place to show it: the local copy stays, and says so. */
async function uploadError(uploader: ResultUploader | undefined, results: ResultsDocument): Promise<string | null> {
  try {
    await uploader?.upload(results)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The outputs of the done jobs that are objects of this run. */
export function outputsOf(done: readonly LedgerEntry[]): { key: string; sha256: string }[] {
  return done.flatMap(({ output_key: key, output_sha256: sha256 }) =>
    key === null || sha256 === null ? [] : [{ key, sha256 }],
  )
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
  return resultsDigest(outputsOf(done).filter(({ key }) => prefixes.some((prefix) => key.startsWith(prefix))))
}

function resultsDocument(
  { run, manifest, stopped, finishedAtMs, uploader }: CollectOptions,
  figures: Figures,
  also: { digest: string | null; summary: WorkloadSummary; counts: DeliveryCounts; cost: Cost },
): ResultsDocument {
  const { counts } = also
  const { retries, ...measured } = figures
  const document: ResultsDocument = {
    run_id: run.runId,
    scenario: run.scenario,
    workload: run.workload,
    seed: run.seed,
    settings: manifest.settings,
    scenario_digest: manifest.scenario_digest,
    environment: manifest.environment,
    runner: manifest.runner,
    versions: manifest.versions,
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
      resent: counts.resent,
    },
    digest: also.digest,
    cost: also.cost,
    upload: null,
    summary: also.summary.data,
    summary_lines: also.summary.lines,
  }
  return { ...document, upload: uploader === undefined ? null : { url: uploader.urlOf(document), error: null } }
}

function verdictOf(
  { jobs }: Figures,
  stopped: Stopped,
): { verdict: Verdict; verdict_reason: string; exit_code: ExitCode } {
  const codes: ExitCode[] = []
  if (jobs.open > 0) codes.push(stopped === 'by a limit' ? 96 : 105)
  if (jobs.failed + jobs.blocked > 0) codes.push(95)
  const exit_code = worstExitCode(codes)
  if (jobs.done === jobs.total) return { verdict: 'valid', verdict_reason: `all ${jobs.total} jobs done`, exit_code }
  const reason = [
    ...(jobs.failed > 0 ? [`${jobs.failed} failed`] : []),
    ...(jobs.blocked > 0 ? [`${jobs.blocked} blocked by them`] : []),
    ...(jobs.open > 0 ? [`${jobs.open} not finished`] : []),
    ...(stopped === 'by a limit' ? ['stopped at the longest a run may take there (caps.duration-minutes)'] : []),
  ]
  return {
    verdict: stopped === 'no' ? 'incomplete' : 'aborted',
    verdict_reason: `of ${jobs.total} jobs ${reason.join(', ')}`,
    exit_code,
  }
}

function json(document: Manifest): Uint8Array {
  return Buffer.from(canonicalJson(document as unknown as Json))
}
