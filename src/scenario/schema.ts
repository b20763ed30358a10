import { z } from 'zod'
import { isWorkloadName, loadWorkload, workloadNames } from '../workloads/registry.ts'

/** A scenario name begins a run id, and follows its rule. */
export const SCENARIO_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

/** What every scenario has, whatever its workload. */
export const commonSchema = z.object({
  name: z.string().regex(SCENARIO_NAME, {
    error: 'must be 1-63 lower-case letters, digits and dashes, and start with a letter or digit',
  }),
  description: z.string().max(500).default(''),
  workload: z.enum(workloadNames),
  /** Decides everything that is drawn. */
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
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
  const { schema } = await loadWorkload(workload)
  return z.strictObject({ ...commonSchema.shape, [workload]: schema.prefault({}) })
}
