import type { Figures } from '../../engine/figures.ts'
import { canonicalJson, type Json } from '../../results/canonical-json.ts'
import { getIfThere } from '../../results/get-if-there.ts'
import { InvalidObjectError, readingObject } from '../../results/invalid-object-error.ts'
import { parseJson } from '../../results/percentiles-document.ts'
import { storedObject } from '../../results/stored-object.ts'
import type { ObjectStore, StoredObject } from '../../results/stores.ts'
import type { ShardDocument, ShardTotals } from '../../results/traffic-document.ts'
import { responseTimes } from '../../results/traffic-figures.ts'
import { shardKey } from '../../results/traffic-layout.ts'

/** A shard of which nothing is known but why. */
export function emptyShard(
  known: Pick<ShardDocument, 'job_id' | 'shard' | 'host' | 'state' | 'reason'> & Partial<ShardDocument>,
): ShardDocument {
  return {
    windows: known.state === 'never_started' || known.state === 'stopped' ? 0 : null,
    batches: 0,
    duration_ms: 0,
    spin_ms: 0,
    abandoned: 0,
    failures: [],
    health: [],
    clock: null,
    ...known,
  }
}

/**
 * Stores how a shard ended, once: what is there already stays, so that a shard which was given up and one which went on do
 * not overwrite each other's word after somebody has read it.
 */
export async function storeShard(objects: ObjectStore, document: ShardDocument): Promise<StoredObject> {
  const key = shardKey(document.job_id)
  const before = await getIfThere(objects, key)
  return before ? storedObject(key, before) : objects.put(key, json(document))
}

/** How a shard ended. One whose document is missing or damaged is `lost`. */
export async function readShard(objects: ObjectStore, jobId: string, shard: number): Promise<ShardDocument> {
  const key = shardKey(jobId)
  const lost = (reason: string) => emptyShard({ job_id: jobId, shard, host: '', state: 'lost', reason })
  try {
    const body = await getIfThere(objects, key)
    return body ? readingObject(key, () => parseShard(body, jobId)) : lost(`${key} does not exist`)
  } catch (error) {
    if (error instanceof InvalidObjectError) return lost(error.message)
    throw error
  }
}

/** What a shard counted, to hold against the windows that arrived. */
export function totalsOf(figures: Figures): ShardTotals {
  const { due, started, dropped } = figures.starts
  const response = responseTimes(figures.steps.values())
  const { count: samples, sumUs } = response
  return { due, started, dropped, iterations: figures.iterations.count, samples, response_us: String(sumUs) }
}

export function json(document: object): Uint8Array {
  return Buffer.from(canonicalJson(document as Json))
}

function parseShard(body: Uint8Array, jobId: string): ShardDocument {
  const document = parseJson(body) as Partial<ShardDocument> | null
  if (document?.job_id === jobId && typeof document.state === 'string' && typeof document.batches === 'number')
    return document as ShardDocument
  throw new InvalidObjectError(`says nothing of how ${jobId} ended`)
}
