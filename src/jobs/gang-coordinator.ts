import { randomUUID } from 'node:crypto'
import type { TargetRules } from '../environment/allowed-target.ts'
import type { StoredObject } from '../results/stores.ts'
import type { Follower, Job } from '../workloads/workload.ts'
import { bootId } from './boot-id.ts'
import { createFollowing } from './following.ts'
import { createGangLosses } from './gang-losses.ts'
import { createGathering } from './gang-gathering.ts'
import { tooFewSlots } from './gang-reasons.ts'
import type { GangRow } from './gang-rows.ts'
import type { GangRows, GangTable } from './gang-table.ts'
import { READY_TIMEOUT_MS, RUNNING_LOOK_MS, SLOTS_LOOK_MS, SLOTS_TIMEOUT_MS, START_MARGIN_MS } from './gang-timing.ts'
import type { HostTable } from './host-table.ts'
import { watchHosts } from './host-watch.ts'
import type { Scheduling } from './scheduler.ts'
import { sendGang } from './send-gang.ts'

/** What a scheduler needs for plans with gangs. */
export interface GangOptions {
  readonly rows: GangTable
  readonly hosts: HostTable
  /** Stores what stands in for the result of a job that will never have one. Repeating it is harmless. */
  readonly recordLost: (job: Job, lost: LostJob) => Promise<StoredObject>
  readonly follower?: Follower
  /** The first time that the follower failed; the run goes on. */
  readonly onFollowError?: (error: unknown) => void
  /** A gang will never begin, for want of something; not for those that were stopped. */
  readonly onCancelled?: (gang: string, reason: string) => void
  /** A gang has agreed on its start, wall-clock milliseconds: once to each scheduler, one that takes the run over too. */
  readonly onAgreed?: (gang: string, startAtMs: number) => void
  /** Goes with each job: where its load may go; undefined: anywhere. */
  readonly targetRules?: TargetRules | undefined
  /** How long a gang waits for free slots before it is cancelled. */
  readonly slotsTimeoutMs?: number
  /** How long its shards may take from the queue to ready. */
  readonly readyTimeoutMs?: number
  /** Names this machine's clock: shards that read the same name need not compare theirs. */
  readonly clockId?: string
}

export interface LostJob {
  readonly reason: string
  /** The gang had agreed on its start. */
  readonly began: boolean
  /** The gang was stopped before it had begun. */
  readonly stopped: boolean
  /** Who had the job; null where nobody ever did. */
  readonly host: string | null
}

/** `waiting` for slots, `gathering` until all are ready, `running` from the agreed start on, `over` when all are done. */
export type GangPhase = 'waiting' | 'gathering' | 'running' | 'cancelled' | 'over'

export interface GangCoordinator {
  /** Ends with the scheduler. */
  run(): Promise<void>
  /** Stops the gangs that run and cancels all others, those to come too. */
  stop(reason: string): void
  readonly phases: ReadonlyMap<string, GangPhase>
}

interface Gang {
  readonly name: string
  readonly indices: readonly number[]
  /** Monotonic; when its phase began, for this scheduler. */
  since: number
  /** The agreed start was told. */
  isAgreed: boolean
}

/**
 * Sees a run's gangs through: sent together once slots cover them, started together once all are ready, told to stop
 * together, and never left waiting (docs/decisions/0014-gangs.md). All it knows is in the table: killed and started
 * again it goes on watching, and restarts nothing.
 */
export function createGangCoordinator(scheduling: Scheduling, options: GangOptions): GangCoordinator {
  const { runId, graph, frontier, clock, ended, bell } = scheduling
  const { rows: gangRows, slotsTimeoutMs = SLOTS_TIMEOUT_MS, readyTimeoutMs = READY_TIMEOUT_MS } = options
  const clockId = options.clockId ?? bootId() ?? randomUUID()
  const hosts = watchHosts(options.hosts, clock)
  const gathering = createGathering(scheduling, { rows: gangRows, clockId, readyTimeoutMs })
  const losses = createGangLosses(scheduling, options)
  const following = createFollowing(options.follower, options.onFollowError ?? (() => undefined))
  const phases = new Map<string, GangPhase>()
  const stopping = new AbortController()
  const endedOrStopping = AbortSignal.any([ended, stopping.signal])

  const idOf = (index: number) => graph.jobs[index].jobId
  const isDone = (index: number) => frontier.stateOf(index) === 'done'
  const stopReason = () => (stopping.signal.aborted ? (stopping.signal.reason as string) : undefined)

  function stop(reason: string): void {
    if (!stopping.signal.aborted) stopping.abort(reason)
  }

  async function run(): Promise<void> {
    const broken = Promise.withResolvers<never>()
    broken.promise.catch(() => undefined) // raced below
    const attended = new Map<string, Promise<void>>()
    while (!ended.aborted && attended.size < graph.gangs.size) {
      for (const [name, indices] of graph.gangs) {
        if (!attended.has(name) && indices.some(isReleased)) {
          const attending = attend({ name, indices, since: clock.monotonic(), isAgreed: false })
          attending.catch(broken.reject)
          attended.set(name, attending)
        }
      }
      if (attended.size < graph.gangs.size) await Promise.race([bell.wait(), broken.promise])
    }
    await Promise.all(attended.values())
  }

  function isReleased(index: number): boolean {
    return ['ready', 'queued', 'done'].includes(frontier.stateOf(index))
  }

  async function attend(gang: Gang): Promise<void> {
    phases.set(gang.name, gang.indices.some((index) => frontier.stateOf(index) === 'queued') ? 'gathering' : 'waiting')
    // One more look after the last job of the run: the shards' last batches.
    while (!ended.aborted || frontier.finished) {
      const pauseMs = await turn(gang)
      if (pauseMs === undefined || ended.aborted) return
      await clock.sleep(pauseMs, stopping.signal.aborted ? ended : endedOrStopping).catch(() => undefined)
    }
  }

  /** Answers when to look again; undefined where nothing is left to do. */
  async function turn(gang: Gang): Promise<number | undefined> {
    const done = gang.indices.filter(isDone) // before the rows are read: what they say of these is the last
    const rows = await gangRows.read(runId, gang.name)
    for (const { jobId, batches } of rows.shards.values()) following.shipped(jobId, batches)
    for (const index of done) following.ended(idOf(index))
    if (rows.gang.stopReason !== undefined) stop(rows.gang.stopReason)
    tellStart(gang, rows.gang)
    if (done.length === gang.indices.length) return over(gang)
    enter(gang, phaseOf(rows.gang))
    await losses.loseSilent(gang.name, rows)
    await losses.record(rows)
    const phase = phases.get(gang.name)
    if (phase === 'waiting') return waitForSlots(gang, rows)
    if (phase === 'gathering') return gather(gang, rows)
    if (phase === 'running') return watch(gang, rows)
    return disband(gang, rows)
  }

  function tellStart(gang: Gang, { startAtMs }: GangRow): void {
    if (startAtMs === undefined || gang.isAgreed) return
    gang.isAgreed = true
    options.onAgreed?.(gang.name, startAtMs)
  }

  async function over(gang: Gang): Promise<undefined> {
    enter(gang, 'over')
    await following.settled()
  }

  /** Slots that a gang has taken are counted again once its hosts have said what is left; one that is over has none. */
  function enter(gang: Gang, phase: GangPhase): void {
    const before = phases.get(gang.name)
    if (before === phase) return
    if (before === 'gathering' && phase !== 'over') hosts.forget()
    phases.set(gang.name, phase)
    gang.since = clock.monotonic()
  }

  async function waitForSlots(gang: Gang, { shards }: GangRows): Promise<number> {
    const reason = stopReason()
    if (reason !== undefined) return stopBefore(gang, reason)
    // A scheduler before us was killed while it sent them: the rest follows, slots or not.
    const isUnderWay = shards.size > 0
    const offer = await hosts.look()
    const isTurn = ![...phases.values()].includes('gathering')
    if (isUnderWay || (isTurn && offer.freeSlots >= gang.indices.length)) {
      await send(gang, shards)
      return 0
    }
    const waitedMs = clock.monotonic() - gang.since
    if (waitedMs >= slotsTimeoutMs) return cancel(gang, tooFewSlots(gang.indices.length, offer, waitedMs))
    return SLOTS_LOOK_MS
  }

  async function send(gang: Gang, shards: GangRows['shards']): Promise<void> {
    enter(gang, 'gathering')
    await gangRows.call(runId, gang.name, clockId)
    const unclaimed = gang.indices.filter((index) => !isDone(index) && !shards.has(idOf(index)))
    await sendGang(scheduling, unclaimed)
    if (!ended.aborted) await gangRows.markSent(runId, gang.name)
    for (const index of gang.indices) frontier.queued(index)
  }

  async function gather(gang: Gang, rows: GangRows): Promise<number> {
    for (const index of gang.indices) frontier.queued(index) // sent by a scheduler that was killed before it said so
    const reason = stopReason()
    if (reason !== undefined) return stopBefore(gang, reason)
    const gathered = await gathering.look(gang.name, gang.indices, rows, clock.monotonic() - gang.since)
    if (gathered.state === 'waiting') return gathered.lookAgainMs
    if (gathered.state === 'never') return cancel(gang, gathered.reason)
    await gangRows.start(runId, gang.name, clock.now() + START_MARGIN_MS)
    return 0
  }

  async function watch(gang: Gang, { gang: row }: GangRows): Promise<number> {
    const reason = stopReason()
    if (reason !== undefined && row.stopReason === undefined) await gangRows.stop(runId, gang.name, reason)
    return RUNNING_LOOK_MS
  }

  /** One that has not begun never will: it is cancelled, and its rows say that this is no fault of anybody's. */
  async function stopBefore(gang: Gang, reason: string): Promise<number> {
    await gangRows.stop(runId, gang.name, reason)
    await gangRows.cancel(runId, gang.name, reason)
    return 0
  }

  async function cancel(gang: Gang, reason: string): Promise<number> {
    await gangRows.cancel(runId, gang.name, reason)
    options.onCancelled?.(gang.name, reason)
    return 0
  }

  /** Those who have a shard learn it from its row, and nobody will take the rest. */
  async function disband(gang: Gang, rows: GangRows): Promise<number> {
    const lost = await losses.loseUnclaimed(gang.name, gang.indices.map(idOf), rows)
    return lost > 0 ? 0 : RUNNING_LOOK_MS
  }

  return { run, stop, phases }
}

function phaseOf({ cancelledReason, startAtMs, sent }: GangRow): GangPhase {
  if (cancelledReason !== undefined) return 'cancelled'
  if (startAtMs !== undefined) return 'running'
  return sent ? 'gathering' : 'waiting'
}
