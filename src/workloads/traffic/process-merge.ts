import { encodeFigures } from '../../engine/figures-encoding.ts'
import { compileSchedule } from '../../engine/schedule/compile.ts'
import type { Figures } from '../../engine/figures.ts'
import type { ShardLedger } from '../../engine/window-ledger.ts'
import type { MergedWindow } from '../../engine/window-merger.ts'
import { inParallel } from '../../results/in-parallel.ts'
import type { ObjectStore, StoredObject } from '../../results/stores.ts'
import type { ShardDocument, TrafficDocument } from '../../results/traffic-document.ts'
import { FIGURES_KEY, TRAFFIC_KEY, WINDOWS_KEY, WINDOWS_TABLE_KEY } from '../../results/traffic-layout.ts'
import { createRunFigures } from '../../results/traffic-run-figures.ts'
import { createWindowsTable } from '../../results/traffic-tables.ts'
import { createWindowsWriter, readWindows } from '../../results/traffic-windows.ts'
import type { Job, ProcessContext } from '../workload.ts'
import { readDecision, searchDocument, type DecisionDocument } from './decision.ts'
import { shardJobIds, type JobDetails } from './job-details.ts'
import { loadDigest } from './load-digest.ts'
import { isRunnable, type LoadSettings } from './load-settings.ts'
import { mergeShards, readShards } from './merge-shards.ts'
import { percentileObjects } from './percentile-objects.ts'
import { readTrafficJob } from './read-traffic-job.ts'
import { runVerdict, searchVerdict } from './run-verdict.ts'
import { json } from './shard-document.ts'
import { showTarget, type TrafficSpec } from './spec.ts'
import { durationOf, trafficDocument } from './traffic-document.ts'

/** Makes a run's results from what its shards have left. Windows are read, merged and written one by one. */
export async function processMerge<Settings extends LoadSettings>(
  job: Job,
  { stores }: ProcessContext,
  spec: TrafficSpec<Settings>,
): Promise<StoredObject> {
  const { objects } = stores
  const { details, settings, load } = await readTrafficJob(job, objects, spec)
  const decision = isRunnable(load) ? undefined : await readDecision(objects, details.step ?? 1, load)
  const run = createRunFigures()
  const windows = createWindowsWriter()
  const table = createWindowsTable()
  const merged = await mergeGangs(objects, gangsOf(details, decision), (window, figures) => {
    run.add(window.number, figures)
    windows.add(window)
    table.add(window.number, figures)
  })
  const figures = run.finish()
  const windowsObject = windows.finish()
  const files = await storeAll(objects, [
    [WINDOWS_KEY, windowsObject],
    [WINDOWS_TABLE_KEY, table.finish()],
    [FIGURES_KEY, encodeFigures(figures.total)],
    ...percentileObjects(figures.total),
  ])
  const { model } = isRunnable(load) ? compileSchedule(load, details.seed) : { model: 'open' as const }
  const search = decision && !isRunnable(load) ? searchDocument(decision, load) : undefined
  const verdict = runVerdict({ model, total: figures.total, ...merged })
  const extra = spec.extra?.(figures.total, {
    settings,
    durationMs: merged.durationMs,
    levels: figures.levels,
    windows: readWindows(windowsObject),
  })
  const document = trafficDocument({
    verdict: search ? searchVerdict(verdict, decision!.tried, search) : verdict,
    workload: spec.workload,
    model,
    executor: load.executor,
    scheduleDigest: loadDigest(load, details.seed, details.shards),
    target: spec.describeTarget?.(settings) ?? showTarget(spec.target(settings)),
    ...merged,
    figures,
    files: [...files, ...merged.shards.flatMap(({ delays }) => delays ?? [])],
    search,
    extra,
  })
  return objects.put(TRAFFIC_KEY, json(document))
}

/** The shards that made load at the same time; a search has one such gang after the other. */
function gangsOf({ shards }: JobDetails, decision: DecisionDocument | undefined): string[][] {
  if (!decision) return [shardJobIds(shards)]
  return Array.from({ length: decision.ran }, (_, at) => shardJobIds(shards, at + 1))
}

interface MergedGangs {
  readonly shards: readonly ShardDocument[]
  /** Of each shard, in the same order, numbered by it. */
  readonly ledger: readonly ShardLedger[]
  readonly damages: readonly string[]
  readonly durationMs: number
}

/** Steps of a search follow each other: their windows are numbered on. */
async function mergeGangs(
  objects: ObjectStore,
  gangs: readonly (readonly string[])[],
  onWindow: (window: MergedWindow, figures: Figures) => void,
): Promise<MergedGangs> {
  const all = { shards: [] as ShardDocument[], ledger: [] as ShardLedger[], damages: [] as string[], durationMs: 0 }
  let before = 0
  for (const jobIds of gangs) {
    let windows = 0
    const merged = await mergeShards({
      shards: await readShards(objects, jobIds),
      objects,
      onWindow(window, figures) {
        windows = window.number + 1
        onWindow({ ...window, number: before + window.number }, figures)
      },
    })
    const numbered = merged.ledger.map((one) => ({ ...one, shard: all.shards.length + one.shard }))
    all.ledger.push(...numbered)
    all.shards.push(...merged.shards)
    all.damages.push(...merged.damages)
    all.durationMs += durationOf(merged.shards, windows)
    before += windows
  }
  return all
}

const WRITES_AT_ONCE = 16

async function storeAll(
  objects: ObjectStore,
  bodies: readonly (readonly [string, Uint8Array])[],
): Promise<TrafficDocument['files']> {
  const stored: StoredObject[] = []
  await inParallel(bodies, WRITES_AT_ONCE, async ([key, body]) => stored.push(await objects.put(key, body)))
  return stored
}
