import type { Follower } from '../workloads/workload.ts'

/** Tells whoever follows a run what its shards have shipped, without keeping the scheduler waiting. */
export interface Following {
  /** Batches so far; what was told before is not told again. Calls for one job never overlap. */
  shipped(jobId: string, batches: number): void
  /** Nothing more comes from this job; told once, after the last batch. */
  ended(jobId: string): void
  /** Resolves when all that was said has been told. */
  settled(): Promise<void>
}

/** A follower that fails loses what it would have shown, and never the run: `onError` hears of the first time only. */
export function createFollowing(follower: Follower | undefined, onError: (error: unknown) => void): Following {
  const latest = new Map<string, number>()
  const told = new Map<string, number>()
  const over = new Set<string>()
  const telling = new Map<string, Promise<void>>()
  let hasFailed = false

  function failed(error: unknown): void {
    if (hasFailed) return
    hasFailed = true
    onError(error)
  }

  function isBehind(jobId: string): boolean {
    return (told.get(jobId) ?? 0) < (latest.get(jobId) ?? 0)
  }

  async function tell(jobId: string): Promise<void> {
    while (isBehind(jobId)) {
      const batches = latest.get(jobId)!
      await follower!.shipped(jobId, batches).catch(failed)
      told.set(jobId, batches)
    }
    telling.delete(jobId)
    if (over.has(jobId)) end(jobId)
  }

  function end(jobId: string): void {
    try {
      follower!.ended(jobId)
    } catch (error) {
      failed(error)
    }
  }

  return {
    shipped(jobId, batches) {
      if (follower === undefined || over.has(jobId)) return
      latest.set(jobId, Math.max(batches, latest.get(jobId) ?? 0))
      if (isBehind(jobId) && !telling.has(jobId)) telling.set(jobId, tell(jobId))
    },
    ended(jobId) {
      if (follower === undefined || over.has(jobId)) return
      over.add(jobId)
      if (!telling.has(jobId)) end(jobId)
    },
    async settled() {
      await Promise.all(telling.values())
    },
  }
}
