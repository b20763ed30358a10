import type { JobError } from '../jobs/job-record.ts'
import { MalformedMessageError, parseIncoming, type IncomingMessage } from '../jobs/messages.ts'
import type { Delivery } from '../jobs/queue.ts'
import { asJobError, backoffSeconds, type Outcome } from './outcome.ts'
import { processGangJob } from './process-gang-job.ts'
import { doneBefore, processBare, processJob } from './process-job.ts'
import type { Processor } from './processor.ts'

/**
 * Does one job: reads, does, writes the object, records the result in the table, answers the completion. Idempotent:
 * any delivery may come twice, late, or after a crash at any point, and the objects and the first record stay the same.
 * A job of a gang is done by the delivery that claims it first: `onClaimed` says that its message is not needed any more.
 */
export async function processMessage(
  delivery: Delivery,
  processor: Processor,
  onClaimed: () => void = () => undefined,
): Promise<Outcome> {
  let incoming: IncomingMessage
  try {
    incoming = parseIncoming(delivery.body)
  } catch (error) {
    if (error instanceof MalformedMessageError) return { type: 'malformed', reason: error.message }
    throw error
  }
  try {
    if (incoming.bare) {
      const completion = await processBare(delivery, incoming.message, processor)
      return { type: 'completed', completion, repeated: false }
    }
    if (incoming.message.gang) return await processGangJob(delivery, incoming.message, processor, onClaimed)
    const before = delivery.receiveCount > 1 ? await doneBefore(incoming.message, processor) : undefined
    const completion = before ?? (await processJob(delivery, incoming.message, processor))
    return { type: 'completed', completion, repeated: before !== undefined }
  } catch (error) {
    return await failedAttempt(delivery, incoming, asJobError(error), processor)
  }
}

async function failedAttempt(
  delivery: Delivery,
  incoming: IncomingMessage,
  error: JobError,
  processor: Processor,
): Promise<Outcome> {
  const { message } = incoming
  if (!incoming.bare) {
    const job = { jobId: incoming.message.job_id, kind: incoming.message.kind }
    await processor.table.recordAttempt(incoming.message.run_id, job, delivery.receiveCount, error)
  }
  return { type: 'failed', jobId: message.job_id, error, retryInSeconds: backoffSeconds(delivery.receiveCount) }
}
