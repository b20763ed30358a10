import type { PlannedMessage } from '../jobs/messages.ts'
import type { Delivery } from '../jobs/queue.ts'
import { resultStores } from '../results/result-stores.ts'
import type { ProcessContext } from '../workloads/workload.ts'
import { fencedStore } from './fenced-store.ts'
import { joinGang, type HeldJob } from './gang-member.ts'
import { asJobError, type Outcome } from './outcome.ts'
import { contextOf, processAndRecord, readJob } from './process-job.ts'
import type { Processor } from './processor.ts'

/**
 * A job that works at the same time as others.
 * Before the claim an attempt may fail and be repeated, after it nothing is: what goes wrong then makes the job a lost
 * one, which its scheduler records.
 */
export async function processGangJob(
  delivery: Delivery,
  message: PlannedMessage,
  processor: Processor,
  onClaimed: () => void,
): Promise<Outcome> {
  const job = await readJob(message, processor)
  await processor.loadWorkload(message.workload)
  const { clock, host, gangs } = processor
  const { run_id: runId, job_id: jobId, gang } = message
  const held = await joinGang({ ...gangs, clock, host, runId, jobId, gang: gang!, sentAtMs: delivery.sentAtMs })
  if (held === undefined) return { type: 'dropped', jobId, reason: 'another delivery has this job, or it is lost' }
  onClaimed()
  try {
    const completion = await processAndRecord(delivery, message, processor, async (workload) => {
      const stored = await workload.process(job, gangContextOf(delivery, message, processor, held))
      await held.mustHold('surely')
      return stored
    })
    return { type: 'completed', completion, repeated: false }
  } catch (error) {
    const reason = asJobError(error).message
    await held.fail(`${jobId} failed on ${host}: ${reason}`)
    return { type: 'dropped', jobId, reason }
  } finally {
    await held.end()
  }
}

function gangContextOf(
  delivery: Delivery,
  { run_id: runId, targets: targetRules }: PlannedMessage,
  processor: Processor,
  held: HeldJob,
): ProcessContext {
  const context = contextOf(delivery, processor, runId)
  const objects = fencedStore(context.stores.objects, () => held.mustHold())
  return {
    ...context,
    stores: resultStores(objects),
    gang: held.member,
    target: (name) => processor.target(name, targetRules),
    targetRules,
  }
}
