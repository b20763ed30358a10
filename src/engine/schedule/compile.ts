import { InvalidInputError, type Fault } from '../../errors.ts'
import { stream } from '../../scenario/stream.ts'
import {
  areaOf,
  countEven,
  durationUsOf,
  evenArrivals,
  poissonArrivals,
  type RatePiece,
  type RateProfile,
} from './rate-profile.ts'
import { recordedStarts, arrivalsAt } from './replay.ts'
import type { Arrivals, ClosedSchedule, OpenSchedule, Schedule, UserPlan } from './schedule.ts'
import { DEFAULT_MAX_VUS, type ExecutorSettings, type SettingsOf } from './settings.ts'
import { assertShard, shareOf } from './share.ts'
import { activationsOf, type LevelPiece } from './user-levels.ts'

/** What one run can be made of; `step-to-failure` makes several. */
export type RunnableSettings = Exclude<ExecutorSettings, { executor: 'step-to-failure' }>

/** Settings and seed as a schedule: pure, and the same on every host. A search has one schedule for each of its steps. */
export function compileSchedule<Name extends RunnableSettings['executor']>(
  settings: RunnableSettings & { readonly executor: Name },
  seed: number,
): Schedule {
  return compilers[settings.executor](settings as never, seed)
}

const compilers: {
  readonly [Name in RunnableSettings['executor']]: (settings: SettingsOf<Name>, seed: number) => Schedule
} = {
  'constant-vus': (settings) => closed(settings, [steady(settings.vus, settings.duration)]),
  'ramping-vus': (settings) => closed(settings, levelsOf(settings), { gracefulRampDownMs: settings.gracefulRampDown }),
  'shared-iterations': (settings) => {
    const { iterations, vus, maxDuration } = settings
    const iterationsOf = (user: number) => shareOf(iterations, user, vus)
    return closed(settings, [steady(vus, maxDuration)], { iterationsOf, expectedIterations: iterations })
  },
  'per-vu-iterations': (settings) => {
    const { iterations, vus, maxDuration } = settings
    const quota = { iterationsOf: () => iterations, expectedIterations: iterations * vus }
    return closed(settings, [steady(vus, maxDuration)], quota)
  },
  'constant-arrival-rate': (settings) => {
    const profile = profileOf(settings, [constantRate(settings.rate, settings.duration)])
    const arrivals: OpenSchedule['arrivals'] = (...shard) => evenArrivals(profile, 0, ...shard)
    return open(settings, durationUsOf(profile), countEven(profile, 0), arrivals)
  },
  'ramping-arrival-rate': (settings) => {
    const profile = profileOf(settings, ratesOf(settings.startRate, settings.stages))
    const arrivals: OpenSchedule['arrivals'] = (...shard) => evenArrivals(profile, 1, ...shard)
    return open(settings, durationUsOf(profile), countEven(profile, 1), arrivals)
  },
  'poisson-arrival-rate': (settings, seed) => {
    const { rate = 0, duration = 0, startRate, stages } = settings
    const profile = profileOf(settings, stages ? ratesOf(startRate, stages) : [constantRate(rate, duration)])
    const arrivals: OpenSchedule['arrivals'] = (...shard) =>
      poissonArrivals(profile, stream(seed, 'arrivals'), ...shard)
    return open(settings, durationUsOf(profile), areaOf(profile), arrivals)
  },
  replay: (settings) => {
    const { offsetsUs, durationUs } = recordedStarts(settings)
    return open(settings, durationUs, offsetsUs.length, (...shard) => arrivalsAt(offsetsUs, ...shard))
  },
}

/** Faults of running a schedule as that many shards: a shard must have something to run, and room to run it. */
export function checkShards(schedule: Schedule, shards: number): Fault[] {
  const most = schedule.model === 'open' ? schedule.maxConcurrent : schedule.users
  const name = schedule.model === 'open' ? 'maxVUs' : 'vus'
  if (shards <= most) return []
  return [
    {
      path: 'shards',
      message: `must be at most ${name} (${most}), got ${shards}: a shard without a user runs nothing`,
    },
  ]
}

/** Throws InvalidInputError where `checkShards` finds faults. */
export function assertShards(schedule: Schedule, shards: number): void {
  const faults = checkShards(schedule, shards)
  if (faults.length > 0) throw new InvalidInputError(`${schedule.executor} cannot run as ${shards} shards:`, faults)
}

function open(
  settings: Extract<RunnableSettings, { preAllocatedVUs?: number | undefined }>,
  durationUs: number,
  expectedArrivals: number,
  arrivals: OpenSchedule['arrivals'],
): OpenSchedule {
  const startUs = settings.startTime * 1000
  return {
    model: 'open',
    executor: settings.executor,
    durationUs: startUs + durationUs,
    gracefulStopMs: settings.gracefulStop,
    expectedArrivals,
    maxConcurrent: settings.maxVUs ?? (settings.preAllocatedVUs || DEFAULT_MAX_VUS),
    arrivals: (shard, shards) => later(arrivals(shard, shards), startUs),
  }
}

function later(arrivals: Arrivals, startUs: number): Arrivals {
  if (startUs === 0) return arrivals
  return {
    next() {
      const us = arrivals.next()
      return us < 0 ? us : us + startUs
    },
    get index() {
      return arrivals.index
    },
  }
}

interface Quota {
  readonly gracefulRampDownMs?: number
  readonly iterationsOf?: (user: number) => number
  readonly expectedIterations?: number
}

function closed(settings: RunnableSettings, levels: readonly LevelPiece[], quota: Quota = {}): ClosedSchedule {
  const { gracefulRampDownMs = settings.gracefulStop, iterationsOf = () => Infinity, expectedIterations } = quota
  const before = { durationUs: settings.startTime * 1000, from: 0, to: 0, ramp: 'step' } as const
  // Who is there from the beginning comes at the start time and not before.
  const first = { durationUs: 0, from: 0, to: levels[0].from, ramp: 'step' } as const
  const pieces = settings.startTime === 0 ? levels : [before, first, ...levels]
  const users = Math.max(...levels.flatMap(({ from, to }) => [from, to]))
  return {
    model: 'closed',
    executor: settings.executor,
    durationUs: pieces.reduce((sum, { durationUs }) => sum + durationUs, 0),
    gracefulStopMs: settings.gracefulStop,
    gracefulRampDownMs,
    users,
    expectedIterations,
    *userPlans(shard, shards): Generator<UserPlan> {
      assertShard(shard, shards)
      for (let user = shard; user < users; user += shards) {
        yield { user, iterations: iterationsOf(user), activations: () => activationsOf(user, pieces) }
      }
    },
  }
}

function steady(users: number, durationMs: number): LevelPiece {
  return { durationUs: durationMs * 1000, from: users, to: users, ramp: 'step' }
}

function constantRate(rate: number, durationMs: number): RatePiece {
  return { durationUs: durationMs * 1000, fromRate: rate, toRate: rate }
}

function levelsOf({ startVUs, stages }: SettingsOf<'ramping-vus'>): LevelPiece[] {
  let from = startVUs
  return stages.map(({ duration, target, ramp }) => {
    const piece = { durationUs: duration * 1000, from, to: target, ramp }
    from = target
    return piece
  })
}

function profileOf({ timeUnit }: { readonly timeUnit: number }, pieces: RateProfile['pieces']): RateProfile {
  return { timeUnitUs: timeUnit * 1000, pieces }
}

/** k6: a stage goes from where the one before ended to its target; one of no length jumps there. */
function ratesOf(startRate: number, stages: SettingsOf<'ramping-arrival-rate'>['stages']): RateProfile['pieces'] {
  let fromRate = startRate
  return stages.map(({ duration, target }) => {
    const piece = { durationUs: duration * 1000, fromRate, toRate: target }
    fromRate = target
    return piece
  })
}
