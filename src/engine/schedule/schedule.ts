import type { ExecutorName } from './settings.ts'

/** Intended starts of one shard, in time, made as they are asked for: ten million of them take no memory. */
export interface Arrivals {
  /** Microseconds from the start of the run, never less than the one before; -1 when there are no more. */
  next(): number
  /** Of the arrival that `next` answered last: its number in the whole run, 0 or more. */
  readonly index: number
}

interface CommonSchedule {
  readonly executor: ExecutorName
  /** From the start of the run to the last instant at which an iteration may start. */
  readonly durationUs: number
  /** How long iterations may go on after that before they are interrupted. */
  readonly gracefulStopMs: number
}

/**
 * Iterations start when the schedule says so, whatever the target does. The schedule is fixed by settings and seed:
 * arrival i belongs to shard i mod N, for any N.
 */
export interface OpenSchedule extends CommonSchedule {
  readonly model: 'open'
  /** Arrivals in all; a mean where they are drawn (`poisson-arrival-rate`). */
  readonly expectedArrivals: number
  /** Iterations of the whole run that may be in flight at once (k6: maxVUs); a start beyond them is dropped. */
  readonly maxConcurrent: number
  arrivals(shard: number, shards: number): Arrivals
}

/** When a user runs iterations, from … until in microseconds from the start of the run. */
export interface Activation {
  readonly fromUs: number
  readonly untilUs: number
}

export interface UserPlan {
  /** 0 … users - 1. */
  readonly user: number
  /** Iterations it does in all; Infinity where only time ends it. */
  readonly iterations: number
  /** Ascending, apart from each other. */
  activations(): Generator<Activation, undefined>
}

/**
 * Users start an iteration when their last one has ended: a slow target gets less load. Fixed in advance are who is
 * active when, and who does how many. User u belongs to shard u mod N, for any N.
 */
export interface ClosedSchedule extends CommonSchedule {
  readonly model: 'closed'
  /** The most that are active at once. */
  readonly users: number
  /** Iterations in all; undefined where time ends them. */
  readonly expectedIterations: number | undefined
  /** How long a user whose time is over may finish its iteration (k6: gracefulRampDown). */
  readonly gracefulRampDownMs: number
  userPlans(shard: number, shards: number): Iterable<UserPlan>
}

export type Schedule = OpenSchedule | ClosedSchedule

/** What counts as a late start, and in the verdict as a schedule that slips. Users of a closed model wait with timers. */
export const LATE_AFTER_MS = { open: 1, closed: 10 } as const
