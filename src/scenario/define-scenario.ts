import type { FaultPlan } from '../embedded/faults/fault-plan.ts'
import type { LimitsInput, ThresholdsInput } from '../thresholds/schema.ts'
import type { WorkloadName, WorkloadParts } from '../workloads/registry.ts'

interface CommonFields {
  /** `^[a-z0-9][a-z0-9-]{0,62}$`: begins the ids of its runs. */
  name: string
  /** One sentence for lists and reports. Default: none. */
  description?: string
  /** 0 … 2^53 - 1, default 1. Decides everything that is drawn. */
  seed?: number
  /** What is to go wrong on purpose, on the embedded environment: see docs/embedded.md. */
  faults?: FaultPlan
  /** `{ 'http_req_duration{step:checkout}': ['p(95)<200'] }`: see docs/thresholds.md. */
  thresholds?: ThresholdsInput
  /** What ends a run before its time, with the figures so far. */
  limits?: LimitsInput
}

/** A scenario as a user writes it: its workload, and that workload's own part under the workload's name. */
export type ScenarioDocument = {
  [Name in WorkloadName]: CommonFields & { workload: Name } & { [Part in Name]?: WorkloadParts[Part] }
}[WorkloadName]

/**
 * Lets an editor check and complete a scenario module; answers what it is given. Limits are checked on loading.
 *
 *     export default defineScenario({ name: 'quick', workload: 'synthetic', synthetic: { messages: 100 } })
 */
export function defineScenario(document: ScenarioDocument): ScenarioDocument {
  return document
}
