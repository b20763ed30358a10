import { Figures } from '../../../src/engine/figures.ts'
import { encodeFigures } from '../../../src/engine/figures-encoding.ts'
import type { ObjectStore } from '../../../src/results/stores.ts'
import type { ShardDocument } from '../../../src/results/traffic-document.ts'
import { shardKey, windowsBatchKey } from '../../../src/results/traffic-layout.ts'
import { encodeWindows } from '../../../src/results/traffic-windows.ts'
import { emptyShard, json, totalsOf } from '../../../src/workloads/traffic/shard-document.ts'

export interface CannedShard {
  readonly jobId: string
  readonly shard: number
  readonly windows: readonly Figures[]
  /** Windows of each batch; default 2. */
  readonly batchSizes?: readonly number[]
  readonly document?: Partial<ShardDocument>
}

/** What a shard leaves that has run, without running one. */
export async function storeCannedShard(objects: ObjectStore, canned: CannedShard): Promise<ShardDocument> {
  const { jobId, shard, windows, batchSizes = [] } = canned
  let batches = 0
  for (let number = 0; number < windows.length; batches++) {
    const size = Math.max(batchSizes[batches] ?? 2, 1)
    const numbers = Array.from({ length: Math.min(size, windows.length - number) }, (_, at) => number + at)
    const batch = numbers.map((one) => ({ number: one, shards: [shard], figures: encodeFigures(windows[one]) }))
    await objects.put(windowsBatchKey(jobId, batches), encodeWindows(batch))
    number += size
  }
  const total = new Figures()
  for (const window of windows) total.merge(window)
  const document = emptyShard({
    ...{ job_id: jobId, shard, host: 'host', state: 'finished', reason: null },
    ...{ windows: windows.length, batches, duration_ms: windows.length * 1000 - 300 },
    ...{ totals: totalsOf(total), clock: { offset_ms: 0, uncertainty_ms: 1 }, started_at: '2026-01-31T12:00:00.000Z' },
    ...canned.document,
  })
  await objects.put(shardKey(jobId), json(document))
  return document
}
