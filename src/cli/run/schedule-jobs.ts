import { systemClock } from '../../clock.ts'
import { injectFaults } from '../../environment/inject-faults.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { queue } from '../../jobs/queue.ts'
import type { RunItem } from '../../jobs/run-item.ts'
import { startScheduler, type Scheduled } from '../../jobs/scheduler.ts'
import { startHostChild, type HostChild } from './host-child.ts'
import type { RunContext } from './run-context.ts'
import { tidy } from './tidy.ts'

/**
 * The run itself, from its first job to its last: the scheduler, a host beside it, and what is to go wrong. Resolves where
 * it was stopped too; rejects where the environment, the host or the lease was lost.
 */
export async function scheduleJobs(
  context: RunContext,
  run: RunItem,
  until: { readonly stop: AbortSignal; readonly lost: AbortSignal },
): Promise<Scheduled> {
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

async function schedule(
  context: RunContext,
  run: RunItem,
  { stop, lost }: { readonly stop: AbortSignal; readonly lost: AbortSignal },
): Promise<Scheduled> {
  const { opened, prepared, table, objects, options } = context
  const host = options.hosts === 'threads' ? startHost(context) : undefined
  const failed = new AbortController()
  const scheduler = startScheduler({
    runId: run.runId,
    workload: run.workload,
    graph: prepared.graph,
    queues: queuesOf(opened.environment),
    table,
    objects,
    clock: systemClock,
    runStartedAtMs: run.startedAtMs,
    signal: AbortSignal.any([stop, failed.signal]),
  })
  const endShow = options.show(prepared, scheduler)
  try {
    return await Promise.race([scheduler.outcome, opened.failure, rejection(lost), ...(host ? [host.failure] : [])])
  } finally {
    failed.abort()
    await scheduler.outcome.catch(() => undefined) // the first error is the one thrown
    endShow()
    await host?.stop()
  }
}

/** On the server that this run has found or started. */
function startHost({ opened: { environment }, options, folder }: RunContext): HostChild {
  const { name: env, region, endpoints } = environment
  const { workers, slots, logLevel } = options
  // Endpoints of single services come from variables, which the child has too.
  const endpoint = endpoints ? undefined : environment.endpoint
  return startHostChild({ env, endpoint, region, workers, slots, logLevel, folder })
}

function queuesOf({ clients: { sqs }, names, queueUrl }: StartedEnvironment) {
  return {
    incoming: queue(sqs, queueUrl(names.incoming)),
    outgoing: queue(sqs, queueUrl(names.outgoing)),
    dead: queue(sqs, queueUrl(names.dlq)),
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
