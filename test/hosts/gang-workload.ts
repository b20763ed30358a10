import { threadId } from 'node:worker_threads'
import { systemClock } from '../../src/clock.ts'
import type { Job, ProcessContext } from '../../src/workloads/workload.ts'

/** A registry of one workload, for threads: its shards wait for the start, then do what their kind says. */
export const bareWorkload = 'gang'

export async function loadWorkload() {
  return { name: 'gang', process }
}

async function process({ jobId, kind }: Job, { gang, host, stores }: ProcessContext) {
  await stores.objects.put(`begun/${jobId}-${threadId}-${Date.now()}`, Buffer.from(''))
  if (kind === 'deadly') globalThis.process.exit(3)
  const start = await gang!.ready()
  if (start.state === 'go') await systemClock.sleep(Math.max(0, start.startAtMs - Date.now()))
  if (kind === 'endless') await systemClock.sleep(60_000, gang!.stop).catch(() => undefined)
  return stores.objects.put(
    `shards/${jobId}.json`,
    Buffer.from(JSON.stringify({ ...start, host, stop: gang!.stop.reason })),
  )
}
