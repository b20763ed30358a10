import { inParallel } from '../results/in-parallel.ts'
import type { GangOptions } from './gang-coordinator.ts'
import { fellSilent } from './gang-reasons.ts'
import type { GangRow, ShardRow } from './gang-rows.ts'
import type { GangRows } from './gang-table.ts'
import { SILENT_MS } from './gang-timing.ts'
import type { Scheduling } from './scheduler.ts'
import { watchSilence } from './silence.ts'

/** Sees to it that every job of a gang ends: those whose host is gone, and those that nobody took before it was cancelled. */
export interface GangLosses {
  /** Declares claimed jobs lost whose row has stood still for SILENT_MS. */
  loseSilent(gang: string, rows: GangRows): Promise<void>
  /** Declares jobs lost that nobody has claimed, so that nobody will. Answers how many it tried. */
  loseUnclaimed(gang: string, jobIds: readonly string[], rows: GangRows): Promise<number>
  /** Puts what stands in for their results into the table, so that what waits for them can run. */
  record(rows: GangRows): Promise<void>
}

const WRITES_AT_ONCE = 8

export function createGangLosses(scheduling: Scheduling, { rows: gangRows, recordLost }: GangOptions): GangLosses {
  const { runId, graph, table, frontier, clock, learn } = scheduling
  const silence = watchSilence(clock)
  const isDone = (jobId: string) => frontier.stateOf(graph.indexOf(jobId)!) === 'done'

  /** A result may be there although nobody woke us: then its host has said its last, and it stays. */
  async function isRecorded(jobId: string): Promise<boolean> {
    for (const record of await table.read(runId, [jobId])) learn(record)
    return isDone(jobId)
  }

  async function recordOne(row: ShardRow, { startAtMs, stopReason }: GangRow): Promise<void> {
    if (await isRecorded(row.jobId)) return
    const { jobId, kind, details } = graph.jobs[graph.indexOf(row.jobId)!]
    const { claimedBy, sentAtMs, claimedAtMs } = row
    const began = startAtMs !== undefined
    const lost = { reason: row.lost!, began, stopped: !began && row.lost === stopReason, host: claimedBy ?? null }
    const stored = await recordLost({ jobId, kind, details }, lost)
    const now = clock.now()
    await table.markDone(runId, {
      jobId,
      kind,
      attempt: 1,
      outputKey: `${runId}/${stored.key}`,
      outputSha256: stored.sha256,
      outputBytes: stored.bytes,
      sentAtMs: sentAtMs ?? now,
      receivedAtMs: claimedAtMs ?? now,
      startedAtMs: claimedAtMs ?? now,
      completedAtMs: now,
      processingMs: 0,
      host: claimedBy ?? 'none',
    })
    await isRecorded(jobId)
  }

  return {
    async loseSilent(gang, { shards }) {
      for (const row of shards.values()) {
        if (row.lost !== undefined || isDone(row.jobId)) continue
        const silentMs = silence.of(row.jobId, row.beat)
        if (silentMs >= SILENT_MS) await gangRows.loseSilent(runId, gang, row, fellSilent(row, silentMs))
      }
    },
    async loseUnclaimed(gang, jobIds, { gang: { cancelledReason = '' }, shards }) {
      const unclaimed = jobIds.filter((jobId) => !isDone(jobId) && !shards.has(jobId))
      await inParallel(unclaimed, WRITES_AT_ONCE, (jobId) =>
        gangRows.loseUnclaimed(runId, gang, jobId, cancelledReason),
      )
      return unclaimed.length
    },
    async record({ gang, shards }) {
      const lost = [...shards.values()].filter((row) => row.lost !== undefined && !isDone(row.jobId))
      await inParallel(lost, WRITES_AT_ONCE, (row) => recordOne(row, gang))
    },
  }
}
