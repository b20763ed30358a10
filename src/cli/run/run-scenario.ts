import { access, constants, mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { atMost, systemClock } from '../../clock.ts'
import { provisionOrCheck } from '../../environment/provision.ts'
import { EnvironmentError } from '../../errors.ts'
import { injectFaults } from '../../environment/inject-faults.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { jobTable, type JobTable } from '../../jobs/job-table.ts'
import { acquireLease } from '../../jobs/lease.ts'
import { queue } from '../../jobs/queue.ts'
import { runItems, type RunItem } from '../../jobs/run-item.ts'
import { startScheduler, type DeliveryCounts, type Scheduler } from '../../jobs/scheduler.ts'
import { canonicalJson, type Json } from '../../results/canonical-json.ts'
import type { Manifest, ResultsDocument } from '../../results/documents.ts'
import { diskStore } from '../../results/disk-store.ts'
import { inParallel } from '../../results/in-parallel.ts'
import { MANIFEST_KEY, METRICS_KEY } from '../../results/layout.ts'
import { objectFiles } from '../../results/object-files.ts'
import { defaultRunId, parseRunId } from '../../results/run-id.ts'
import { s3Store } from '../../results/s3-store.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { Admission } from '../../guard/admit-run.ts'
import type { Ask } from '../../guard/consent.ts'
import type { LogLevel } from '../host-log.ts'
import { admit, pricingOf } from './admit.ts'
import { chooseUploader } from './choose-uploader.ts'
import { collectResults, type Stopped } from './collect-results.ts'
import { startHostChild, type HostChild } from './host-child.ts'
import { manifestOf } from './manifest.ts'
import { openEnvironment, type EnvironmentOptions, type OpenEnvironment } from './open-environment.ts'
import { prepareScenario, type PreparedScenario } from './prepare.ts'
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
  readonly onStart?: (run: { readonly runId: string; readonly resumed: boolean; readonly jobs: number }) => void
}

export interface RunOutcome {
  readonly results: ResultsDocument
  readonly folder: string
  readonly dataFolder: string | undefined
  /** It was finished before we came, and nothing was run. */
  readonly finishedBefore: boolean
}

const DOCUMENTS_IN_FLIGHT = 16
const TIDY_MS = 6_000

/**
 * One run from scenario to bundle. What can be refused is refused before anything is touched; from then on it may be
 * killed anywhere and started again with the same run id.
 */
export async function runScenario(options: RunOptions): Promise<RunOutcome> {
  const runId = options.runId === undefined ? undefined : parseRunId(options.runId)
  const prepared = await prepareScenario(options.scenario, options)
  await mustBeWritable(join(options.results, runId ?? ''))
  const opened = await openEnvironment(options)
  try {
    await provisionOrCheck(opened.environment)
    const id = runId ?? defaultRunId(prepared.scenario.name, systemClock.now())
    const admission = await admit(opened.environment, prepared, id, options)
    return await runIn(opened, prepared, id, { ...options, ...admission }).catch(opened.explain)
  } finally {
    await tidy(opened.close())
  }
}

/** Clean-up never hides what ended the run, and never takes long: what it leaves behind expires by itself. */
async function tidy(work: Promise<void>): Promise<void> {
  await atMost(
    TIDY_MS,
    work.catch(() => undefined),
  )
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

async function runIn(
  opened: OpenEnvironment,
  prepared: PreparedScenario,
  runId: string,
  options: RunOptions & Admission,
): Promise<RunOutcome> {
  const { environment } = opened
  const { clients, names } = environment
  const { scenario, graph, digest } = prepared
  const items = runItems({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
  const table = jobTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
  const place = { client: clients.s3, bucket: names.data, prefix: runId }
  const objects = s3Store(place)
  const folder = resolve(options.results, runId)

  let run = await items.open({
    ...scenario,
    runId,
    scenario: scenario.name,
    scenarioDigest: digest,
    startedAtMs: systemClock.now(),
    jobs: graph.size,
  })
  const collect = async (counts: DeliveryCounts, finishedAtMs: number, stopped: Stopped): Promise<RunOutcome> => ({
    results: await collectResults({
      prepared,
      run,
      manifest: await readManifest(objects),
      table,
      objects,
      files: objectFiles(place),
      // An emulator is near, and may keep nothing.
      everything: options.withDelays || environment.kind !== 'aws',
      uploader: chooseUploader(options.upload, environment, options.results),
      findFiles: opened.findFiles?.(runId),
      folder,
      pricing: pricingOf(environment, options),
      counts,
      stopped,
      finishedAtMs,
    }),
    folder,
    dataFolder: opened.dataFolder,
    finishedBefore: run.state === 'finished',
  })
  const collectFinished = () => collect(run.counts ?? NO_COUNTS, run.finishedAtMs ?? run.startedAtMs, 'no')
  if (run.state === 'finished') return collectFinished()

  const lease = await acquireLease({
    client: clients.dynamodb,
    tableName: names.jobs,
    runId,
    holder: `${hostname()}, process ${process.pid}`,
    clock: systemClock,
    signal: options.signal,
  })
  try {
    run = (await items.get(runId)) ?? run // somebody may have ended it while we waited
    if (run.state === 'finished') return await collectFinished()
    run = await takeUp(run, prepared, environment.name, options.workers, objects, items)
    await diskStore(folder).put(MANIFEST_KEY, await objects.get(MANIFEST_KEY)) // stays where the environment is lost
    options.onStart?.({ runId, resumed: run.resumed > 0, jobs: graph.size })
    const limit = options.stopAfterMs === undefined ? undefined : AbortSignal.timeout(options.stopAfterMs)
    const endFaults = await startFaults(environment, prepared, options)
    const scheduled = scheduleJobs({
      opened,
      prepared,
      run,
      table,
      objects,
      lost: lease.lost,
      folder,
      options: { ...options, signal: limit ? AbortSignal.any([options.signal, limit]) : options.signal },
    })
    const { state, counts } = await endingWith(scheduled, () => tidy(endFaults()))
    const finishedAtMs = systemClock.now()
    const stopped =
      state === 'finished' ? 'no' : limit?.aborted && !options.signal.aborted ? 'by a limit' : 'by a signal'
    const outcome = await collect(counts, finishedAtMs, stopped)
    if (state === 'finished') {
      const { exit_code: exitCode, digest: resultsDigest } = outcome.results
      await items.update(runId, { state, exitCode, digest: resultsDigest ?? undefined, finishedAtMs, counts })
    }
    return outcome
  } finally {
    await tidy(lease.release())
  }
}

async function endingWith<T>(work: Promise<T>, end: () => Promise<void>): Promise<T> {
  try {
    return await work
  } finally {
    await end()
  }
}

/** The scenario's fault plan, where the environment can; answers what takes it back. */
async function startFaults(
  environment: StartedEnvironment,
  { scenario: { faults } }: PreparedScenario,
  { tell }: RunOptions,
): Promise<() => Promise<void>> {
  const { supported, why } = environment.capabilities.faults
  if (faults !== undefined && supported) return injectFaults(environment, faults)
  if (faults !== undefined) tell(`the scenario's faults are left out on ${environment.name}: ${why}\n`)
  return () => Promise.resolve()
}

const NO_COUNTS: DeliveryCounts = { duplicates: 0, foreign: 0, malformed: 0, deadLettered: 0, resent: 0 }

/** Stores what must exist before the first job, once, and counts the schedulers that came later. */
async function takeUp(
  run: RunItem,
  prepared: PreparedScenario,
  environment: string,
  workers: number,
  objects: ObjectStore,
  items: ReturnType<typeof runItems>,
): Promise<RunItem> {
  if (!run.prepared) {
    const manifest = await manifestOf(prepared, run, { environment, workers })
    await objects.put(MANIFEST_KEY, Buffer.from(canonicalJson(manifest as unknown as Json)))
    await inParallel(prepared.documents(), DOCUMENTS_IN_FLIGHT, ({ key, body }) => objects.put(key, Buffer.from(body)))
    await items.update(run.runId, { prepared: true })
    return { ...run, prepared: true }
  }
  await items.update(run.runId, { resumed: run.resumed + 1 })
  return { ...run, resumed: run.resumed + 1 }
}

/** As it was written before the first job, whoever goes on with the run. */
async function readManifest(objects: ObjectStore): Promise<Manifest> {
  return JSON.parse(Buffer.from(await objects.get(MANIFEST_KEY)).toString()) as Manifest
}

async function scheduleJobs(context: {
  opened: OpenEnvironment
  prepared: PreparedScenario
  run: RunItem
  table: JobTable
  objects: ObjectStore
  lost: AbortSignal
  folder: string
  options: RunOptions
}) {
  const { opened, prepared, run, table, objects, lost, folder, options } = context
  const { environment } = opened
  const host = options.hosts === 'threads' ? startHost(environment, folder, options) : undefined
  const failed = new AbortController()
  const scheduler = startScheduler({
    runId: run.runId,
    workload: run.workload,
    graph: prepared.graph,
    queues: queuesOf(environment),
    table,
    objects,
    clock: systemClock,
    runStartedAtMs: run.startedAtMs,
    signal: AbortSignal.any([options.signal, failed.signal]),
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

function startHost(environment: StartedEnvironment, folder: string, options: RunOptions): HostChild {
  const args = [
    ...['--env', environment.name, '--region', environment.region],
    ...['--workers', String(options.workers), '--slots', String(options.slots)],
    // Endpoints of single services come from variables, which the child has too.
    ...(environment.endpoint === undefined || environment.endpoints ? [] : ['--endpoint', environment.endpoint]),
  ]
  args.push('--metrics', join(folder, METRICS_KEY), '--log-level', options.logLevel ?? 'info')
  return startHostChild(args, join(folder, 'host.log'))
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
