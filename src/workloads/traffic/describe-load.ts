import { compileSchedule } from '../../engine/schedule/compile.ts'
import { recordedStarts } from '../../engine/schedule/replay.ts'
import type { OpenSchedule, Schedule } from '../../engine/schedule/schedule.ts'
import type { ExecutorSettings } from '../../engine/schedule/settings.ts'
import { shareOf } from '../../engine/schedule/share.ts'
import { searchRun } from '../../engine/schedule/step-to-failure.ts'
import { loadDigest } from './load-digest.ts'
import { isRunnable } from './load-settings.ts'

/** What a run will do, known before it begins. */
export interface LoadDescription {
  readonly executor: string
  readonly model: 'open' | 'closed'
  /** Iterations that will start; null where the target decides: a closed load that only time ends, or a search. */
  readonly starts: number | null
  /** Iterations a second at the most; null where the target decides. */
  readonly peakRatePerSecond: number | null
  /** Users at the most (closed); iterations that may be in flight (open). */
  readonly users: number
  /** Until the last start; of a search all its steps. */
  readonly durationMs: number
  /** What may follow: iterations in flight have so long to end. */
  readonly gracefulStopMs: number
  /** Starts of each shard (open), or its users (closed); null where they are not known. */
  readonly shares: readonly (number | null)[]
  /** Equal for any number of shards. */
  readonly scheduleDigest: string
  /** Of a search: steps it may take. */
  readonly mostSteps: number | null
  readonly generator: {
    /** About; null where the number of requests is not known. */
    readonly cpuSeconds: number | null
    readonly assumption: string
  }
}

export interface LoadShape {
  readonly shards: number
  /** Default 1. */
  readonly requestsPerIteration?: number
  /** The least an iteration takes a user, think time included; bounds a closed load. */
  readonly iterationMs?: number | undefined
}

/** What a scripted journey does at the least against a target that answers at once (issue 6); more was measured (README). */
const REQUESTS_PER_CPU_SECOND = 25_000

/** Ten million starts take a few seconds: all of them are made. */
export function describeLoad(load: ExecutorSettings, seed: number, shape: LoadShape): LoadDescription {
  const { shards, requestsPerIteration = 1, iterationMs } = shape
  const schedule = scheduleOf(load, seed)
  const starts = isRunnable(load) ? startsOf(schedule) : null
  const users = schedule.model === 'open' ? schedule.maxConcurrent : schedule.users
  const durationMs = loadMs(load, seed)
  const peak = peakRatePerSecond(load, iterationMs)
  const divided = schedule.model === 'open' ? starts : users
  const known = starts ?? (isRunnable(load) && peak !== null ? (peak * durationMs) / 1000 : null)
  return {
    executor: load.executor,
    model: schedule.model,
    starts,
    peakRatePerSecond: peak,
    users,
    durationMs,
    gracefulStopMs: schedule.gracefulStopMs,
    shares: Array.from({ length: shards }, (_, shard) => (divided === null ? null : shareOf(divided, shard, shards))),
    scheduleDigest: loadDigest(load, seed, shards),
    mostSteps: isRunnable(load) ? null : load.maxSteps,
    generator: {
      cpuSeconds: known === null ? null : (known * requestsPerIteration) / REQUESTS_PER_CPU_SECOND,
      assumption: assumptionOf(requestsPerIteration, known, starts),
    },
  }
}

/**
 * Iterations a second at the most. A closed load has as many as its target answers: null, unless it is known how long an
 * iteration takes a user at the least.
 */
export function peakRatePerSecond(load: ExecutorSettings, iterationMs?: number): number | null {
  const schedule = scheduleOf(load, 0)
  if (schedule.model === 'closed') return iterationMs === undefined ? null : (schedule.users * 1000) / iterationMs
  if (load.executor === 'replay') return densestSecond(recordedStarts(load).offsetsUs)
  return 'timeUnit' in load ? (highestRate(load) * 1000) / load.timeUnit : null
}

/** The same for who has to hold it against a limit: no more than all of it at once, and without an end Infinity. */
export function ratePerSecondAtMost(load: ExecutorSettings, iterationMs?: number): number {
  const schedule = scheduleOf(load, 0)
  const all = schedule.model === 'closed' ? (schedule.expectedIterations ?? Infinity) : Infinity
  return Math.min(peakRatePerSecond(load, iterationMs) ?? Infinity, all)
}

/** Per time unit. */
function highestRate(load: Extract<ExecutorSettings, { timeUnit: number }>): number {
  if (load.executor === 'step-to-failure') return load.maxRate
  if (load.executor === 'constant-arrival-rate') return load.rate
  if (!load.stages) return 'rate' in load ? (load.rate ?? 0) : 0
  return load.stages.reduce((most, { target }) => Math.max(most, target), load.startRate)
}

/** Until the last start; of a search all its steps. Makes no start, so it is quick where `describeLoad` is not. */
export function loadMs(load: ExecutorSettings, seed: number): number {
  return (scheduleOf(load, seed).durationUs / 1000) * (isRunnable(load) ? 1 : load.maxSteps)
}

/** How long the load goes on at the most, its grace included; of a search all its steps. */
export function longestLoadMs(load: ExecutorSettings, seed: number): number {
  const { durationUs, gracefulStopMs } = scheduleOf(load, seed)
  return (durationUs / 1000 + gracefulStopMs) * (isRunnable(load) ? 1 : load.maxSteps)
}

/** Of a search, its highest step. */
function scheduleOf(load: ExecutorSettings, seed: number): Schedule {
  return compileSchedule(isRunnable(load) ? load : searchRun(load, load.maxRate), seed)
}

function startsOf(schedule: Schedule): number | null {
  if (schedule.model === 'closed') return schedule.expectedIterations ?? null
  return schedule.executor === 'poisson-arrival-rate' ? countArrivals(schedule) : schedule.expectedArrivals
}

function countArrivals(schedule: OpenSchedule): number {
  const arrivals = schedule.arrivals(0, 1)
  let count = 0
  while (arrivals.next() >= 0) count++
  return count
}

function densestSecond(offsetsUs: Float64Array): number {
  let most = 0
  for (let from = 0, to = 0; to < offsetsUs.length; to++) {
    while (offsetsUs[to] - offsetsUs[from] >= 1_000_000) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

function assumptionOf(requestsPerIteration: number, known: number | null, starts: number | null): string {
  if (known === null) return 'how many requests there will be depends on how fast the target answers'
  const requests = requestsPerIteration === 1 ? 'one request' : `${requestsPerIteration} requests`
  const most = starts === null ? ', if the target answers at once' : ''
  const rate = REQUESTS_PER_CPU_SECOND.toLocaleString('en-US')
  return `${rate} requests of a scripted journey per CPU-second, ${requests} an iteration${most}; waiting for exact instants is not counted`
}
