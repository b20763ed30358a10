import { encodeFigures } from '../engine/figures-encoding.ts'
import { canonicalJson, type Json } from '../results/canonical-json.ts'
import type { LedgerEntry, Manifest, ResultsDocument } from '../results/documents.ts'
import { LEDGER_KEY, MANIFEST_KEY, RESULTS_KEY } from '../results/layout.ts'
import type { MergedFrom, MergedSource } from '../results/merged-from.ts'
import { resultStores } from '../results/result-stores.ts'
import { InvalidObjectError } from '../results/invalid-object-error.ts'
import type { ObjectStore, StoredObject } from '../results/stores.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'
import { FIGURES_KEY, TRAFFIC_KEY, WINDOWS_KEY, WINDOWS_TABLE_KEY } from '../results/traffic-layout.ts'
import { createRunFigures, type RunFigures } from '../results/traffic-run-figures.ts'
import { createWindowsTable } from '../results/traffic-tables.ts'
import { createWindowsWriter, readWindows } from '../results/traffic-windows.ts'
import { percentileObjects } from '../workloads/traffic/percentile-objects.ts'
import { trafficDocument } from '../workloads/traffic/traffic-document.ts'
import type { Workload } from '../workloads/workload.ts'
import { byLabel, labelled, type LabelledSource } from './labels.ts'
import { oneAfterTheOther, sideBySide, type LineUp } from './line-up.ts'
import { distinct, mergedManifest, oneDigest, type Merger } from './merged-manifest.ts'
import { mergedLedger, mergedResults } from './merged-results.ts'
import { mergeWindows } from './merge-windows.ts'
import { placeShards, type PlacedShards } from './place-shards.ts'
import type { Source } from './sources.ts'
import { worstVerdict } from './worst-verdict.ts'

export interface MergeOptions {
  readonly mode: MergedFrom['mode']
  readonly workload: Workload
  readonly merger: Merger
  readonly out: ObjectStore
  /** One line of the reasons for which runs were stopped. */
  readonly joinStops: Parameters<typeof worstVerdict>[2]
  /** What a document's verdict comes to. */
  readonly judge: (traffic: TrafficDocument) => Pick<ResultsDocument, 'verdict' | 'verdict_reason' | 'exit_code'>
}

export interface MergedBundle {
  readonly manifest: Manifest
  /** Without thresholds. */
  readonly results: ResultsDocument
  readonly ledger: readonly LedgerEntry[]
  readonly traffic: TrafficDocument
}

/**
 * Makes one bundle of several in `out`: windows of one number are added up, and everything else follows from them, so that
 * no percentile is made from percentiles. The order in which bundles come changes nothing, and what was merged before
 * counts as the runs it was merged from.
 */
export async function mergeBundles(given: readonly Source[], options: MergeOptions): Promise<MergedBundle> {
  const { mode, workload, merger, out } = options
  const sources = labelled(given).toSorted((a, b) => byLabel(a.runs[0], b.runs[0]))
  const lineUp = mode === 'parallel' ? sideBySide(sources) : oneAfterTheOther(sources)
  const placed = placeShards(sources)
  const runs = sources.flatMap((source) => renumbered(source, lineUp)).sort(byLabel)
  const manifest = mergedManifest(sources, { merger, merged: { mode, sources: runs } })

  const { figures, files, windows } = await storeFigures(out, lineUp, placed)
  const { durationMs } = lineUp
  const extra = workload.extra?.(figures.total, {
    ...{ settings: manifest.settings, durationMs, levels: figures.levels },
    windows: readWindows(windows),
  })
  const documents = sources.map(({ bundle }) => bundle.traffic)
  const traffic: TrafficDocument = {
    ...trafficDocument({
      verdict: worstVerdict(runs, placed.ledger, options.joinStops),
      workload: manifest.workload,
      model: documents.some(({ model }) => model === 'closed') ? 'closed' : 'open',
      executor: distinct(documents.flatMap(({ executor }) => executor.split(', '))),
      scheduleDigest: oneDigest(runs.map(({ schedule_digest }) => schedule_digest)),
      target: distinct(documents.flatMap(({ target }) => target.split(', '))),
      ...{ shards: placed.shards, ledger: placed.ledger, figures, files, durationMs },
      extra: extra && Object.keys(extra).length > 0 ? extra : undefined,
    }),
    started_at: documents.flatMap(({ started_at }) => started_at ?? []).sort()[0] ?? null,
    ...(lineUp.segments && { segments: lineUp.segments }),
  }
  await store(out, TRAFFIC_KEY, traffic)
  await store(out, MANIFEST_KEY, manifest)

  const ledger = mergedLedger(sources)
  await out.put(LEDGER_KEY, Buffer.from(ledger.map((entry) => `${JSON.stringify(entry)}\n`).join('')))
  const summary = await workload.summarize(manifest.settings, resultStores(out))
  const judged = options.judge(traffic)
  const results = mergedResults(sources, { manifest, ledger, traffic, summary, judged })
  await store(out, RESULTS_KEY, results)
  return { manifest, results, ledger, traffic }
}

function renumbered(source: LabelledSource, { numbers }: LineUp): MergedSource[] {
  return source.runs.map((run) => ({ ...run, segment: numbers.get(source)![run.segment] }))
}

/** Everything that is made of windows, and the shards' own tables as they are. */
async function storeFigures(
  out: ObjectStore,
  { pieces }: LineUp,
  { numbers, delays }: PlacedShards,
): Promise<{ readonly figures: RunFigures; readonly files: readonly StoredObject[]; readonly windows: Uint8Array }> {
  const run = createRunFigures()
  const writer = createWindowsWriter()
  const table = createWindowsTable()
  for (const { window, figures } of mergeWindows(pieces, numbers)) {
    run.add(window.number, figures)
    writer.add(window)
    table.add(window.number, figures)
  }
  const figures = run.finish()
  const windows = writer.finish()
  const files: StoredObject[] = []
  for (const [key, body] of [
    [WINDOWS_KEY, windows] as const,
    [WINDOWS_TABLE_KEY, table.finish()] as const,
    [FIGURES_KEY, encodeFigures(figures.total)] as const,
    ...percentileObjects(figures.total),
  ]) {
    files.push(await out.put(key, body))
  }
  for (const { source, from, to } of delays) {
    const stored = await out.put(to.key, await source.bundle.local.get(from.key))
    if (stored.sha256 !== from.sha256) {
      throw new InvalidObjectError(`${from.key} of ${source.bundle.folder} was changed since its run`)
    }
    files.push(stored)
  }
  return { figures, files, windows }
}

async function store(out: ObjectStore, key: string, document: object): Promise<void> {
  await out.put(key, Buffer.from(canonicalJson(document as Json)))
}
