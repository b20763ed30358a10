import { access, constants, mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { systemClock } from '../../clock.ts'
import { provisionOrCheck } from '../../environment/provision.ts'
import { EnvironmentError } from '../../errors.ts'
import type { Admission } from '../../guard/admit-run.ts'
import type { Ask } from '../../guard/consent.ts'
import { acquireLease } from '../../jobs/lease.ts'
import type { RunItem } from '../../jobs/run-item.ts'
import type { DeliveryCounts, Scheduler } from '../../jobs/scheduler.ts'
import type { ResultsDocument } from '../../results/documents.ts'
import { defaultRunId, parseRunId } from '../../results/run-id.ts'
import type { LogLevel } from '../host-log.ts'
import { admit } from './admit.ts'
import { collectResults, type RunEnd } from './collect-results.ts'
import { inEnvironment, type EnvironmentOptions } from './open-environment.ts'
import { prepareScenario, type PreparedScenario } from './prepare.ts'
import { runContext, type RunContext } from './run-context.ts'
import { scheduleJobs } from './schedule-jobs.ts'
import { takeUp } from './take-up.ts'
import { tidy } from './tidy.ts'
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
  /** Shows the run while it goes on; answers what ends that. */
  readonly show: (prepared: PreparedScenario, scheduler: Scheduler) => () => void
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
  readonly folder: string
  /** The embedded server's, where it outlives the run. */
  readonly dataFolder: string | undefined
  /** Where it stopped it can be gone on with. */
  readonly isKept: boolean
  /** It was finished before we came, and nothing was run. */
  readonly finishedBefore: boolean
}

const NO_COUNTS: DeliveryCounts = { duplicates: 0, foreign: 0, malformed: 0, deadLettered: 0, resent: 0 }

/**
 * One run from scenario to bundle. What can be refused is refused before anything is touched; from then on it may be
 * killed anywhere and started again with the same run id.
 */
export async function runScenario(options: RunOptions): Promise<RunOutcome> {
  const given = options.runId === undefined ? undefined : parseRunId(options.runId)
  const prepared = await prepareScenario(options.scenario, options)
  await mustBeWritable(join(options.results, given ?? ''))
  return inEnvironment(options, async (opened) => {
    await provisionOrCheck(opened.environment)
    const runId = given ?? defaultRunId(prepared.scenario.name, systemClock.now())
    const admission = await admit(opened.environment, prepared, runId, options)
    return runAsHolder(runContext(opened, prepared, runId, options), admission)
  })
}

/** Said before anything runs, not after: the bundle has to go somewhere. */
async function mustBeWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (cause) {
    const why = (cause as Error).message
    throw new EnvironmentError(`Results cannot be written to ${resolve(folder)}: ${why}. Choose another --results`, {
      cause,
    })
  }
}

/** One scheduler at a time; of a run that is finished only the bundle is made once more. */
async function runAsHolder(context: RunContext, admission: Admission): Promise<RunOutcome> {
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
  if (run.state === 'finished') return collectFinished(context, run)

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
    return await (now.state === 'finished' ? collectFinished(context, now) : goOn(context, now, admission, lease.lost))
  } finally {
    await tidy(lease.release())
  }
}

/** From the first job, or from where another scheduler left it, to the end or until it is stopped. */
async function goOn(
  context: RunContext,
  found: RunItem,
  { stopAfterMs }: Admission,
  lost: AbortSignal,
): Promise<RunOutcome> {
  const { opened, runId, options, items } = context
  const run = await takeUp(context, found)
  options.onStart?.({ runId, jobs: run.jobs, isResumed: run.resumed > 0, isKept: opened.isKept })
  const limit = stopAfterMs === undefined ? undefined : AbortSignal.timeout(stopAfterMs)
  const stop = limit ? AbortSignal.any([options.signal, limit]) : options.signal

  const { state, counts } = await scheduleJobs(context, run, { stop, lost })
  const finishedAtMs = systemClock.now()
  const isOverLimit = limit?.aborted && !options.signal.aborted
  const stopped = state === 'finished' ? 'no' : isOverLimit ? 'by a limit' : 'by a signal'
  const outcome = await collect(context, { run, counts, finishedAtMs, stopped })
  if (state === 'finished') {
    const { exit_code: exitCode, digest } = outcome.results
    await items.update(runId, { state, exitCode, digest: digest ?? undefined, finishedAtMs, counts })
  }
  return outcome
}

function collectFinished(context: RunContext, run: RunItem): Promise<RunOutcome> {
  const { counts = NO_COUNTS, finishedAtMs = run.startedAtMs } = run
  return collect(context, { run, counts, finishedAtMs, stopped: 'no' })
}

async function collect(context: RunContext, end: RunEnd): Promise<RunOutcome> {
  const { isKept, dataFolder } = context.opened
  return {
    results: await collectResults(context, end),
    folder: context.folder,
    dataFolder: isKept ? dataFolder : undefined,
    isKept,
    finishedBefore: end.run.state === 'finished',
  }
}
