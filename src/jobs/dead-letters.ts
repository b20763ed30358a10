import { MalformedMessageError, parseIncoming, type PlannedMessage } from './messages.ts'
import type { Delivery } from './queue.ts'
import type { Scheduling } from './scheduler.ts'

/** What is not ours stays where it is, and is met again after this long. */
const VISIBILITY_SECONDS = 10
const SEEN_LIMIT = 100_000

/** Reads the DLQ: the only place that says a job has failed. Messages of other runs and malformed ones are left in it. */
export async function readDeadLetters(scheduling: Scheduling): Promise<void> {
  const { queues, ended } = scheduling
  const malformed = new Set<string>()
  while (!ended.aborted) {
    try {
      const request = { max: 10, visibilitySeconds: VISIBILITY_SECONDS, signal: ended }
      for (const delivery of await queues.dead.receive(request)) await handle(scheduling, delivery, malformed)
    } catch (error) {
      if (!ended.aborted) throw error
    }
  }
}

async function handle(scheduling: Scheduling, delivery: Delivery, malformed: Set<string>): Promise<void> {
  const message = plannedMessage(delivery)
  if (message === 'malformed') {
    if (delivery.sentAtMs >= scheduling.runStartedAtMs && malformed.size < SEEN_LIMIT) malformed.add(delivery.messageId)
    scheduling.counts.malformed = malformed.size
  } else if (message?.run_id === scheduling.runId) {
    await bury(scheduling, message)
    scheduling.counts.deadLettered++
    await scheduling.queues.dead.delete([delivery])
  }
}

/** `done` beats `failed`: a message whose job was done all the same is only counted. */
async function bury({ table, runId, learn }: Scheduling, message: PlannedMessage): Promise<void> {
  const job = { jobId: message.job_id, kind: message.kind }
  const [record] = await table.read(runId, [job.jobId])
  const error = record?.error ?? {
    code: 'NO_ANSWER',
    message: 'every delivery ended without a word: the host was killed, or the job outlasted its visibility',
  }
  await table.markFailed(runId, job, error)
  for (const truth of await table.read(runId, [job.jobId])) learn(truth)
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
