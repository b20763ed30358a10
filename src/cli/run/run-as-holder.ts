import { hostname } from 'node:os'
import { systemClock } from '../../clock.ts'
import { acquireLease } from '../../jobs/lease.ts'
import type { RunItem } from '../../jobs/run-item.ts'
import type { DeliveryCounts } from '../../jobs/scheduler.ts'
import type { MetricSource } from '../../thresholds/metric-source.ts'
import type { AdmittedRun } from './admit.ts'
import { collectResults, type RunEnd } from './collect-results.ts'
import type { RunContext } from './run-context.ts'
import type { RunOutcome } from './run-options.ts'
import { scheduleJobs } from './schedule-jobs.ts'
import { firstStop, OUT_OF_TIME, SIGNALLED, type Stop } from './stop.ts'
import { takeUp } from './take-up.ts'
import { tidy } from './tidy.ts'
import { watchRun } from './traffic/run-watch.ts'
import { watchClock } from './watch-clock.ts'

/** All that is known before the first job. */
export interface Admitted extends AdmittedRun {
  readonly baselines: ReadonlyMap<string, MetricSource>
}

const NO_COUNTS: DeliveryCounts = { duplicates: 0, foreign: 0, malformed: 0, deadLettered: 0, resent: 0 }

/**
 * The outcome of a run that is over, its bundle made once more: it needs no stand-in and no admission. Undefined where it
 * is not over, and on AWS, where nothing is written but through the one door.
 */
export async function collectIfFinished(
  context: RunContext,
  baselines: Admitted['baselines'],
): Promise<RunOutcome | undefined> {
  if (context.opened.environment.kind === 'aws') return undefined
  const found = await context.items.get(context.runId)
  return found?.state === 'finished' ? collectFinished(context, await openRun(context), baselines) : undefined
}

/** One scheduler at a time; of a run that is finished only the bundle is made once more. */
export async function runAsHolder(context: RunContext, admitted: Admitted): Promise<RunOutcome> {
  const { opened, runId, options, items } = context
  const { clients, names } = opened.environment
  const { baselines } = admitted
  const run = await openRun(context)
  if (run.state === 'finished') return collectFinished(context, run, baselines)

  const lease = await acquireLease({
    client: clients.dynamodb,
    tableName: names.jobs,
    runId,
    holder: `${hostname()}, process ${process.pid}`,
    clock: systemClock,
    signal: options.signal,
  })
  try {
    const now = (await items.get(runId)) ?? run // somebody may have ended it while we waited
    return await (now.state === 'finished'
      ? collectFinished(context, now, baselines)
      : goOn(context, now, admitted, lease.lost))
  } finally {
    await tidy(lease.release())
  }
}

/** The run's item, made or found. Throws InvalidInputError where the id is another run's. */
function openRun({ prepared, runId, items }: RunContext): Promise<RunItem> {
  const { scenario, graph, digest } = prepared
  const { name } = scenario
  const startedAtMs = systemClock.now()
  return items.open({ ...scenario, runId, scenario: name, scenarioDigest: digest, startedAtMs, jobs: graph.size })
}

/** From the first job, or from where another scheduler left it, to the end or until it is stopped. */
async function goOn(context: RunContext, found: RunItem, admitted: Admitted, lost: AbortSignal): Promise<RunOutcome> {
  const { opened, runId, options, items } = context
  const run = await takeUp(context, found)
  options.onStart?.({ runId, jobs: run.jobs, isResumed: run.resumed > 0, isKept: opened.isKept })
  const { stopAfterMs, targetRules, baselines } = admitted
  const jump = watchClock(systemClock)
  const watch = await watchRun(context, admitted)
  const longest = stopAfterMs === undefined ? undefined : AbortSignal.timeout(stopAfterMs)
  const stop = firstStop([
    [options.signal, SIGNALLED],
    [longest, OUT_OF_TIME],
    [watch.stop, undefined],
  ])
  try {
    const { state, counts } = await scheduleJobs(context, run, { stop, lost, watch, targetRules })
    const finishedAtMs = systemClock.now()
    const stopped = stop.aborted ? (stop.reason as Stop) : undefined
    const clockJumpMs = jump()
    const end = { run, counts, finishedAtMs, clockJumpMs, stopped, stoppedBy: watch.reason }
    const outcome = await collect(context, end, baselines)
    if (state === 'finished') {
      const { exit_code: exitCode, digest } = outcome.results
      await items.update(runId, { state, exitCode, digest: digest ?? undefined, finishedAtMs, counts, clockJumpMs })
    }
    return { ...outcome, outputs: await watch.close(outcome.traffic ?? null) }
  } finally {
    await watch.close(null)
  }
}

function collectFinished(context: RunContext, run: RunItem, baselines: Admitted['baselines']): Promise<RunOutcome> {
  const { counts = NO_COUNTS, finishedAtMs = run.startedAtMs, clockJumpMs } = run
  const end = { run, counts, finishedAtMs, clockJumpMs, stopped: undefined, stoppedBy: undefined }
  return collect(context, end, baselines)
}

async function collect(
  context: RunContext,
  end: RunEnd,
  baselines: ReadonlyMap<string, MetricSource>,
): Promise<RunOutcome> {
  const { isKept, dataFolder } = context.opened
  const { results, traffic } = await collectResults(context, end, baselines)
  return {
    results,
    traffic,
    folder: context.folder,
    dataFolder: isKept ? dataFolder : undefined,
    isKept,
    finishedBefore: end.run.state === 'finished',
    outputs: [],
  }
}
