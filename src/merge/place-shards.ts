import type { ShardLedger } from '../engine/window-ledger.ts'
import type { ShardDocument } from '../results/traffic-document.ts'
import { delaysKey } from '../results/layout.ts'
import type { StoredObject } from '../results/stores.ts'
import { byLabel, type LabelledSource } from './labels.ts'

/** A file of a source and where it is in the merged bundle. */
export interface CarriedFile {
  readonly source: LabelledSource
  readonly from: StoredObject
  readonly to: StoredObject
}

export interface PlacedShards {
  /** By run, and within a run as they were. */
  readonly shards: readonly ShardDocument[]
  readonly ledger: readonly ShardLedger[]
  readonly delays: readonly CarriedFile[]
  /** Of each source: the new number of its shard 0, 1, … */
  readonly numbers: ReadonlyMap<LabelledSource, readonly number[]>
}

/** All shards as those of one run. Their order does not depend on that of the bundles, nor on what was merged before. */
export function placeShards(sources: readonly LabelledSource[]): PlacedShards {
  const all = sources.flatMap((source) =>
    source.bundle.traffic.shards.map((document, index) => ({
      ...{ source, index, document, label: source.labelOf(document.job_id) },
      ledger: source.bundle.traffic.ledger[index],
    })),
  )
  const ordered = all.toSorted(byLabel)
  const numbers = new Map(sources.map((source) => [source, [] as number[]]))
  for (const [number, { source, index }] of ordered.entries()) numbers.get(source)![index] = number
  const delays = ordered.map(({ source, document }) => carried(source, document))
  return {
    shards: ordered.map(({ source, document }, shard) => {
      const to = delays[shard]?.to
      return { ...document, job_id: source.rename(document.job_id), shard, ...(to && { delays: to }) }
    }),
    ledger: ordered.map(({ ledger }, shard) => ({ ...ledger, shard })),
    delays: delays.flatMap((file) => file ?? []),
    numbers,
  }
}

function carried(source: LabelledSource, { job_id, delays: from }: ShardDocument): CarriedFile | undefined {
  return from && { source, from, to: { ...from, key: delaysKey(source.rename(job_id)) } }
}
