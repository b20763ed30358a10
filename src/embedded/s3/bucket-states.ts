import type { Store } from '../store.ts'

/** For `/_turnaround/state`. */
export interface BucketState {
  readonly account_id: string
  readonly region: string
  readonly name: string
  /** Keys that GET answers; null where there are more than 10,000: nobody is to wait for them to be counted. */
  readonly objects: number | null
}

const mostCounted = 10_000

export function createBucketStates({ database }: Store): () => BucketState[] {
  const select = database.prepare(
    `select accountId, region, name,
       (select count(*) from (select 1 from s3_objects where bucket = name limit ${mostCounted + 1})) as objects
     from s3_buckets order by name`,
  )
  return () => {
    const rows = select.all() as unknown as { accountId: string; region: string; name: string; objects: number }[]
    return rows.map(({ accountId, region, name, objects }) => ({
      account_id: accountId,
      region,
      name,
      objects: objects > mostCounted ? null : objects,
    }))
  }
}
