import { inParallel } from '../results/in-parallel.ts'
import { endedEarly, notReady } from './gang-reasons.ts'
import type { GangRows, GangTable } from './gang-table.ts'
import { gatheringLookMs, PING_LOOK_MS } from './gang-timing.ts'
import type { Scheduling } from './scheduler.ts'

/** How far a gang is whose messages were sent. */
export type Gathered =
  | { readonly state: 'ready' }
  | { readonly state: 'never'; readonly reason: string }
  | { readonly state: 'waiting'; readonly lookAgainMs: number }

export interface Gathering {
  /** Of the gang's jobs by index; `waitedMs` since they were sent. Answers shards that ask for the time. */
  look(gang: string, indices: readonly number[], rows: GangRows, waitedMs: number): Promise<Gathered>
}

const ANSWERS_AT_ONCE = 8

/** Waits until all shards of a gang are ready, each with its clock compared to the one that `clockId` names. */
export function createGathering(
  { runId, graph, table, frontier, clock }: Scheduling,
  options: { readonly rows: GangTable; readonly clockId: string; readonly readyTimeoutMs: number },
): Gathering {
  const { rows: gangRows, clockId, readyTimeoutMs } = options
  const idOf = (index: number) => graph.jobs[index].jobId

  async function answerPings(gang: string, { shards }: GangRows): Promise<boolean> {
    const asking = [...shards.values()].filter(({ ping, pong }) => ping !== pong)
    await inParallel(asking, ANSWERS_AT_ONCE, (row) => gangRows.answer(runId, gang, row, clock.now()))
    return asking.length > 0
  }

  /** A shard that is lost, or that others wait for in vain. */
  function whoBrokeIt(indices: readonly number[], { shards }: GangRows): string | undefined {
    const rows = [...shards.values()]
    const gone = rows.find(({ lost }) => lost !== undefined)
    if (gone) return `${gone.jobId} is lost: ${gone.lost}`
    const isAwaited = rows.some(({ readyFor, ping }) => readyFor !== undefined || ping > 0)
    const early = indices.filter((index) => frontier.stateOf(index) === 'done').map(idOf)
    return early.length > 0 && isAwaited ? endedEarly(early) : undefined
  }

  return {
    async look(gang, indices, rows, waitedMs) {
      // A scheduler that was killed had another clock, where it ran on another machine.
      if (rows.gang.clock !== clockId) await gangRows.call(runId, gang, clockId)
      const reason = whoBrokeIt(indices, rows)
      if (reason !== undefined) return { state: 'never', reason }
      const missing = indices.map(idOf).filter((jobId) => rows.shards.get(jobId)?.readyFor !== clockId)
      if (missing.length === 0) return { state: 'ready' }
      if (waitedMs >= readyTimeoutMs) {
        const records = await table.read(runId, missing)
        const { shards } = rows
        return { state: 'never', reason: notReady({ size: indices.length, missing, rows: shards, records, waitedMs }) }
      }
      const isAsked = await answerPings(gang, rows)
      return { state: 'waiting', lookAgainMs: isAsked ? PING_LOOK_MS : gatheringLookMs(indices.length) }
    },
  }
}
