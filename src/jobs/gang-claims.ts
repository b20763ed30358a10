import { BatchGetItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { text, type Item } from './attributes.ts'
import {
  cutReason,
  gangKey,
  shardKey,
  toGangRow,
  toShardRow,
  updateRow,
  type GangRow,
  type GangRowsOptions,
  type ShardRow,
} from './gang-rows.ts'

/** A shard that somebody holds, or wants to: `claim` is one delivery's own. */
export interface Claim {
  readonly runId: string
  readonly gang: string
  readonly jobId: string
  readonly claim: string
}

/** Gangs as their shards see them; the scheduler has `gang-table.ts`. What a shard writes counts only while it is not lost. */
export interface GangClaims {
  /** False where another delivery has the job, or it is lost: whoever asks must not run it, now or ever. */
  claim(claim: Claim, by: { readonly host: string; readonly sentAtMs: number }): Promise<boolean>
  /** Both rows. */
  look(claim: Claim): Promise<{ readonly gang: GangRow; readonly own: ShardRow | undefined }>
  /** The gang's alone. */
  lookAtGang(claim: Claim): Promise<GangRow>
  /** Raises `beat` and sets what is given. False where the shard was taken for lost. */
  write(
    claim: Claim,
    row: { beat: number } & Partial<Pick<ShardRow, 'batches' | 'ping' | 'readyFor'>>,
  ): Promise<boolean>
  /** The shard itself gives up. The first reason stays. */
  fail(claim: Claim, reason: string): Promise<void>
}

const MINE = 'claim = :mine AND attribute_not_exists(lost)'
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1_000

export function gangClaims(options: GangRowsOptions): GangClaims {
  const { client, tableName, clock } = options
  const keyOf = ({ runId, gang, jobId }: Claim) => shardKey(runId, gang, jobId)

  /** Both in one call; what the table had no capacity for is asked again. */
  async function getBoth(keys: readonly Item[]): Promise<Item[]> {
    const items: Item[] = []
    let Keys = [...keys]
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } }),
      )
      items.push(...(Responses?.[tableName] ?? []))
      Keys = UnprocessedKeys?.[tableName]?.Keys ?? []
      if (Keys.length === 0) return items
      await clock.sleep(pause)
    }
  }

  async function get(Key: Item): Promise<Item | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))
    return Item
  }

  return {
    async claim(claim, { host, sentAtMs }) {
      const row = {
        shard: claim.jobId,
        claim: claim.claim,
        claimed_by: host,
        sent_at: sentAtMs,
        claimed_at: clock.now(),
        beat: 0,
      }
      if (await updateRow(options, keyOf(claim), row, 'attribute_not_exists(job_id)')) return true
      // A first try whose answer was lost is ours all the same.
      const found = (await get(keyOf(claim))) ?? {}
      return text(found, 'claim') === claim.claim && text(found, 'lost') === undefined
    },
    async look(claim) {
      const items = await getBoth([gangKey(claim.runId, claim.gang), keyOf(claim)])
      const own = items.find(({ shard }) => shard !== undefined)
      return { gang: toGangRow(items.find(({ shard }) => shard === undefined)), own: own && toShardRow(own) }
    },
    lookAtGang: async ({ runId, gang }) => toGangRow(await get(gangKey(runId, gang))),
    write: (claim, { beat, batches, ping, readyFor }) =>
      updateRow(options, keyOf(claim), { beat, batches, ping, ready_for: readyFor }, MINE, { mine: claim.claim }),
    async fail(claim, reason) {
      await updateRow(options, keyOf(claim), { lost: cutReason(reason) }, MINE, { mine: claim.claim })
    },
  }
}
