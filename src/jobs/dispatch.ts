import { canonicalJson } from '../results/canonical-json.ts'
import { jobDetailsKey } from '../results/layout.ts'
import { DETAILS_LIMIT_BYTES, formatIncoming } from './messages.ts'
import { BATCH } from './queue.ts'
import type { Scheduling } from './scheduler.ts'

const SENDERS = 4
const REFUSED_PAUSE_MS = 200

/** Sends what is ready, the most urgent first, and records it. */
export async function dispatch(scheduling: Scheduling): Promise<void> {
  await Promise.all(Array.from({ length: SENDERS }, () => sendReady(scheduling)))
}

async function sendReady(scheduling: Scheduling): Promise<void> {
  const { frontier, window, bell, ended } = scheduling
  while (!ended.aborted) {
    const room = window - frontier.count('queued')
    const taken = frontier.takeReady(Math.min(BATCH, room))
    if (taken.length === 0) await bell.wait()
    else await send(scheduling, taken)
  }
}

/**
 * Message first, row second: killed in between, the next scheduler sends the job again, which is harmless. The other
 * way round it would wait for a message that was never sent.
 */
async function send(scheduling: Scheduling, taken: readonly number[]): Promise<void> {
  const { queues, frontier, graph, table, runId, background, clock } = scheduling
  const bodies = await Promise.all(taken.map((index) => messageOf(scheduling, index)))
  const refused = new Set(await queues.incoming.send(bodies))
  for (const position of refused) frontier.returned(taken[position])
  const sent = taken.filter((_, position) => !refused.has(position)).map((index) => graph.jobs[index])
  await background.add(() => table.markQueued(runId, sent))
  if (refused.size > 0) await clock.sleep(REFUSED_PAUSE_MS)
}

async function messageOf(scheduling: Scheduling, index: number): Promise<string> {
  const { graph, runId, workload, objects } = scheduling
  const job = graph.jobs[index]
  const body = formatIncoming(runId, workload, job, { details: job.details })
  if (Buffer.byteLength(body) <= DETAILS_LIMIT_BYTES) return body
  const { key } = await objects.put(jobDetailsKey(job.jobId), Buffer.from(canonicalJson(job.details)))
  return formatIncoming(runId, workload, job, { input_key: key })
}
