import { createWindowLedger } from '../../engine/window-ledger.ts'
import { createWindowMerger, type WindowMerger } from '../../engine/window-merger.ts'
import { windowsBatchKey } from '../../results/traffic-layout.ts'
import { InvalidObjectError } from '../../results/invalid-object-error.ts'
import { readWindows } from '../../results/traffic-windows.ts'
import type { FollowOptions, Follower } from '../workload.ts'

interface FollowedShard {
  readonly step: number
  readonly shard: number
  /** Batches that were read. */
  read: number
  hasEnded: boolean
}

const SHARD_JOB = /^(?:step-(\d+)-)?shard-(\d+)$/

/**
 * Merges the windows of a run while they come: each is handed out when every shard that still runs has shipped its own. Steps
 * of a search follow each other, and their windows are numbered on. A batch that cannot be read now is read with the next
 * call, which rejects for it; a damaged one is left out, and the merge at the end will say so.
 */
export function followTraffic({ shards }: { readonly shards: number }, { objects, onWindow }: FollowOptions): Follower {
  const known = new Map<string, FollowedShard>()
  const numbers = Array.from({ length: shards }, (_, shard) => shard)
  let step = -1
  let merger: WindowMerger | undefined
  let ledger = createWindowLedger(shards)
  /** Windows of the steps before, and of this one so far. */
  let before = 0
  let windows = 0

  function followed(jobId: string): FollowedShard | undefined {
    const found = known.get(jobId)
    if (found) return found
    const match = SHARD_JOB.exec(jobId)
    if (!match || Number(match[2]) >= shards) return undefined // the merge, or a deciding job
    const shard = { step: Number(match[1] ?? 0), shard: Number(match[2]), read: 0, hasEnded: false }
    known.set(jobId, shard)
    return shard
  }

  /** A new step begins when the one before it is over. */
  function mergerOf(wanted: number): WindowMerger | undefined {
    if (wanted <= step) return wanted === step ? merger : undefined
    if (merger) for (const shard of numbers) merger.end(shard)
    step = wanted
    before += windows
    windows = 0
    ledger = createWindowLedger(shards)
    merger = createWindowMerger({
      shards: numbers,
      onWindow(window) {
        windows = window.number + 1
        onWindow({ ...window, number: before + window.number })
      },
    })
    return merger
  }

  function addBatch({ step: of, shard }: FollowedShard, body: Uint8Array): void {
    for (const { number, figures } of readWindows(body)) {
      if (mergerOf(of) && ledger.receive(shard, number)) merger!.add(shard, number, figures)
    }
  }

  return {
    async shipped(jobId, batches) {
      const shard = followed(jobId)
      if (!shard) return
      while (shard.read < batches && !shard.hasEnded) {
        const body = await objects.get(windowsBatchKey(jobId, shard.read))
        shard.read += 1
        if (shard.hasEnded) return
        try {
          addBatch(shard, body)
        } catch (error) {
          if (!(error instanceof InvalidObjectError)) throw error
        }
      }
    },
    ended(jobId) {
      const shard = followed(jobId)
      if (!shard || shard.hasEnded) return
      shard.hasEnded = true
      mergerOf(shard.step)?.end(shard.shard)
    },
  }
}
