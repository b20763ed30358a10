import type { Figures } from '../../engine/figures.ts'
import type { ShardOutcome } from '../../engine/load-loop.ts'
import type { RunnableSettings } from '../../engine/schedule/compile.ts'
import { searchRun } from '../../engine/schedule/step-to-failure.ts'
import type { ExecutorSettings, SettingsOf } from '../../engine/schedule/settings.ts'
import { startShardThreads } from '../../engine/worker/shard-threads.ts'
import { delaysKey } from '../../results/layout.ts'
import type { StoredObject } from '../../results/stores.ts'
import type { ShardDocument } from '../../results/traffic-document.ts'
import { encodeTotalsTable } from '../../results/traffic-tables.ts'
import type { GangMember, Job, ProcessContext } from '../workload.ts'
import { readDecision } from './decision.ts'
import { shardOf, type JobDetails } from './job-details.ts'
import { isRunnable, type LoadSettings } from './load-settings.ts'
import { shipEveryMs, type TrafficMeans } from './means.ts'
import { patiently } from './patiently.ts'
import { readTrafficJob } from './read-traffic-job.ts'
import { refusalLine } from './refusal.ts'
import { reasonOf, runLoad, startOf, within, type Go, type Ran } from './run-load.ts'
import { emptyShard, storeShard, totalsOf } from './shard-document.ts'
import { shipWindows, type WindowShipper } from './ship-windows.ts'
import type { TrafficSpec } from './spec.ts'

/**
 * One shard of a traffic run: a load thread, its windows to the store while it runs, its document at the end. Whatever goes
 * wrong is said there, so that the merge always runs; rejects only where not even that can be stored.
 */
export async function processShard<Settings extends LoadSettings>(
  job: Job,
  context: ProcessContext,
  spec: TrafficSpec<Settings>,
  means: TrafficMeans,
): Promise<StoredObject> {
  const { clock, finishMs } = means
  const identity = { job_id: job.jobId, shard: shardOf(job), host: context.host }
  const progress = { hasBegun: false }
  let document: ShardDocument
  try {
    document = await makeLoad(job, context, { spec, means, progress })
  } catch (error) {
    const windows = progress.hasBegun ? null : 0
    document = emptyShard({ ...identity, state: 'failed', reason: messageOf(error), windows })
  }
  const untilMs = clock.monotonic() + finishMs
  return patiently(() => storeShard(context.stores.objects, document), { clock, until: () => untilMs })
}

async function makeLoad<Settings extends LoadSettings>(
  job: Job,
  context: ProcessContext,
  {
    spec,
    means,
    progress,
  }: {
    readonly spec: TrafficSpec<Settings>
    readonly means: TrafficMeans
    readonly progress: { hasBegun: boolean }
  },
): Promise<ShardDocument> {
  const { gang, host } = context
  const { objects } = context.stores
  const { details, settings, load } = await readTrafficJob(job, objects, spec)
  const [shard, identity] = [shardOf(job), { job_id: job.jobId, shard: shardOf(job), host }]
  const executor = await executorOf(load, details, context)
  if ('reason' in executor) return emptyShard({ ...identity, state: 'never_started', reason: executor.reason })
  if (!gang) throw new Error(`${job.jobId} was not delivered as part of a gang`)
  const data = spec.dataFor(settings, await context.target(spec.target(settings)), context.targetRules)
  const threads = startShardThreads({
    executor,
    seed: details.seed,
    shards: [shard],
    totalShards: details.shards,
    module: spec.module,
    data,
    threads: 1,
    ...(spec.limits && { limits: spec.limits }),
    onWindow: (window) => shipper.add(window), // none comes before `go`
  })
  const shipper = shipWindows({
    jobId: job.jobId,
    objects,
    everyMs: shipEveryMs(means, details.shards),
    clock: means.clock,
    onShipped: (batches) => gang.shipped(batches),
  })
  try {
    await within(means.readyMs, threads.ready, 'the load thread was not ready', means.clock)
    const start = await startOf(gang)
    if (start.state === 'stopped') return emptyShard({ ...identity, ...start })
    if (start.state === 'cancelled') return emptyShard({ ...identity, state: 'never_started', reason: start.reason })
    progress.hasBegun = true
    const ran = await runLoad({ threads, start, gang, executor, seed: details.seed, means })
    return await endedDocument(identity, { ran, start, gang, shipper, context, means })
  } finally {
    await threads.terminate()
    await shipper.finish(means.finishMs) // after the first time it answers the same at once
  }
}

/** The settings to run, or why there is nothing to do: a search that has its answer runs no further steps. */
async function executorOf(
  load: ExecutorSettings,
  { step }: JobDetails,
  { stores }: ProcessContext,
): Promise<RunnableSettings | { readonly reason: string }> {
  if (isRunnable(load)) return load
  const { next } = await readDecision(stores.objects, (step ?? 1) - 1, load)
  if (next.state === 'step') return searchRun(load satisfies SettingsOf<'step-to-failure'>, next.rate)
  return { reason: next.state === 'ended' ? next.reason : `the search had its answer after ${next.steps} steps` }
}

async function endedDocument(
  identity: Pick<ShardDocument, 'job_id' | 'shard' | 'host'>,
  ended: {
    readonly ran: Ran
    readonly start: Go
    readonly gang: GangMember
    readonly shipper: WindowShipper
    readonly context: ProcessContext
    readonly means: TrafficMeans
  },
): Promise<ShardDocument> {
  const { ran, start, gang, shipper, context, means } = ended
  const { result } = ran
  const { offsetMs: offset_ms, uncertaintyMs: uncertainty_ms } = start.clock
  const { batches, error } = await shipper.finish(means.finishMs)
  const outcome = result?.outcomes[0]
  const shared = {
    ...identity,
    batches,
    duration_ms: outcome?.durationMs ?? ran.durationMs,
    clock: { offset_ms, uncertainty_ms },
    started_at: new Date(start.startAtMs - offset_ms).toISOString(),
  }
  if (!result || !outcome) {
    const reason = result?.lost[0]?.reason ?? 'the load thread did not end when its time was over'
    return emptyShard({ ...shared, state: 'failed', reason: `the load thread died: ${reason}` })
  }
  const where = `${identity.job_id} on ${identity.host}`
  const isStopped = outcome.state === 'stopped'
  const stored = await storeDelays(identity.job_id, result.total, context, means).catch(messageOf)
  const unsaved = error ?? (typeof stored === 'string' ? stored : undefined)
  return {
    ...shared,
    state: unsaved !== undefined ? 'failed' : outcome.state,
    reason:
      unsaved !== undefined ? `not everything could be stored: ${unsaved}` : isStopped ? whyEnded(outcome, gang) : null,
    windows: outcome.windows,
    spin_ms: outcome.spinMs,
    abandoned: outcome.abandoned,
    failures: outcome.failures,
    health: result.health.map((health) => ({ ...health, where })),
    totals: totalsOf(result.total),
    ...(typeof stored === 'object' && { delays: stored }),
  }
}

function whyEnded({ refusal }: ShardOutcome, { stop }: GangMember): string {
  return refusal === undefined ? reasonOf(stop) : refusalLine(refusal)
}

async function storeDelays(
  jobId: string,
  total: Figures,
  { stores }: ProcessContext,
  { clock, finishMs }: TrafficMeans,
): Promise<StoredObject> {
  const body = encodeTotalsTable(total)
  const untilMs = clock.monotonic() + finishMs
  return patiently(() => stores.objects.put(delaysKey(jobId), body), { clock, until: () => untilMs })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
