import { z } from 'zod'
import type { Fault } from '../../errors.ts'
import { durationSchema } from './duration.ts'
import { LIMITS, type SettingsOf, type StageRamp } from './settings.ts'

/** Requirement 004's words for the shape of a load. They decide how a phase that does not say gets to its target. */
const DEFAULT_RAMP: Readonly<Record<LoadPattern['type'], StageRamp>> = {
  'ramp-up': 'linear',
  steady: 'step',
  spike: 'step',
  wave: 'linear',
  custom: 'linear',
}

const phase = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  duration: durationSchema(1),
  targetActiveUsers: z.int().min(0).max(LIMITS.users),
  rampStrategy: z.enum(['linear', 'exponential', 'step']).optional(),
})

/** `loadPattern` of requirement 004. The level begins at 0 users, and each phase begins where the one before ended. */
export const loadPatternSchema = z.strictObject({
  type: z.enum(['ramp-up', 'steady', 'spike', 'wave', 'custom']).default('custom'),
  phases: z
    .array(phase)
    .min(1)
    .max(LIMITS.stages)
    .refine((phases) => phases.some(({ targetActiveUsers }) => targetActiveUsers > 0), {
      error: 'must have a targetActiveUsers above 0: nobody would ever be active',
    }),
  /** How often the phases are gone through; only a `wave` may repeat. */
  cycles: z.int().min(1).max(1000).default(1),
})

export type LoadPattern = z.output<typeof loadPatternSchema>

/** Faults that depend on the rest of a scenario: more users asked for than exist, waves of something that is none. */
export function checkLoadPattern(pattern: LoadPattern, availableUsers: number): Fault[] {
  const faults: Fault[] = pattern.phases.flatMap(({ targetActiveUsers }, at) => {
    if (targetActiveUsers <= availableUsers) return []
    const message = `must be at most the users that exist (${availableUsers}), got ${targetActiveUsers}; make more users or ask for fewer`
    return [{ path: `phases.${at}.targetActiveUsers`, message }]
  })
  if (pattern.cycles > 1 && pattern.type !== 'wave') {
    faults.push({ path: 'cycles', message: `must be 1 unless type is wave, got ${pattern.cycles} for ${pattern.type}` })
  }
  return faults
}

/** The phases as settings of `ramping-vus`. */
export function compileLoadPattern(
  { type, phases, cycles }: LoadPattern,
  options: { readonly startTime?: number; readonly gracefulStop?: number; readonly gracefulRampDown?: number } = {},
): SettingsOf<'ramping-vus'> {
  const { startTime = 0, gracefulStop = 30_000, gracefulRampDown = 30_000 } = options
  const stages = phases.map(({ duration, targetActiveUsers, rampStrategy }) => {
    return { duration, target: targetActiveUsers, ramp: rampStrategy ?? DEFAULT_RAMP[type] }
  })
  const repeated = Array.from({ length: cycles }, () => stages).flat()
  return { executor: 'ramping-vus', startTime, gracefulStop, gracefulRampDown, startVUs: 0, stages: repeated }
}
