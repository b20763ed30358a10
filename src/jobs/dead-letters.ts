import { MalformedMessageError, MAX_RECEIVES, parseIncoming, type PlannedMessage } from './messages.ts'
import { BATCH, type Delivery } from './queue.ts'
import type { Scheduling } from './scheduler.ts'

/** What is not ours stays where it is, and is met again after this long. */
const VISIBILITY_SECONDS = 10
/** Junk is looked at ever more rarely. */
const LONGEST_HIDE_SECONDS = 600
const SEEN_LIMIT = 100_000
/** Times a job is sent again that came to the DLQ without having been tried as often as it may be. */
const SENT_AGAIN = 3

/** Reads the DLQ: the only place that says a job has failed. Messages of other runs and malformed ones are left in it. */
export async function readDeadLetters(scheduling: Scheduling): Promise<void> {
  const { queues, ended } = scheduling
  const malformed = new Set<string>()
  const sentAgain = new Map<string, number>()
  while (!ended.aborted) {
    try {
      const request = { max: BATCH, visibilitySeconds: VISIBILITY_SECONDS, signal: ended }
      for (const delivery of await queues.dead.receive(request))
        await handle(scheduling, delivery, malformed, sentAgain)
    } catch (error) {
      if (!ended.aborted) throw error
    }
  }
}

async function handle(
  scheduling: Scheduling,
  delivery: Delivery,
  malformed: Set<string>,
  sentAgain: Map<string, number>,
): Promise<void> {
  const message = plannedMessage(delivery)
  const ours = message !== 'malformed' && message?.run_id === scheduling.runId
  if (message === 'malformed' || (ours && !isWaitedFor(scheduling, message))) {
    if (delivery.sentAtMs >= scheduling.runStartedAtMs && malformed.size < SEEN_LIMIT) malformed.add(delivery.messageId)
    scheduling.counts.malformed = malformed.size
    const seconds = Math.min(VISIBILITY_SECONDS * delivery.receiveCount, LONGEST_HIDE_SECONDS)
    await scheduling.background.add(() => scheduling.queues.dead.hide([delivery], seconds))
  } else if (ours) {
    await bury(scheduling, message, sentAgain)
    scheduling.counts.deadLettered++
    await scheduling.queues.dead.delete([delivery])
  }
}

/**
 * `done` beats `failed`: a message whose job was done all the same is only counted. Hosts that were killed or stopped
 * spend receives without having tried: such a job is sent again, a bounded number of times, because it may be what
 * kills them.
 */
async function bury(scheduling: Scheduling, message: PlannedMessage, sentAgain: Map<string, number>): Promise<void> {
  const { table, runId, learn, graph, frontier, counts, bell } = scheduling
  const job = { jobId: message.job_id, kind: message.kind }
  const [record] = await table.read(runId, [job.jobId])
  const index = graph.indexOf(job.jobId)! // asked by isWaitedFor
  if (graph.jobs[index].gang) return // its gang waits for it for a bounded time, and says what it died of
  const times = sentAgain.get(job.jobId) ?? 0
  if (record?.state !== 'done' && (record?.attempt ?? 0) < MAX_RECEIVES && times < SENT_AGAIN) {
    sentAgain.set(job.jobId, times + 1)
    frontier.returned(index)
    counts.resent++
    return bell.ring()
  }
  const error = record?.error ?? {
    code: 'NO_ANSWER',
    message: 'every delivery ended without a word: the host was killed, or the job outlasted its visibility',
  }
  await table.markFailed(runId, job, error)
  for (const truth of await table.read(runId, [job.jobId])) learn(truth)
}

/** A message of ours speaks of a job that was sent, and of no other: anyone can write to a queue. */
function isWaitedFor({ graph, frontier, workload }: Scheduling, message: PlannedMessage): boolean {
  const index = graph.indexOf(message.job_id)
  if (index === undefined || message.workload !== workload || message.kind !== graph.jobs[index].kind) return false
  return ['queued', 'done', 'failed'].includes(frontier.stateOf(index))
}

function plannedMessage(delivery: Delivery): PlannedMessage | 'malformed' | undefined {
  try {
    const parsed = parseIncoming(delivery.body)
    return parsed.bare ? undefined : parsed.message
  } catch (error) {
    if (error instanceof MalformedMessageError) return 'malformed'
    throw error
  }
}
