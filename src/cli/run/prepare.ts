import { buildGraph, type JobGraph } from '../../jobs/graph.ts'
import { loadScenario, type Scenario } from '../../scenario/load-scenario.ts'
import { scenarioDigest } from '../../scenario/scenario-digest.ts'
import { loadWorkload } from '../../workloads/registry.ts'
import type { Plan, Workload } from '../../workloads/workload.ts'

/** A scenario that is known to be runnable: everything that can be wrong with it would have been said by now. */
export interface PreparedScenario {
  readonly scenario: Scenario
  readonly workload: Workload
  readonly graph: JobGraph
  /** Objects that exist before the first job; drawn again at each call, so that nothing is kept. */
  documents(): Plan['documents']
  /** What a run id belongs to. */
  readonly digest: string
}

/** Loads, checks, plans and compiles, and touches nothing. Throws InvalidInputError with all faults. */
export async function prepareScenario(
  nameOrPath: string,
  overrides: { readonly set?: readonly string[]; readonly seed?: number },
): Promise<PreparedScenario> {
  const scenario = await loadScenario(nameOrPath, overrides)
  const workload = await loadWorkload(scenario.workload)
  const plan = () => workload.plan(scenario.settings, scenario.seed, scenario.thresholds)
  return {
    scenario,
    workload,
    graph: buildGraph(plan().jobs),
    documents: () => plan().documents,
    digest: scenarioDigest({ ...scenario, generatorVersion: workload.generatorVersion }),
  }
}
