import { z } from 'zod'
import type { FaultPlan } from '../embedded/faults/fault-plan.ts'
import { FaultPlanError } from '../embedded/faults/fault-plan-error.ts'
import { parseFaultPlan } from '../embedded/faults/parse-fault-plan.ts'
import { limitsSchema, thresholdsSchema } from '../thresholds/schema.ts'
import { unknownTagValues } from '../thresholds/unknown-tag-values.ts'
import { catalogOf } from '../thresholds/workload-metrics.ts'
import { isWorkloadName, loadWorkload, workloadNames } from '../workloads/registry.ts'
import type { DocumentPart } from './set.ts'

/** A scenario name begins a run id, and follows its rule. */
export const SCENARIO_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Every mistake of a plan is a fault of the scenario, at its own path. */
const faultPlan = z.unknown().transform((value, context): FaultPlan => {
  try {
    return parseFaultPlan(value)
  } catch (error) {
    if (!(error instanceof FaultPlanError)) throw error
    for (const { path, message } of error.faults) {
      context.addIssue({ code: 'custom', path: path.split(/[.[\]]+/).filter(Boolean), message })
    }
    return z.NEVER
  }
})

/** What every scenario has, whatever its workload. */
export const commonSchema = z.object({
  name: z.string().regex(SCENARIO_NAME, {
    error: 'must be 1-63 lower-case letters, digits and dashes, and start with a letter or digit',
  }),
  description: z.string().max(500).default(''),
  workload: z.enum(workloadNames),
  /** Decides everything that is drawn. */
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  /** What is to go wrong on purpose, where the environment can (docs/embedded.md). It never changes the results. */
  faults: faultPlan.optional(),
  /** What its figures must be (docs/thresholds.md). They never change what is run, but may end it. */
  thresholds: thresholdsSchema().optional(),
  /** What ends it before its time. */
  limits: limitsSchema.optional(),
})

/**
 * The schema of a document of one workload: the common fields and that workload's own part, with its defaults where it
 * is left out. Where the workload is not a known one, its part cannot be checked, and everything else still is.
 */
export async function scenarioSchema(workload: unknown): Promise<z.ZodObject> {
  if (!isWorkloadName(workload)) {
    return z.strictObject({
      ...commonSchema.shape,
      ...Object.fromEntries(workloadNames.map((name) => [name, z.unknown().optional()])),
    })
  }
  const { schema, metrics, tagValues } = await loadWorkload(workload)
  const thresholds = thresholdsSchema(catalogOf(metrics)).optional()
  const whole = z.strictObject({ ...commonSchema.shape, thresholds, [workload]: schema.prefault({}) })
  return whole.superRefine((document, context) => {
    const known = tagValues?.((document as DocumentPart)[workload])
    for (const { path, message } of unknownTagValues(document.thresholds ?? {}, known ?? {})) {
      context.addIssue({ code: 'custom', message, path: ['thresholds', ...path], input: undefined })
    }
  })
}
