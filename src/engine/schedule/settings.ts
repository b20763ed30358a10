import { z } from 'zod'
import { didYouMean } from '../../nearest.ts'
import {
  checked,
  concurrencyFits,
  iterationsForAll,
  ratesAscend,
  rateOrStages,
  somebody,
  someRate,
  stagesTake,
  timesAscend,
} from './cross-checks.ts'
import { durationSchema } from './duration.ts'

/** What a run may be asked for at most; beyond it is a slip of the pen. */
export const LIMITS = {
  rate: 10_000_000,
  users: 10_000_000,
  iterations: 1_000_000_000,
  stages: 1000,
  replayed: 10_000_000,
} as const
/** Where neither `maxVUs` nor `preAllocatedVUs` is given: more than a healthy target needs, less than costs the host its memory. */
export const DEFAULT_MAX_VUS = 10_000

/** Not `z.int()`: that one ends the checks, and what options say to each other would go untold. */
const whole = z.number().multipleOf(1, { error: 'must be a whole number' })
const rate = whole.min(0).max(LIMITS.rate)
const positiveRate = whole.min(1).max(LIMITS.rate)
const users = whole.min(0).max(LIMITS.users)
const someUsers = whole.min(1).max(LIMITS.users)
const someIterations = whole.min(1).max(LIMITS.iterations)
const period = durationSchema(1)
const optionalPeriod = durationSchema(0)

/** k6's common options. Durations are answered in milliseconds. */
const common = {
  /** When this executor begins, from the start of the run. */
  startTime: optionalPeriod.default(0),
  /** How long iterations may go on when time is over. */
  gracefulStop: optionalPeriod.default(30_000),
}
/** An iteration in flight is a VU: so many may be, and a start beyond them is dropped and counted. */
const concurrency = {
  preAllocatedVUs: users.optional(),
  /** Default: `preAllocatedVUs`, else 10,000. */
  maxVUs: someUsers.optional(),
}
const timeUnit = period.default(1000)
const rateStage = z.strictObject({ duration: optionalPeriod, target: rate })
const userStage = z.strictObject({
  duration: optionalPeriod,
  target: users,
  /** How the level gets there. `step`: at once, and stays for the duration. `exponential`: by equal factors in equal times. k6 knows `linear` alone. */
  ramp: z.enum(['linear', 'exponential', 'step']).default('linear'),
})
const stages = <T extends z.ZodType>(stage: T) => z.array(stage).min(1).max(LIMITS.stages)

const constantVus = z.strictObject({
  executor: z.literal('constant-vus'),
  ...common,
  vus: someUsers.default(1),
  duration: period,
})
const rampingVus = checked(
  z.strictObject({
    executor: z.literal('ramping-vus'),
    ...common,
    startVUs: users.default(1),
    gracefulRampDown: optionalPeriod.default(30_000),
    stages: stages(userStage),
  }),
  stagesTake,
  somebody,
)
const sharedIterations = checked(
  z.strictObject({
    executor: z.literal('shared-iterations'),
    ...common,
    vus: someUsers.default(1),
    iterations: someIterations.default(1),
    maxDuration: period.default(600_000),
  }),
  iterationsForAll,
)
const perVuIterations = z.strictObject({
  executor: z.literal('per-vu-iterations'),
  ...common,
  vus: someUsers.default(1),
  iterations: someIterations.default(1),
  maxDuration: period.default(600_000),
})
const constantArrivalRate = checked(
  z.strictObject({
    executor: z.literal('constant-arrival-rate'),
    ...common,
    ...concurrency,
    rate: positiveRate,
    timeUnit,
    duration: period,
  }),
  concurrencyFits,
)
const rampingArrivalRate = checked(
  z.strictObject({
    executor: z.literal('ramping-arrival-rate'),
    ...common,
    ...concurrency,
    startRate: rate.default(0),
    timeUnit,
    stages: stages(rateStage),
  }),
  concurrencyFits,
  stagesTake,
  someRate,
)
/** Ours: arrivals as independent users make them. At a constant `rate` for a `duration`, or along `stages`. */
const poissonArrivalRate = checked(
  z.strictObject({
    executor: z.literal('poisson-arrival-rate'),
    ...common,
    ...concurrency,
    rate: positiveRate.optional(),
    duration: period.optional(),
    startRate: rate.default(0),
    timeUnit,
    stages: stages(rateStage).optional(),
  }),
  concurrencyFits,
  rateOrStages,
  stagesTake,
  someRate,
)
/** Ours: recorded starts again. Times in milliseconds, of any origin: the first one is the start. */
const replay = checked(
  z.strictObject({
    executor: z.literal('replay'),
    ...common,
    ...concurrency,
    timestampsMs: z
      .array(
        z
          .number()
          .min(0)
          .max(Number.MAX_SAFE_INTEGER / 1000),
      )
      .min(1)
      .max(LIMITS.replayed),
    /** 2 replays in half the time. */
    speed: z.number().min(0.001).max(1000).default(1),
  }),
  concurrencyFits,
  timesAscend,
)
/** Ours: a search for the highest rate that still meets the thresholds; each step is a run of `constant-arrival-rate`. */
const stepToFailure = checked(
  z.strictObject({
    executor: z.literal('step-to-failure'),
    ...common,
    ...concurrency,
    /** The first step; rates below it are tried only where it fails. */
    startRate: positiveRate.default(10),
    minRate: positiveRate.default(1),
    maxRate: positiveRate,
    timeUnit,
    stepDuration: period.default(30_000),
    /** How far apart two rates are that count as different, as a share. */
    precision: z.number().min(0.005).max(1).default(0.05),
    /** How sure the answer must be. */
    confidence: z.number().min(0.5).max(0.999).default(0.9),
    /** How often one step tells the truth: near the limit, noise decides. */
    reliability: z.number().min(0.6).max(0.999).default(0.95),
    maxSteps: z.int().min(1).max(1000).default(60),
  }),
  concurrencyFits,
  ratesAscend,
)

/** An executor with k6's names and meanings. Faults are all listed, those between options too. */
export const executorSchema = z.discriminatedUnion(
  'executor',
  [
    constantVus,
    rampingVus,
    sharedIterations,
    perVuIterations,
    constantArrivalRate,
    rampingArrivalRate,
    poissonArrivalRate,
    replay,
    stepToFailure,
  ],
  {
    error: (issue) => (issue.code === 'invalid_union' ? unknownExecutor(issue) : undefined),
  },
)

function unknownExecutor({ input, options }: { readonly input?: unknown; readonly options?: unknown }): string {
  const known = options as string[]
  const typed = Object(input)['executor'] as unknown
  const hint = typeof typed === 'string' ? didYouMean(typed, known) : ''
  return `must be one of ${known.join(', ')}${hint}`
}

/** Valid settings, defaults filled in, durations in milliseconds. */
export type ExecutorSettings = z.output<typeof executorSchema>
export type ExecutorName = ExecutorSettings['executor']
export type SettingsOf<Name extends ExecutorName> = Extract<ExecutorSettings, { executor: Name }>
export type StageRamp = z.output<typeof userStage>['ramp']
