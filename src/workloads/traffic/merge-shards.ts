import type { Figures } from '../../engine/figures.ts'
import { createWindowLedger, type ShardLedger } from '../../engine/window-ledger.ts'
import { createWindowMerger, type MergedWindow } from '../../engine/window-merger.ts'
import { NotFoundError } from '../../errors.ts'
import { inParallel } from '../../results/in-parallel.ts'
import { InvalidObjectError, readingObject } from '../../results/invalid-object-error.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { ShardDocument } from '../../results/traffic-document.ts'
import { windowsBatchKeys } from '../../results/traffic-layout.ts'
import { windowsReader } from '../../results/traffic-windows.ts'
import { readShard } from './shard-document.ts'

const READS_AT_ONCE = 32
/** A shard that is further ahead of the slowest waits: what waits to be merged stays small. */
const WINDOWS_AHEAD = 2

export interface MergedShards {
  /** As they ended; of those that did not come to their end with the batches that were found. */
  readonly shards: readonly ShardDocument[]
  /** Of each shard, in the same order. */
  readonly ledger: readonly ShardLedger[]
  /** Batches that could not be read, in words. */
  readonly damages: readonly string[]
}

/** The documents of these shards. */
export async function readShards(objects: ObjectStore, jobIds: readonly string[]): Promise<ShardDocument[]> {
  const shards: ShardDocument[] = []
  await inParallel(jobIds.entries(), READS_AT_ONCE, async ([shard, jobId]) => {
    shards[shard] = await readShard(objects, jobId, shard)
  })
  return shards
}

interface Source {
  readonly position: number
  readonly document: ShardDocument
  readonly keyOf: (batch: number) => string
  /** The next one to read, of so many; of a shard that did not come to its end nobody knows how many there are. */
  batch: number
  readonly batches: number
  /** The first window that is still to come. */
  next: number
}

/**
 * Merges the windows of the shards of one gang and hands them out in order; a batch of each shard is in memory at a time.
 * What is missing is in the ledger.
 */
export async function mergeShards(options: {
  readonly shards: readonly ShardDocument[]
  readonly objects: ObjectStore
  readonly onWindow: (window: MergedWindow, figures: Figures) => void
}): Promise<MergedShards> {
  const { shards, objects, onWindow } = options
  const ledger = createWindowLedger(shards.length)
  const damages: string[] = []
  const merger = createWindowMerger({ shards: Array.from(shards.keys()), onWindow })
  const sources = shards.map((document, position): Source => {
    const batches = document.windows === null ? Infinity : document.batches
    return { position, document, keyOf: windowsBatchKeys(document.job_id), batch: 0, batches, next: 0 }
  })

  async function readNext(source: Source): Promise<void> {
    if (source.batch >= source.batches) return end(source)
    const key = source.keyOf(source.batch)
    try {
      const body = await objects.get(key)
      readingObject(key, () => addBatch(source, body))
      source.batch += 1
    } catch (error) {
      if (error instanceof NotFoundError && source.batches === Infinity) return end(source)
      if (!(error instanceof NotFoundError || error instanceof InvalidObjectError)) throw error
      damages.push(error.message)
      source.batch += 1
    }
  }

  function addBatch(source: Source, body: Uint8Array): void {
    const windows = windowsReader(body)
    while (windows.next()) {
      const { number, from, to } = windows
      if (number < source.next) throw new InvalidObjectError(`has window ${number} again`)
      ledger.receive(source.position, number)
      merger.add(source.position, number, body as Uint8Array<ArrayBuffer>, from, to)
      source.next = number + 1
    }
  }

  function end(source: Source): void {
    open.delete(source)
    merger.end(source.position)
  }

  const open = new Set(sources)
  while (open.size > 0) {
    const slowest = Math.min(...Array.from(open, ({ next }) => next))
    const behind = [...open].filter(({ next }) => next <= slowest + WINDOWS_AHEAD)
    await inParallel(behind, READS_AT_ONCE, readNext)
  }
  for (const [position, { windows }] of shards.entries()) if (windows !== null) ledger.due(position, windows)
  return {
    shards: sources.map(({ document, batch }) =>
      document.windows === null ? { ...document, batches: batch } : document,
    ),
    ledger: ledger.shards,
    damages: damages.sort(),
  }
}
