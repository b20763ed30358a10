import { canonicalJson } from '../results/canonical-json.ts'
import { jobDetailsKey } from '../results/layout.ts'
import { createBatcher, type Batcher } from './batcher.ts'
import { LINGER_MS } from './linger.ts'
import { DETAILS_LIMIT_BYTES, formatIncoming } from './messages.ts'
import { BATCH } from './queue.ts'
import type { Scheduling } from './scheduler.ts'
import { WRITE_BATCH } from './write-batch.ts'

const SENDERS = 4
const REFUSED_PAUSE_MS = 200

/** Sends what is ready, the most urgent first, and records it. */
export async function dispatch(scheduling: Scheduling): Promise<void> {
  const { table, runId, graph, frontier, clock } = scheduling
  const markers = createBatcher(markSent, WRITE_BATCH, { lingerMs: LINGER_MS, clock })

  /** A job that is done meanwhile has a row that says more; one that was sent again is marked once. */
  async function markSent(sent: number[]): Promise<void> {
    const open = [...new Set(sent)]
      .filter((index) => frontier.stateOf(index) === 'queued')
      .map((index) => graph.jobs[index])
    if (open.length > 0) await table.markQueued(runId, open)
  }

  await Promise.all(Array.from({ length: SENDERS }, () => sendReady(scheduling, markers)))
}

async function sendReady(scheduling: Scheduling, markers: Batcher<number>): Promise<void> {
  const { frontier, window, bell, ended } = scheduling
  while (!ended.aborted) {
    const room = window - frontier.count('queued')
    const taken = frontier.takeReady(Math.min(BATCH, room))
    if (taken.length === 0) await bell.wait()
    else await send(scheduling, markers, taken)
  }
}

/**
 * Message first, row second: killed in between, the next scheduler sends the job again, which is harmless. The other
 * way round it would wait for a message that was never sent.
 */
async function send(scheduling: Scheduling, markers: Batcher<number>, taken: readonly number[]): Promise<void> {
  const { queues, frontier, background, clock } = scheduling
  const bodies = await Promise.all(taken.map((index) => messageOf(scheduling, index)))
  const refused = new Set(await queues.incoming.send(bodies))
  for (const position of refused) frontier.returned(taken[position])
  const sent = taken.filter((_, position) => !refused.has(position))
  await background.add(() => Promise.all(sent.map((index) => markers.add(index))))
  if (refused.size > 0) await clock.sleep(REFUSED_PAUSE_MS)
}

/** Details that are too large for it are stored first. */
export async function messageOf(scheduling: Scheduling, index: number): Promise<string> {
  const { graph, runId, workload, objects, gangs } = scheduling
  const job = graph.jobs[index]
  const body = formatIncoming(runId, workload, job, { details: job.details }, gangs?.targetRules)
  if (Buffer.byteLength(body) <= DETAILS_LIMIT_BYTES) return body
  const { key } = await objects.put(jobDetailsKey(job.jobId), Buffer.from(canonicalJson(job.details)))
  return formatIncoming(runId, workload, job, { input_key: key }, gangs?.targetRules)
}
