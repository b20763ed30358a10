import { access, constants } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { systemClock } from '../../clock.ts'
import { provisionOrCheck } from '../../environment/provision.ts'
import { EnvironmentError } from '../../errors.ts'
import type { Ask } from '../../guard/consent.ts'
import { acquireLease } from '../../jobs/lease.ts'
import type { RunItem } from '../../jobs/run-item.ts'
import type { DeliveryCounts, Scheduler } from '../../jobs/scheduler.ts'
import type { ResultsDocument } from '../../results/documents.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'
import { defaultRunId, parseRunId } from '../../results/run-id.ts'
import type { LogLevel } from '../host-log.ts'
import { admit, type AdmittedRun } from './admit.ts'
import { collectResults, type RunEnd } from './collect-results.ts'
import { inEnvironment, type EnvironmentOptions } from './open-environment.ts'
import { makeFolders } from './make-folders.ts'
import { prepareScenario, type PreparedScenario } from './prepare.ts'
import { runContext, type RunContext } from './run-context.ts'
import { scheduleJobs } from './schedule-jobs.ts'
import { takeUp } from './take-up.ts'
import { readBaselines } from './judge-run.ts'
import { startStandIns } from './stand-ins.ts'
import { firstStop, OUT_OF_TIME, SIGNALLED, type Stop } from './stop.ts'
import { tidy } from './tidy.ts'
import { watchRun, type RunWatch } from './traffic/run-watch.ts'
import type { OutputStatus } from '../../outputs/output.ts'
import { parseOutputSpecs } from '../../outputs/output-specs.ts'
import type { MetricSource } from '../../thresholds/metric-source.ts'
import type { UploadPlace } from './upload-place.ts'

export interface RunOptions extends EnvironmentOptions {
  readonly scenario: string
  readonly set: readonly string[]
  readonly seed?: number
  readonly runId?: string
  readonly workers: number
  readonly slots: number
  /** `none`: schedule only; `turnaround work` somewhere else does the jobs. */
  readonly hosts: 'threads' | 'none'
  /** How long a gang waits for free slots. Default: SLOTS_TIMEOUT_MS. */
  readonly slotsTimeoutMs?: number
  /** Of the bundle's host.log. */
  readonly logLevel?: LogLevel
  /** Where local bundles go. */
  readonly results: string
  /** Where the results document goes at the end. */
  readonly upload: UploadPlace
  /** Fetches every output from AWS, not only the percentiles. */
  readonly withDelays: boolean
  /** US dollars; a run that is estimated above is refused. */
  readonly maxCost?: number
  /** Why, for the audit record of a protected environment. */
  readonly reason?: string
  /** Puts a question to whoever sits at the terminal; undefined without one. */
  readonly ask: Ask
  /** What is worth knowing before the run begins: estimate, audit record. */
  readonly tell: (text: string) => void
  /** Aborts at the first Ctrl-C: stop gracefully, with a summary. */
  readonly signal: AbortSignal
  /** Where the figures of a traffic run go while it runs: `name=target`. */
  readonly out: readonly string[]
  /** Shows the run while it goes on; answers what ends that. */
  readonly show: (prepared: PreparedScenario, scheduler: Scheduler, watch: RunWatch) => () => void
  readonly onStart?: (run: StartedRun) => void
}

export interface StartedRun {
  readonly runId: string
  readonly jobs: number
  /** Another scheduler had begun it. */
  readonly isResumed: boolean
  /** Where it stops it can be gone on with. */
  readonly isKept: boolean
}

export interface RunOutcome {
  readonly results: ResultsDocument
  /** Of a traffic run that came to its figures. */
  readonly traffic: TrafficDocument | undefined
  readonly folder: string
  /** The embedded server's, where it outlives the run. */
  readonly dataFolder: string | undefined
  /** Where it stopped it can be gone on with. */
  readonly isKept: boolean
  /** It was finished before we came, and nothing was run. */
  readonly finishedBefore: boolean
  /** How the outputs of `out` fared. */
  readonly outputs: readonly OutputStatus[]
}

const NO_COUNTS: DeliveryCounts = { duplicates: 0, foreign: 0, malformed: 0, deadLettered: 0, resent: 0 }

/**
 * One run from scenario to bundle. What can be refused is refused before anything is touched; from then on it may be
 * killed anywhere and started again with the same run id.
 */
export async function runScenario(options: RunOptions): Promise<RunOutcome> {
  const given = options.runId === undefined ? undefined : parseRunId(options.runId)
  parseOutputSpecs(options.out) // before anything is begun
  const prepared = await prepareScenario(options.scenario, options)
  const baselines = await readBaselines(prepared.scenario.thresholds, options.results)
  await mustBeWritable(join(options.results, given ?? ''))
  return inEnvironment(options, async (opened) => {
    await provisionOrCheck(opened.environment)
    const runId = given ?? defaultRunId(prepared.scenario.name, systemClock.now())
    const context = runContext(opened, prepared, runId, options)
    const standIns = await standInsOf(context)
    try {
      const admission = await admit(opened.environment, prepared, runId, options)
      return await runAsHolder(context, { ...admission, baselines })
    } finally {
      await tidy(standIns.stop())
    }
  })
}

/** Begun before the run is admitted, because a target that nobody knows cannot be. Hosts elsewhere would not hear of them. */
async function standInsOf({ opened, prepared, options, folder }: RunContext) {
  const { workload, scenario } = prepared
  const demands = (options.hosts === 'threads' && workload.demands?.(scenario.settings)) || {}
  const standIns = await startStandIns(opened.environment, demands, { seed: scenario.seed, folder })
  for (const { name, url } of standIns.started) {
    options.tell(`nothing says where ${name} is: its stand-in runs at ${url} (turnaround target ${name})\n`)
  }
  return standIns
}

interface Admitted extends AdmittedRun {
  readonly baselines: ReadonlyMap<string, MetricSource>
}

/** Said before anything runs, not after: the bundle has to go somewhere. */
async function mustBeWritable(folder: string): Promise<void> {
  try {
    await makeFolders(folder)
    await access(folder, constants.W_OK)
  } catch (cause) {
    const why = (cause as Error).message
    throw new EnvironmentError(`Results cannot be written to ${resolve(folder)}: ${why}. Choose another --results`, {
      cause,
    })
  }
}

/** One scheduler at a time; of a run that is finished only the bundle is made once more. */
async function runAsHolder(context: RunContext, admitted: Admitted): Promise<RunOutcome> {
  const { opened, prepared, runId, options, items } = context
  const { clients, names } = opened.environment
  const { scenario, graph, digest } = prepared
  const run = await items.open({
    ...scenario,
    runId,
    scenario: scenario.name,
    scenarioDigest: digest,
    startedAtMs: systemClock.now(),
    jobs: graph.size,
  })
  if (run.state === 'finished') return collectFinished(context, run, admitted)

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
      ? collectFinished(context, now, admitted)
      : goOn(context, now, admitted, lease.lost))
  } finally {
    await tidy(lease.release())
  }
}

/** From the first job, or from where another scheduler left it, to the end or until it is stopped. */
async function goOn(context: RunContext, found: RunItem, admitted: Admitted, lost: AbortSignal): Promise<RunOutcome> {
  const { opened, runId, options, items } = context
  const run = await takeUp(context, found)
  options.onStart?.({ runId, jobs: run.jobs, isResumed: run.resumed > 0, isKept: opened.isKept })
  const { stopAfterMs, baselines } = admitted
  const watch = await watchRun(context, admitted)
  const longest = stopAfterMs === undefined ? undefined : AbortSignal.timeout(stopAfterMs)
  const stop = firstStop([
    [options.signal, SIGNALLED],
    [longest, OUT_OF_TIME],
    [watch.stop, undefined],
  ])
  try {
    const { state, counts } = await scheduleJobs(context, run, { stop, lost, watch })
    const finishedAtMs = systemClock.now()
    const stopped = stop.aborted ? (stop.reason as Stop) : undefined
    const end = { run, counts, finishedAtMs, stopped, stoppedBy: watch.reason }
    const outcome = await collect(context, end, baselines)
    if (state === 'finished') {
      const { exit_code: exitCode, digest } = outcome.results
      await items.update(runId, { state, exitCode, digest: digest ?? undefined, finishedAtMs, counts })
    }
    return { ...outcome, outputs: await watch.close(outcome.traffic ?? null) }
  } finally {
    await watch.close(null)
  }
}

function collectFinished(context: RunContext, run: RunItem, { baselines }: Admitted): Promise<RunOutcome> {
  const { counts = NO_COUNTS, finishedAtMs = run.startedAtMs } = run
  return collect(context, { run, counts, finishedAtMs, stopped: undefined, stoppedBy: undefined }, baselines)
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
