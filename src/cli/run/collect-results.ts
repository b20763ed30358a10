import { join } from 'node:path'
import { costOf } from '../../cost/cost-of.ts'
import { doneWork } from '../../cost/done-work.ts'
import { worstExitCode } from '../../exit-codes.ts'
import { ledgerOf } from '../../jobs/ledger.ts'
import type { RunItem } from '../../jobs/run-item.ts'
import type { DeliveryCounts } from '../../jobs/scheduler.ts'
import { figuresOf } from '../../report/figures.ts'
import { canonicalJson, type Json } from '../../results/canonical-json.ts'
import { resultsDigest } from '../../results/digest.ts'
import { diskStore } from '../../results/disk-store.ts'
import type { LedgerEntry, Manifest, ResultsDocument } from '../../results/documents.ts'
import { fetchBundle } from '../../results/fetch-bundle.ts'
import { isBrief, LEDGER_KEY, MANIFEST_KEY, REPORT_KEY, RESULTS_KEY } from '../../results/layout.ts'
import { outputsOf } from '../../results/outputs-of.ts'
import { readThroughStore } from '../../results/read-through-store.ts'
import { readTrafficDocument } from '../../results/read-traffic-document.ts'
import { resultStores } from '../../results/result-stores.ts'
import type { ObjectStore } from '../../results/stores.ts'
import { resultsBody, type ResultUploader } from '../../results/uploader.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'
import type { MetricSource } from '../../thresholds/metric-source.ts'
import type { StopReason } from '../../thresholds/stop-reason.ts'
import { isSearch } from '../../workloads/traffic/plan.ts'
import type { WorkloadSummary } from '../../workloads/workload.ts'
import { pricingOf } from './admit.ts'
import { chooseUploader } from './choose-uploader.ts'
import type { PreparedScenario } from './prepare.ts'
import { judgeRun } from './judge-run.ts'
import { resultsDocument, withThresholds } from './results-document.ts'
import type { RunContext } from './run-context.ts'
import type { Stop } from './stop.ts'
import { writeReports } from './write-reports.ts'

/** How a run came to its end, or to where it stopped. */
export interface RunEnd {
  readonly run: RunItem
  readonly counts: DeliveryCounts
  readonly finishedAtMs: number
  /** See `ResultsDocument.clock_jump_ms`. */
  readonly clockJumpMs: number | undefined
  /** Why it was ended before its time. */
  readonly stopped: Stop | undefined
  /** The same, where a threshold or a limit of the scenario did it. */
  readonly stoppedBy: StopReason | undefined
}

export interface Collected {
  readonly results: ResultsDocument
  /** Of a traffic run that came to its figures. */
  readonly traffic: TrafficDocument | undefined
}

const LINES_AT_ONCE = 1000
const NO_SUMMARY: WorkloadSummary = { lines: [], data: {}, charts: [] }

/**
 * Makes the bundle from the plan and the job table: ledger, objects, results document, report. Repeating it gives the
 * same, so a run that was killed in here is collected again.
 */
export async function collectResults(
  context: RunContext,
  end: RunEnd,
  baselines: ReadonlyMap<string, MetricSource>,
): Promise<Collected> {
  const { opened, prepared, options, table, objects, folder } = context
  const { environment } = opened
  const { graph, workload, scenario } = prepared
  const manifest = await readManifest(objects)
  const local = diskStore(folder)
  const ledger = [...ledgerOf(graph, await table.records(end.run.runId), end.run)]
  const figures = figuresOf(ledger, (jobId) => needsOf(prepared, jobId))

  const done = ledger.filter((entry) => entry.state === 'done')
  // An emulator is near, and may keep nothing.
  const isFetched = (key: string) => options.withDelays || environment.kind !== 'aws' || isBrief(key)
  const expected = outputsOf(done).filter(({ key }) => isFetched(key))
  await fetchBundle({ expected, folder, objects, findFiles: opened.findFiles?.(end.run.runId) })
  const documents = await writeDocuments(prepared, local)

  const isComplete = done.length === graph.size
  const traffic = isComplete && workload.metrics?.traffic ? await fetchTraffic(context, local) : undefined
  const stores = resultStores(readThroughStore(local, objects))
  const summary = isComplete ? await workload.summarize(scenario.settings, stores) : NO_SUMMARY
  const pricing = pricingOf(environment, options)
  const { host, isOutside } = pricing
  const work = doneWork({
    ...{ graph, ledger, documents, host, isOutside, makespanMs: figures.makespan_ms },
    fetched: ({ output_key: key }) => key !== null && isFetched(key),
  })
  const uploader = chooseUploader(options.upload, environment, options.results)
  const measured = resultsDocument(end, {
    ...{ manifest, figures, summary, uploader, traffic },
    digest: isComplete && workload.deterministic ? digestOf(done, workload.resultPrefixes) : null,
    cost: costOf(work, { ...pricing, from: 'run' }),
  })
  const run = {
    local,
    metrics: workload.metrics,
    ledger,
    results: measured,
    traffic,
    stopped: end.stoppedBy,
    baselines,
  }
  const thresholds = isSearch(prepared.graph) ? undefined : scenario.thresholds
  const results = thresholds ? withThresholds(measured, await judgeRun(thresholds, run)) : measured

  const write = async (document: ResultsDocument): Promise<void> => {
    await local.put(RESULTS_KEY, resultsBody(document))
    await writeReports(local, { manifest, results: document, ledger, charts: summary.charts, traffic })
  }
  await local.put(MANIFEST_KEY, Buffer.from(canonicalJson(manifest as unknown as Json)))
  await local.putText(LEDGER_KEY, lines(ledger))
  await write(results)
  for (const key of [LEDGER_KEY, REPORT_KEY]) await context.files.upload(key, join(folder, key))
  await objects.put(RESULTS_KEY, resultsBody(results))

  const error = await uploadError(uploader, results)
  if (error === null) return { results, traffic }
  const unsent: ResultsDocument = {
    ...results,
    exit_code: worstExitCode([results.exit_code, 89]),
    upload: { url: results.upload!.url, error },
  }
  await write(unsent)
  return { results: unsent, traffic }
}

/** The figures of a traffic run, and all that belongs to them. */
async function fetchTraffic(
  { objects, folder, opened, runId }: RunContext,
  local: ObjectStore,
): Promise<TrafficDocument> {
  const traffic = await readTrafficDocument(readThroughStore(local, objects))
  await fetchBundle({ expected: traffic.files, folder, objects, findFiles: opened.findFiles?.(runId) })
  return traffic
}

/** As it was written before the first job, whoever goes on with the run. */
async function readManifest(objects: ObjectStore): Promise<Manifest> {
  return JSON.parse(Buffer.from(await objects.get(MANIFEST_KEY)).toString()) as Manifest
}

/** What existed before the first job. Answers how many there are. */
async function writeDocuments(prepared: PreparedScenario, local: ObjectStore): Promise<number> {
  let documents = 0
  for (const { key, body } of prepared.documents()) {
    await local.put(key, Buffer.from(body))
    documents++
  }
  return documents
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
