import { z } from 'zod'
import { InvalidInputError, type Fault } from '../../errors.ts'
import { checkShards, compileSchedule, type RunnableSettings } from '../../engine/schedule/compile.ts'
import {
  checkLoadPattern,
  compileLoadPattern,
  loadPatternSchema,
  type LoadPattern,
} from '../../engine/schedule/load-pattern.ts'
import { executorSchema, type ExecutorSettings } from '../../engine/schedule/settings.ts'
import { searchRun } from '../../engine/schedule/step-to-failure.ts'

/** More shards than this are hosts nobody has; a search plans each of them once for every step it may take. */
export const LIMITS = { shards: 1000, searchJobs: 100_000 } as const

/** What every traffic workload has in its part of a scenario: exactly one of `load` and `loadPattern`. */
export const loadFields = {
  /** An executor with k6's names. */
  load: executorSchema.optional(),
  /** The same in the words of requirement 004. */
  loadPattern: loadPatternSchema.optional(),
  /** Jobs that make the load together; each runs one load thread. */
  shards: z.int().min(1).max(LIMITS.shards).default(1),
} as const

export interface LoadSettings {
  readonly load?: ExecutorSettings | undefined
  readonly loadPattern?: LoadPattern | undefined
  readonly shards: number
}

/** Options as they were given, sound or not. */
interface Given {
  readonly [option: string]: unknown
}

export interface LoadRules {
  /** Users that exist, where the workload makes them; a load pattern may not ask for more. */
  readonly availableUsers?: (given: Given) => number | undefined
  /** The workload has a load of its own where neither is given. Default false. */
  readonly hasDefault?: boolean
}

/** What the load fields say to each other: a rule for `checked` (engine/schedule/cross-checks.ts). Looks only at what is sound. */
export function loadRule(rules: LoadRules = {}) {
  return (given: Given) =>
    checkLoad(given, rules).map(({ path, message }) => ({ path: path.split('.').map(asIndex), message }))
}

/** The same as faults, for workloads that check by themselves. */
export function checkLoad(given: Given, { availableUsers, hasDefault = false }: LoadRules = {}): Fault[] {
  const hasLoad = given['load'] !== undefined
  const hasPattern = given['loadPattern'] !== undefined
  if (hasLoad && hasPattern)
    return [{ path: 'loadPattern', message: 'must not be given beside load: they say the same twice' }]
  if (!hasLoad && !hasPattern) {
    if (hasDefault) return []
    const example = '{ executor: constant-vus, vus: 10, duration: 30s }'
    return [{ path: 'load', message: `is missing; say how much load: load, e.g. ${example}, or loadPattern` }]
  }
  return hasLoad ? checkExecutor(given) : checkPattern(given, availableUsers?.(given))
}

function checkExecutor({ load, shards }: Given): Fault[] {
  const parsed = executorSchema.safeParse(load)
  return parsed.success ? checkSharing(parsed.data, shards) : []
}

function checkPattern({ loadPattern, shards }: Given, availableUsers: number | undefined): Fault[] {
  const parsed = loadPatternSchema.safeParse(loadPattern)
  if (!parsed.success) return []
  const faults = checkLoadPattern(parsed.data, availableUsers ?? Infinity)
  return [
    ...faults.map(({ path, message }) => ({ path: `loadPattern.${path}`, message })),
    ...checkSharing(compileLoadPattern(parsed.data), shards),
  ]
}

/** Faults of a load that is divided among so many shards. */
function checkSharing(load: ExecutorSettings, shards: unknown): Fault[] {
  if (typeof shards !== 'number' || !Number.isInteger(shards) || shards < 1 || shards > LIMITS.shards) return []
  if (load.executor !== 'step-to-failure') return checkShards(compileSchedule(load, 0), shards)
  const faults = checkShards(compileSchedule(searchRun(load, load.maxRate), 0), shards)
  if (load.maxSteps * (shards + 1) <= LIMITS.searchJobs) return faults
  const most = Math.floor(LIMITS.searchJobs / (shards + 1))
  const message = `must be at most ${most} with ${shards} shards, got ${load.maxSteps}: each step plans a job for every shard`
  return [...faults, { path: 'load.maxSteps', message }]
}

/** The load as an executor's settings, whichever way it was given. `fallback` is the workload's own. */
export function compileLoad(settings: Omit<LoadSettings, 'shards'>, fallback?: ExecutorSettings): ExecutorSettings {
  if (settings.load) return settings.load
  if (settings.loadPattern) return compileLoadPattern(settings.loadPattern)
  if (fallback) return fallback
  throw new InvalidInputError('load is missing; give load or loadPattern')
}

/** True where the load is one run, and not a search of several. */
export function isRunnable(load: ExecutorSettings): load is RunnableSettings {
  return load.executor !== 'step-to-failure'
}

function asIndex(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part
}
