import { costOf, type Cost } from '../../cost/cost-of.ts'
import { plannedWork } from '../../cost/planned-work.ts'
import type { PaidHost } from '../../cost/usage.ts'
import { endpointFor, isElsewhere, type Environment } from '../../environment/resolve-environment.ts'
import { isOutsideAws } from '../../environment/runner.ts'
import type { PreparedScenario } from './prepare.ts'

/** What a run will take and cost, before it begins. */
export interface Estimate {
  readonly jobs: number
  readonly output_bytes: number
  /** Of jobs at the least: as if nobody ever waited. Of load at the most: until its grace is over. */
  readonly seconds: number
  readonly makes_load: boolean
  readonly cost: Cost
}

/** What a bill depends on beside the work. */
export interface Pricing {
  readonly region: string
  readonly isBilled: boolean
  readonly host: PaidHost
  readonly isOutside: boolean
}

export interface EstimateOptions {
  readonly host: PaidHost
  readonly workers: number
  readonly slots: number
  readonly withDelays: boolean
}

/** From the plan alone; asks nobody. */
export function estimateRun(
  prepared: PreparedScenario,
  environment: Environment,
  { host, workers, slots, withDelays }: EstimateOptions,
): Estimate {
  const pricing = pricingIn(environment, host)
  const work = plannedWork({
    graph: prepared.graph,
    workload: prepared.workload,
    documents: prepared.documents(),
    host,
    parallel: workers * slots,
    everything: withDelays,
    isOutside: pricing.isOutside,
  })
  return {
    jobs: work.jobs,
    output_bytes: work.outputBytes,
    seconds: work.seconds,
    makes_load: prepared.graph.gangs.size > 0,
    cost: costOf(work, { ...pricing, from: 'plan' }),
  }
}

export function pricingIn(environment: Environment, host: PaidHost): Pricing {
  return { region: environment.region, isBilled: isBilled(environment), host, isOutside: isOutsideAws() }
}

/** Emulators send no bill, and neither does one that poses as a stage. */
function isBilled(environment: Environment): boolean {
  const services = ['sqs', 's3', 'dynamodb'] as const
  return environment.kind === 'aws' && services.some((service) => !isElsewhere(endpointFor(environment, service)))
}
