import type { Scheduling } from './scheduler.ts'

const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 30_000
/** Open jobs read in one sweep; the next one goes on behind them. */
const SWEEP_JOBS = 1_000

/**
 * Completions are only wake-ups, and may go to another scheduler or be lost: when none of ours came for a while, the
 * table is asked. And should an environment lose messages (an emulator without a disk, a purge by hand), jobs whose
 * message is in no queue are sent again, so that a run never waits for nothing.
 */
export async function sweep(scheduling: Scheduling): Promise<void> {
  const { frontier, ended, clock, queues } = scheduling
  let pause = FIRST_PAUSE_MS
  let open = openCount()
  let from = 0
  let emptyBefore = false

  function openCount(): number {
    return frontier.count('queued') + frontier.count('pending') + frontier.count('ready')
  }

  while (!ended.aborted) {
    await clock.sleep(pause, ended).catch(() => undefined)
    if (ended.aborted) return
    if (openCount() !== open) {
      open = openCount()
      pause = FIRST_PAUSE_MS
      emptyBefore = false
      continue
    }
    const queued = queuedFrom(scheduling, from)
    from = queued.length < SWEEP_JOBS ? 0 : queued.at(-1)! + 1
    const news = await readAgain(scheduling, queued)
    if (news > 0) continue
    const empty = queued.length > 0 && (await queues.incoming.isEmpty())
    // Seen twice, a pause apart, because SQS counts approximately. A dead letter of ours is read within seconds, and
    // those of others say nothing about our messages.
    if (empty && emptyBefore) await sendAgain(scheduling, queued)
    emptyBefore = empty
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
}

function queuedFrom({ graph, frontier }: Scheduling, from: number): number[] {
  const queued: number[] = []
  for (let index = from; index < graph.size && queued.length < SWEEP_JOBS; index++) {
    if (frontier.stateOf(index) === 'queued') queued.push(index)
  }
  return queued
}

async function readAgain({ graph, table, runId, learn }: Scheduling, queued: readonly number[]): Promise<number> {
  const records = await table.read(
    runId,
    queued.map((index) => graph.jobs[index].jobId),
  )
  return records.filter(learn).length
}

/**
 * A job that was done meanwhile is in the table already, and `learn` has just read it; the rest run once more at worst.
 * A claimed job of a gang has no message and must not run twice: its gang's rows say what becomes of it.
 */
async function sendAgain(scheduling: Scheduling, queued: readonly number[]): Promise<void> {
  await readAgain(scheduling, queued)
  for (const index of queued) {
    if (scheduling.frontier.stateOf(index) !== 'queued' || scheduling.graph.jobs[index].gang) continue
    scheduling.frontier.returned(index)
    scheduling.counts.resent++
  }
  scheduling.bell.ring()
}
