import type { Clock } from '../clock.ts'
import type { ObjectStore } from '../results/stores.ts'
import { createBackground, type Background } from './background.ts'
import { createBell, type Bell } from './bell.ts'
import { readCompletions } from './completions.ts'
import { readDeadLetters } from './dead-letters.ts'
import { dispatch } from './dispatch.ts'
import { createFrontier, type Frontier } from './frontier.ts'
import { createGangCoordinator, type GangCoordinator, type GangOptions, type GangPhase } from './gang-coordinator.ts'
import type { JobGraph } from './graph.ts'
import type { JobRecord } from './job-record.ts'
import type { JobTable } from './job-table.ts'
import type { Queue } from './queue.ts'
import { sweep } from './sweep.ts'

export interface SchedulerOptions {
  readonly runId: string
  readonly workload: string
  readonly graph: JobGraph
  readonly queues: { readonly incoming: Queue; readonly outgoing: Queue; readonly dead: Queue }
  readonly table: JobTable
  /** The run's folder: where details too large for a message go. */
  readonly objects: ObjectStore
  readonly clock: Clock
  /** When the run began (not this scheduler): older malformed messages are not this run's. */
  readonly runStartedAtMs: number
  /** Stops the scheduler without ending the run; it can be resumed. */
  readonly signal: AbortSignal
  /** Jobs queued at most, so that runs which share a queue take turns. */
  readonly window?: number
  /** Needed for plans with gangs; others cost nothing for it. */
  readonly gangs?: GangOptions
}

export interface DeliveryCounts {
  duplicates: number
  foreign: number
  malformed: number
  deadLettered: number
  /** Jobs sent again because their message was gone from every queue. */
  resent: number
}

export interface Progress {
  readonly doneByKind: ReadonlyMap<string, number>
  readonly queued: number
  readonly ready: number
  readonly failed: number
  readonly blocked: number
  /** Gangs whose jobs could begin, by name. */
  readonly gangs: ReadonlyMap<string, GangPhase>
}

/** `finished`: every job is done, failed or blocked. `stopped`: the signal came first. */
export interface Scheduled {
  readonly state: 'finished' | 'stopped'
  readonly counts: DeliveryCounts
}

export interface Scheduler {
  /** Rejects on the first error. */
  readonly outcome: Promise<Scheduled>
  progress(): Progress
  /** Gangs that run are told to stop, with this reason; those that do not yet are cancelled. The first reason stays. */
  stopGangs(reason: string): void
}

/** What the scheduler's loops share. Facts come in through `learn`, and nowhere else. */
export interface Scheduling extends Omit<SchedulerOptions, 'signal'> {
  readonly window: number
  readonly frontier: Frontier
  readonly counts: DeliveryCounts
  readonly bell: Bell
  readonly background: Background
  /** Aborted when the loops must end: finished, stopped, or one of them failed. */
  readonly ended: AbortSignal
  /** Takes over what the table says. Answers whether it was news. */
  learn(record: JobRecord): boolean
}

const WINDOW = 10_000
/** They wait for company in batches of one call at a time: what is bounded is what is held, not what is under way. */
const BACKGROUND_WRITES = 512

/**
 * Reads completions, decides which jobs may run, sends them; the table is the truth (design.md section 6).
 * Started again with the same run, at any point, it goes on where the table says.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { graph, table, runId } = options
  const frontier = createFrontier(graph)
  const counts: DeliveryCounts = { duplicates: 0, foreign: 0, malformed: 0, deadLettered: 0, resent: 0 }
  const doneByKind = new Map<string, number>()
  const background = createBackground(BACKGROUND_WRITES)
  const bell = createBell()
  const ending = new AbortController()
  const scheduling: Scheduling = {
    window: WINDOW,
    ...options,
    frontier,
    counts,
    bell,
    background,
    ended: ending.signal,
    learn,
  }

  const coordinator = coordinatorOf(scheduling)

  function learn(record: JobRecord): boolean {
    const index = graph.indexOf(record.jobId)
    if (index === undefined) return false
    if (record.state === 'queued') frontier.queued(index)
    if (record.state === 'done') return learnDone(index)
    if (record.state === 'failed') return learnFailed(index)
    return false
  }

  function learnDone(index: number): boolean {
    const news = frontier.done(index)
    if (!news) return false
    const { kind } = graph.jobs[index]
    doneByKind.set(kind, (doneByKind.get(kind) ?? 0) + 1)
    announce()
    return true
  }

  function learnFailed(index: number): boolean {
    const before = frontier.stateOf(index)
    const blocked = frontier.failed(index)
    void markBlocked(blocked).catch((error: unknown) => ending.abort(error))
    announce()
    return before !== frontier.stateOf(index)
  }

  async function markBlocked(indices: readonly number[]): Promise<void> {
    for (const index of indices) await background.add(() => table.markBlocked(runId, graph.jobs[index]))
  }

  function announce(): void {
    bell.ring()
    if (frontier.finished) ending.abort(FINISHED)
  }

  async function run() {
    const stop = () => ending.abort(STOPPED)
    options.signal.addEventListener('abort', stop, { once: true })
    if (options.signal.aborted) stop()
    ending.signal.addEventListener('abort', () => bell.ring(), { once: true })
    try {
      for await (const page of table.readAll(runId)) page.forEach(learn)
      announce()
      await allOrFirstError(
        [
          dispatch(scheduling),
          readCompletions(scheduling),
          readDeadLetters(scheduling),
          sweep(scheduling),
          ...(coordinator ? [coordinator.run()] : []),
        ],
        (error) => ending.abort(error),
      )
      await background.settled()
    } finally {
      options.signal.removeEventListener('abort', stop)
    }
    const reason: unknown = ending.signal.reason
    if (reason !== FINISHED && reason !== STOPPED) throw reason
    return { state: frontier.finished ? ('finished' as const) : ('stopped' as const), counts }
  }

  return {
    outcome: run(),
    progress: () => ({
      doneByKind,
      queued: frontier.count('queued'),
      ready: frontier.count('ready'),
      failed: frontier.count('failed'),
      blocked: frontier.count('blocked'),
      gangs: coordinator?.phases ?? NO_GANGS,
    }),
    stopGangs: (reason) => coordinator?.stop(reason),
  }
}

const NO_GANGS: ReadonlyMap<string, GangPhase> = new Map()

function coordinatorOf(scheduling: Scheduling): GangCoordinator | undefined {
  const { graph, gangs } = scheduling
  if (graph.gangs.size === 0) return undefined
  if (gangs === undefined) throw new Error('the plan has gangs, and the scheduler was started without `gangs`')
  return createGangCoordinator(scheduling, gangs)
}

const FINISHED = Symbol('every job is done, failed or blocked')
const STOPPED = Symbol('stopped from outside')

/** Waits for all loops, tells `onError` of the first that fails so that the others end too, and lets none go unobserved. */
async function allOrFirstError(loops: readonly Promise<void>[], onError: (error: unknown) => void): Promise<void> {
  await Promise.all(loops.map((loop) => loop.catch(onError)))
}
