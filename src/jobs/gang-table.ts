import {
  cutReason,
  gangKey,
  gangPartition,
  shardKey,
  toGangRow,
  toShardRow,
  updateRow,
  type GangRow,
  type GangRowsOptions,
  type ShardRow,
} from './gang-rows.ts'
import { queryPartition } from './query-partition.ts'

/** A gang and those of its shards that have a row, by job id. */
export interface GangRows {
  readonly gang: GangRow
  readonly shards: ReadonlyMap<string, ShardRow>
}

/**
 * Gangs as their scheduler sees them; shards have `gang-claims.ts`. One partition a run, one row a gang and one a shard;
 * each change is one conditional write, and who repeats it after a crash changes nothing. Reasons are cut to a kilobyte.
 */
export interface GangTable {
  read(runId: string, gang: string): Promise<GangRows>
  /** Before its messages are sent, and by a scheduler that takes a gang over. Ignored once the start is agreed. */
  call(runId: string, gang: string, clock: string): Promise<void>
  /** All messages are in the queue. */
  markSent(runId: string, gang: string): Promise<void>
  /** The first instant stays; a cancelled gang gets none. */
  start(runId: string, gang: string, startAtMs: number): Promise<void>
  /** Ignored once the start is agreed. The first reason stays. */
  cancel(runId: string, gang: string, reason: string): Promise<void>
  /** The first reason stays. */
  stop(runId: string, gang: string, reason: string): Promise<void>
  /** Answers a shard's question for the time. */
  answer(runId: string, gang: string, shard: { jobId: string; ping: number }, nowMs: number): Promise<void>
  /** A job that nobody has claimed, and nobody will from now on. False where somebody was faster. */
  loseUnclaimed(runId: string, gang: string, jobId: string, reason: string): Promise<boolean>
  /** A shard that has said nothing since it was seen. False where it has. */
  loseSilent(runId: string, gang: string, seen: ShardRow, reason: string): Promise<boolean>
}

export function gangTable(options: GangRowsOptions): GangTable {
  const unstarted = 'attribute_not_exists(start_at) AND attribute_not_exists(cancelled_reason)'

  return {
    async read(runId, gang) {
      let row = toGangRow()
      const shards = new Map<string, ShardRow>()
      const partition = gangPartition(runId)
      for await (const page of queryPartition(options, partition, { beginsWith: `${gang}#`, ConsistentRead: true })) {
        for (const item of page) {
          if (item.shard === undefined) row = toGangRow(item)
          else shards.set(item.shard.S!, toShardRow(item))
        }
      }
      return { gang: row, shards }
    },
    async call(runId, gang, clock) {
      await updateRow(options, gangKey(runId, gang), { clock }, unstarted)
    },
    async markSent(runId, gang) {
      await updateRow(options, gangKey(runId, gang), { sent: 1 }, 'attribute_not_exists(sent)')
    },
    async start(runId, gang, startAtMs) {
      await updateRow(options, gangKey(runId, gang), { start_at: startAtMs }, unstarted)
    },
    async cancel(runId, gang, reason) {
      await updateRow(options, gangKey(runId, gang), { cancelled_reason: cutReason(reason) }, unstarted)
    },
    async stop(runId, gang, reason) {
      const unstopped = 'attribute_not_exists(stop_reason)'
      await updateRow(options, gangKey(runId, gang), { stop_reason: cutReason(reason) }, unstopped)
    },
    async answer(runId, gang, { jobId, ping }, nowMs) {
      const answer = { pong: ping, pong_at: nowMs }
      await updateRow(options, shardKey(runId, gang, jobId), answer, 'attribute_exists(claim)')
    },
    loseUnclaimed: (runId, gang, jobId, reason) =>
      updateRow(
        options,
        shardKey(runId, gang, jobId),
        { shard: jobId, lost: cutReason(reason) },
        'attribute_not_exists(job_id)',
      ),
    loseSilent: (runId, gang, { jobId, claim = '', beat }, reason) =>
      updateRow(
        options,
        shardKey(runId, gang, jobId),
        { lost: cutReason(reason) },
        'claim = :seen_claim AND beat = :seen_beat AND attribute_not_exists(lost)',
        { seen_claim: claim, seen_beat: beat },
      ),
  }
}
