import { setImmediate } from 'node:timers/promises'
import { createBatcher, type Batcher } from './batcher.ts'
import { LINGER_MS } from './linger.ts'
import { parseCompletion } from './messages.ts'
import { BATCH, type Delivery } from './queue.ts'
import type { Scheduling } from './scheduler.ts'

const RECEIVERS = 2
const VISIBILITY_SECONDS = 30
/** With this many jobs in the queue nobody waits for the next completion: a breath between receives fills their batches. */
const BUSY_JOBS = 100
const BREATH_MS = 30
/** A completion of another run is given back this often, so that its own scheduler meets it; then it has had its chance. */
const FOREIGN_RECEIVES = 8
/** Bare completions belong to whoever sent the message: they are looked at ever more rarely. */
const BARE_HIDE_SECONDS = 2
const BARE_HIDE_LIMIT_SECONDS = 60

/** Reads completions: each wakes its job, whose row says what happened; deleted only after its effect. */
export async function readCompletions(scheduling: Scheduling): Promise<void> {
  const deletions = createBatcher((read: Delivery[]) => scheduling.queues.outgoing.delete(read), BATCH, {
    lingerMs: LINGER_MS,
    clock: scheduling.clock,
  })
  await Promise.all(Array.from({ length: RECEIVERS }, () => receiveCompletions(scheduling, deletions)))
}

async function receiveCompletions(scheduling: Scheduling, deletions: Batcher<Delivery>): Promise<void> {
  const { queues, ended, frontier, clock } = scheduling
  while (!ended.aborted) {
    try {
      const request = { max: BATCH, visibilitySeconds: VISIBILITY_SECONDS, signal: ended }
      const deliveries = await queues.outgoing.receive(request)
      await handle(scheduling, deliveries, deletions)
      const busy = frontier.count('queued') >= BUSY_JOBS
      if (busy && deliveries.length < BATCH) await clock.sleep(BREATH_MS, ended)
    } catch (error) {
      if (!ended.aborted) throw error
    }
  }
}

async function handle(
  scheduling: Scheduling,
  deliveries: readonly Delivery[],
  deletions: Batcher<Delivery>,
): Promise<void> {
  const { runId, table, learn, counts, queues, background } = scheduling
  const ours = new Map<Delivery, string>()
  const foreign: Delivery[] = []
  const nobodys: Delivery[] = []
  for (const delivery of deliveries) {
    const completion = parseCompletion(delivery.body)
    if (completion?.run_id === undefined) nobodys.push(delivery)
    else if (completion.run_id === runId) ours.set(delivery, completion.job_id)
    else foreign.push(delivery)
  }

  if (ours.size > 0) {
    const records = await table.read(runId, [...ours.values()])
    const news = records.filter(learn).length
    counts.duplicates += ours.size - news
    await setImmediate() // what became ready goes first: somebody may be waiting for it
    for (const delivery of ours.keys()) await background.add(() => deletions.add(delivery))
  }
  counts.foreign += foreign.length
  await passOn(scheduling, foreign)
  for (const delivery of nobodys) {
    const seconds = Math.min(BARE_HIDE_SECONDS * delivery.receiveCount, BARE_HIDE_LIMIT_SECONDS)
    await background.add(() => queues.outgoing.hide([delivery], seconds))
  }
}

async function passOn({ queues, background }: Scheduling, foreign: readonly Delivery[]): Promise<void> {
  const fresh = foreign.filter(({ receiveCount }) => receiveCount <= FOREIGN_RECEIVES)
  const stale = foreign.filter(({ receiveCount }) => receiveCount > FOREIGN_RECEIVES)
  await background.add(() => queues.outgoing.hide(fresh, 0))
  await background.add(() => queues.outgoing.delete(stale))
}
