import { messageOf } from './dispatch.ts'
import { BATCH } from './queue.ts'
import type { Scheduling } from './scheduler.ts'
import { WRITE_BATCH } from './write-batch.ts'

const REFUSED_PAUSE_MS = 200

/** Puts the messages of a gang into the queue, all of them or until the scheduler ends; what SQS refuses is sent again. */
export async function sendGang(scheduling: Scheduling, indices: readonly number[]): Promise<void> {
  const { queues, clock, ended, table, runId, graph } = scheduling
  let left = [...indices]
  while (left.length > 0 && !ended.aborted) {
    const batch = left.slice(0, BATCH)
    const bodies = await Promise.all(batch.map((index) => messageOf(scheduling, index)))
    const refused = (await queues.incoming.send(bodies)).map((position) => batch[position])
    left = [...left.slice(BATCH), ...refused]
    if (refused.length > 0) await clock.sleep(REFUSED_PAUSE_MS, ended).catch(() => undefined)
  }
  if (ended.aborted) return
  for (let at = 0; at < indices.length; at += WRITE_BATCH) {
    const sent = indices.slice(at, at + WRITE_BATCH).map((index) => graph.jobs[index])
    await table.markQueued(runId, sent)
  }
}
