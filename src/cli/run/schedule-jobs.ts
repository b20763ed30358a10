import { systemClock } from '../../clock.ts'
import type { TargetRules } from '../../environment/allowed-target.ts'
import { injectFaults } from '../../environment/inject-faults.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { queue } from '../../jobs/queue.ts'
import { gangTable } from '../../jobs/gang-table.ts'
import type { GangOptions } from '../../jobs/gang-coordinator.ts'
import { hostTable } from '../../jobs/host-table.ts'
import type { RunItem } from '../../jobs/run-item.ts'
import { startScheduler, type Scheduled } from '../../jobs/scheduler.ts'
import { startHostChild, type HostChild } from './host-child.ts'
import type { RunContext } from './run-context.ts'
import { resultStores } from '../../results/result-stores.ts'
import { stopLine, type Stop } from './stop.ts'
import { tidy } from './tidy.ts'
import { untilIdle } from './until-idle.ts'
import type { RunWatch } from './traffic/run-watch.ts'

export interface Until {
  /** Aborts with a Stop. */
  readonly stop: AbortSignal
  readonly lost: AbortSignal
  readonly watch: RunWatch
  /** As the run was admitted. */
  readonly targetRules: TargetRules | undefined
}

/**
 * The run itself, from its first job to its last: the scheduler, a host beside it, and what is to go wrong. Resolves where
 * it was stopped too; rejects where the environment, the host or the lease was lost.
 */
export async function scheduleJobs(context: RunContext, run: RunItem, until: Until): Promise<Scheduled> {
  const endFaults = await startFaults(context)
  try {
    return await schedule(context, run, until)
  } finally {
    await tidy(endFaults())
  }
}

/** The scenario's fault plan, where the environment can; answers what takes it back. */
async function startFaults({ opened: { environment }, prepared, options }: RunContext): Promise<() => Promise<void>> {
  const { faults } = prepared.scenario
  const { supported, why } = environment.capabilities.faults
  if (faults !== undefined && supported) return injectFaults(environment, faults)
  if (faults !== undefined) options.tell(`the scenario's faults are left out on ${environment.name}: ${why}\n`)
  return () => Promise.resolve()
}

async function schedule(context: RunContext, run: RunItem, until: Until): Promise<Scheduled> {
  const { stop, lost, watch } = until
  const { opened, prepared, table, objects, options } = context
  const host = options.hosts === 'threads' ? startHost(context) : undefined
  const failed = new AbortController()
  const gangs = gangsOf(context, until)
  const scheduler = startScheduler({
    runId: run.runId,
    workload: run.workload,
    graph: prepared.graph,
    queues: queuesOf(opened.environment),
    table,
    objects,
    clock: systemClock,
    runStartedAtMs: run.startedAtMs,
    // Load that is under way is told to stop, and its figures are still merged.
    signal: gangs ? failed.signal : AbortSignal.any([stop, failed.signal]),
    ...(gangs && { gangs }),
  })
  const stopGangs = () => {
    scheduler.stopGangs(stopLine(stop.reason as Stop))
    void untilIdle(() => scheduler.progress(), failed.signal).then(() => failed.abort())
  }
  if (stop.aborted) stopGangs()
  stop.addEventListener('abort', stopGangs, { once: true, signal: failed.signal })
  const endShow = options.show(prepared, scheduler, watch)
  try {
    return await Promise.race([scheduler.outcome, opened.failure, rejection(lost), ...(host ? [host.failure] : [])])
  } finally {
    failed.abort()
    await scheduler.outcome.catch(() => undefined) // the first error is the one thrown
    endShow()
    await host?.stop()
  }
}

/** Undefined for a plan without gangs. */
function gangsOf(
  { opened, prepared, options, objects }: RunContext,
  { watch, targetRules }: Until,
): GangOptions | undefined {
  const { graph, workload } = prepared
  if (graph.gangs.size === 0) return undefined
  const { clients, names } = opened.environment
  const rows = { client: clients.dynamodb, tableName: names.jobs, clock: systemClock }
  const stores = resultStores(objects)
  return {
    rows: gangTable(rows),
    hosts: hostTable(rows),
    recordLost: (job, lost) => workload.recordLost!(job, { ...lost, stores }),
    ...(watch.follower && { follower: watch.follower }),
    targetRules,
    slotsTimeoutMs: options.slotsTimeoutMs,
    onAgreed: (_gang, startAtMs) => watch.began(startAtMs),
    onCancelled: (gang, reason) => options.tell(`${gang} does not begin: ${reason}\n`),
    onFollowError: (error) =>
      options.tell(`the live view is behind: ${error instanceof Error ? error.message : String(error)}\n`),
  }
}

/** On the server that this run has found or started. */
function startHost({ opened: { environment }, prepared, options, folder }: RunContext): HostChild {
  const { name: env, region, endpoints } = environment
  const { workers, logLevel } = options
  // A shard is mostly waiting: its load runs in a thread of its own.
  const largestGang = Math.max(0, ...[...prepared.graph.gangs.values()].map((members) => members.length))
  const slots = Math.max(options.slots, Math.ceil(largestGang / workers))
  // Endpoints of single services come from variables, which the child has too.
  const endpoint = endpoints ? undefined : environment.endpoint
  return startHostChild({ env, endpoint, region, workers, slots, logLevel, folder })
}

function queuesOf({ clients, names, queueUrl }: StartedEnvironment) {
  return {
    incoming: queue(clients, queueUrl(names.incoming)),
    outgoing: queue(clients, queueUrl(names.outgoing)),
    dead: queue(clients, queueUrl(names.dlq)),
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
