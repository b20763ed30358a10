import { createHash } from 'node:crypto'
import type { Manifest } from '../results/documents.ts'
import type { MergedFrom } from '../results/merged-from.ts'
import type { Thresholds } from '../thresholds/schema.ts'
import type { LabelledSource } from './labels.ts'

/** Who merges, where and with what. */
export type Merger = Pick<Manifest, 'run_id' | 'runner' | 'versions'>

/** What was run, of several runs together: what they share, and what they add up to. */
export function mergedManifest(
  sources: readonly LabelledSource[],
  { merger, merged }: { readonly merger: Merger; readonly merged: MergedFrom },
): Manifest {
  const manifests = sources.map(({ bundle }) => bundle.manifest)
  const [first] = manifests
  const hosts = manifests.map(({ host }) => host)
  const thresholds = allThresholds(manifests)
  const seeds = [...new Set(manifests.flatMap(({ seed, seeds: several = [seed] }) => several))].sort((a, b) => a - b)
  return {
    ...first,
    ...merger,
    seed: seeds[0],
    ...(seeds.length > 1 && { seeds }),
    ...(thresholds && { thresholds }),
    scenario: distinct(manifests.map(({ scenario }) => scenario)),
    scenario_digest: oneDigest(merged.sources.map(({ scenario_digest }) => scenario_digest)),
    environment: distinct(manifests.map(({ environment }) => environment)),
    host: {
      name: distinct(hosts.flatMap(({ name }) => name.split(', '))),
      cores: sum(hosts.map(({ cores }) => cores)),
      platform: distinct(hosts.flatMap(({ platform }) => platform.split(', '))),
      workers: sum(hosts.map(({ workers }) => workers)),
    },
    started_at: least(manifests.map(({ started_at }) => started_at)),
    merged,
  }
}

/** One digest of several: itself where they are all the same. Does not depend on their order. */
export function oneDigest(digests: readonly string[]): string {
  const known = [...new Set(digests)].sort()
  return known.length === 1 ? known[0] : createHash('sha256').update(digests.toSorted().join('\n')).digest('hex')
}

/** Several names as one. */
export function distinct(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ')
}

/** What every run had to meet: all of it, each once. */
function allThresholds(manifests: readonly Manifest[]): Thresholds | undefined {
  const all = new Map<string, Map<string, Thresholds[string][number]>>()
  for (const [metric, list] of manifests.flatMap(({ thresholds = {} }) => Object.entries(thresholds))) {
    const known = all.get(metric) ?? new Map<string, Thresholds[string][number]>()
    all.set(metric, known)
    for (const one of list) known.set(JSON.stringify(one), one)
  }
  if (all.size === 0) return undefined
  return Object.fromEntries(Array.from(all, ([metric, list]) => [metric, [...list.values()]]))
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

export function least(texts: readonly string[]): string {
  return texts.toSorted()[0]
}
