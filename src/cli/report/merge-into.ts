import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { randomUUID } from 'node:crypto'
import { detectRunner } from '../../environment/runner.ts'
import { InvalidInputError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { mergeBundles, type MergedBundle } from '../../merge/merge-bundles.ts'
import type { Merger } from '../../merge/merged-manifest.ts'
import { refuse } from '../../merge/refuse.ts'
import { readSources, type Source } from '../../merge/sources.ts'
import { diskStore } from '../../results/disk-store.ts'
import { RESULTS_KEY } from '../../results/layout.ts'
import type { Bundle } from '../../results/read-bundle.ts'
import { resultsBody } from '../../results/uploader.ts'
import { version } from '../../version.ts'
import { loadWorkload } from '../../workloads/registry.ts'
import type { Workload } from '../../workloads/workload.ts'
import { gitSha } from '../run/manifest.ts'
import { trafficVerdict } from '../run/results-document.ts'
import { parseStopLine, stopExitCode, stopLine } from '../run/stop.ts'
import { writeReports } from '../run/write-reports.ts'
import { readThresholds, type GivenThresholds } from './given-thresholds.ts'
import { judgeAgain } from './judge-again.ts'
import type { Reported } from './report-bundle.ts'

export interface MergeIntoOptions extends GivenThresholds {
  readonly bundles: readonly string[]
  /** Must not exist, or be empty. */
  readonly output: string
  readonly sequential: boolean
  readonly force: boolean
  /** Where baselines are looked for. */
  readonly results: string
}

/**
 * Merges bundles of traffic runs into a new one. It is made beside its place and moved there as a whole: there is all of it
 * or nothing. Throws InvalidInputError for bundles that do not add up, and for a place that is taken.
 */
export async function mergeInto(options: MergeIntoOptions): Promise<Reported> {
  const output = resolve(options.output)
  await mustBeFree(output)
  const sources = await readSources(options.bundles)
  refuse(sources, options)
  const workload = await loadWorkload(sources[0].bundle.manifest.workload)
  const given = await readThresholds(options, workload.metrics)
  const aside = join(dirname(output), `.${basename(output)}-${randomUUID()}.tmp`)
  try {
    const reported = await mergeAside(sources, { ...options, aside, workload, given })
    await mkdir(dirname(output), { recursive: true })
    await rmdir(output).catch(() => undefined) // an empty one; where it cannot go, the rename says why
    await rename(aside, output)
    return { ...reported, folder: output }
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function mergeAside(
  sources: readonly Source[],
  options: MergeIntoOptions & {
    readonly aside: string
    readonly workload: Workload
    readonly given: Awaited<ReturnType<typeof readThresholds>>
  },
): Promise<Reported> {
  const { aside, workload, given, sequential, output, results: resultsFolder } = options
  const local = diskStore(aside)
  const mode = sequential ? 'sequential' : 'parallel'
  const merger = await mergerOf(output, sources)
  const merged = await mergeBundles(sources, { mode, workload, merger, out: local, joinStops, judge: trafficVerdict })
  const bundle: Bundle = { ...merged, folder: aside, local }
  const { results, notes } = await judgeAgain(bundle, { given, metrics: workload.metrics, resultsFolder })
  await local.put(RESULTS_KEY, resultsBody(results))
  await writeReports(local, { ...reportedOf(merged), results })
  return { results, traffic: merged.traffic, folder: aside, notes }
}

function reportedOf({ manifest, ledger, traffic }: MergedBundle) {
  return { manifest, ledger, traffic, charts: [] }
}

async function mustBeFree(output: string): Promise<void> {
  const entries = await readdir(output).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    if (error.code === 'ENOTDIR') return [basename(output)]
    throw error
  })
  if (entries.length === 0) return
  const message = `${output} exists and is not empty; nothing is overwritten: choose another folder`
  throw new InvalidInputError('The bundles cannot be merged:', [{ path: '--output', message }])
}

/** A merged bundle is called as its folder, where that can be a run id. */
async function mergerOf(output: string, [first]: readonly Source[]): Promise<Merger> {
  const name = basename(output)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
  return {
    run_id: name === '' ? `${first.bundle.manifest.scenario}-merged` : name,
    runner: await detectRunner(),
    versions: { turnaround: version, node: process.version, git_sha: await gitSha() },
  }
}

/** The kind of stop that an exit code would be about; the words of all of them, each with its run. */
function joinStops(stops: readonly { readonly label: string; readonly reason: string }[]): string {
  const parsed = stops.map(({ label, reason }) => ({ label, ...parseStopLine(reason) }))
  const rank = exitCodes.map(({ code }) => code)
  const [worst] = parsed.toSorted((a, b) => rank.indexOf(stopExitCode(a)) - rank.indexOf(stopExitCode(b)))
  return stopLine({ ...worst, text: parsed.map(({ label, text }) => `${label}: ${text}`).join('; ') })
}
