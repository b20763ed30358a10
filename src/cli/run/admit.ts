import { resolve } from 'node:path'
import type { PaidHost } from '../../cost/usage.ts'
import type { TargetRules } from '../../environment/allowed-target.ts'
import { readSettings } from '../../environment/settings.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { targetRulesOf } from '../../environment/target-rules.ts'
import { admitRun, type Admission } from '../../guard/admit-run.ts'
import { logAuditRecord } from '../../guard/audit.ts'
import { admissionMeans } from './admission-means.ts'
import { callerOf } from './caller.ts'
import { estimateRun, pricingIn, type Estimate, type Pricing } from './estimate-run.ts'
import type { PreparedScenario } from './prepare.ts'
import { renderEstimate } from './render-estimate.ts'
import type { RunOptions } from './run-options.ts'

/** A run that may begin, and what it was thought to take. */
export interface AdmittedRun extends Admission {
  readonly estimate: Estimate
  /** Where its load may go, on whichever host; undefined: anywhere. */
  readonly targetRules: TargetRules | undefined
}

/** Estimates the run, shows that where somebody may have to pay it, and asks whether it may begin. Throws RefusedError. */
export async function admit(
  environment: StartedEnvironment,
  prepared: PreparedScenario,
  runId: string,
  options: RunOptions,
): Promise<AdmittedRun> {
  const { scenario, workload, digest } = prepared
  const estimate = estimateRun(prepared, environment, { ...options, host: paidHost(options) })
  if (environment.kind === 'aws') options.tell(`estimate for ${scenario.name}:\n${renderEstimate(estimate)}`)
  const { jobs, seconds, cost } = estimate
  const request = {
    ...(await callerOf(environment, options.reason)),
    environment,
    settings: readSettings(environment.stage),
    run: { runId, scenario: scenario.name, scenarioDigest: digest },
    asked: { jobs, seconds, dollars: cost.dollars, demands: workload.demands?.(scenario.settings) ?? {} },
    maxDollars: options.maxCost,
  }
  const means = admissionMeans({
    ask: options.ask,
    keep: (record) => logAuditRecord(resolve(options.results), record),
    say: (text) => options.tell(`${text}\n`),
  })
  const admission = await admitRun(request, means)
  return { ...admission, estimate, targetRules: targetRulesOf(environment.stage) }
}

export function pricingOf(environment: StartedEnvironment, options: RunOptions): Pricing {
  return pricingIn(environment, paidHost(options))
}

/** Hosts somewhere else are containers, as far as a bill can be guessed. */
function paidHost({ hosts }: RunOptions): PaidHost {
  return hosts === 'threads' ? 'threads' : 'container'
}
