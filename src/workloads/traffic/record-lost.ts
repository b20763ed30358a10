import type { ResultStores, StoredObject } from '../../results/stores.ts'
import type { Job } from '../workload.ts'
import { shardOf } from './job-details.ts'
import { emptyShard, storeShard } from './shard-document.ts'

/**
 * Writes in place of a shard that it will never end; one that has said how it ended keeps its word. `began: false` where it is
 * known that its gang never did; `host` is who had it.
 */
export async function recordLostShard(job: Job, lost: LostShard): Promise<StoredObject> {
  const { reason, stores, began = true, stopped = false, host } = lost
  const state = began ? 'lost' : stopped ? 'stopped' : 'never_started'
  const identity = { job_id: job.jobId, shard: shardOf(job), host: host ?? '' }
  return storeShard(stores.objects, emptyShard({ ...identity, state, reason }))
}

export interface LostShard {
  readonly reason: string
  readonly stores: ResultStores
  /** Default true: nobody knows what it did. */
  readonly began?: boolean
  /** The run was ended before the gang had begun. */
  readonly stopped?: boolean
  readonly host?: string | null
}
