import { createHash } from 'node:crypto'
import { InvalidInputError } from '../errors.ts'
import { checkFigures } from '../results/check-figures.ts'
import { resultsDigest } from '../results/digest.ts'
import { inParallel } from '../results/in-parallel.ts'
import { MANIFEST_KEY } from '../results/layout.ts'
import type { MergedSource } from '../results/merged-from.ts'
import { readBundle, type Bundle } from '../results/read-bundle.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'
import { TRAFFIC_KEY } from '../results/traffic-layout.ts'

/** A bundle that can be merged. */
export interface Source {
  readonly bundle: Bundle & { readonly traffic: TrafficDocument }
  /** `windows.bin`. */
  readonly windows: Uint8Array
  /** The runs in it, which are several where it was merged itself. Labels as in that bundle. */
  readonly runs: readonly MergedSource[]
}

const READS_AT_ONCE = 4

/** Throws InvalidInputError for a folder that is no bundle or holds no traffic, and for figures that were changed. */
export async function readSources(folders: readonly string[]): Promise<Source[]> {
  const sources: Source[] = []
  await inParallel(folders.entries(), READS_AT_ONCE, async ([at, folder]) => {
    sources[at] = await readSource(folder)
  })
  return sources
}

async function readSource(folder: string): Promise<Source> {
  const bundle = await readBundle(folder)
  const { traffic, manifest, local } = bundle
  if (!traffic) throw refusal(folder, whyNotTraffic(bundle))
  const windows = await checkFigures(bundle)
  if (manifest.merged) return { bundle: { ...bundle, traffic }, windows, runs: manifest.merged.sources }
  const identity = [MANIFEST_KEY, TRAFFIC_KEY].map(async (key) => ({ key, sha256: sha256(await local.get(key)) }))
  const digest = resultsDigest(await Promise.all(identity))
  const run: MergedSource = {
    ...{ label: manifest.run_id, run_id: manifest.run_id, digest },
    ...{ schedule_digest: traffic.schedule_digest, scenario_digest: manifest.scenario_digest },
    ...{ segment: 0, verdict: traffic.verdict },
  }
  return { bundle: { ...bundle, traffic }, windows, runs: [run] }
}

function whyNotTraffic({ manifest: { workload, run_id }, results }: Bundle): string {
  if (workload === 'flights' || workload === 'synthetic') {
    return `${run_id} is a run of workload ${workload}: its results are those of each sequence or job by itself, and do not add up. Compare such runs instead: turnaround parity-run`
  }
  const { done, total } = results.jobs
  return `${run_id} has no figures (${TRAFFIC_KEY}): ${done} of its ${total} jobs are done`
}

function refusal(path: string, message: string): InvalidInputError {
  return new InvalidInputError('The bundles cannot be merged:', [{ path, message }])
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
