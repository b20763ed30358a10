import { hostname, userInfo } from 'node:os'
import { resolve } from 'node:path'
import { systemClock } from '../../clock.ts'
import type { PaidHost } from '../../cost/usage.ts'
import { detectRunner } from '../../environment/runner.ts'
import { readSettings } from '../../environment/settings.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { admitRun, type Admission } from '../../guard/admit-run.ts'
import type { AuditRecord } from '../../guard/audit.ts'
import { confirmations, confirmationsFolder } from '../../guard/confirmations.ts'
import { version } from '../../version.ts'
import { estimateRun, pricingIn, type Estimate, type Pricing } from './estimate-run.ts'
import { gitSha } from './manifest.ts'
import type { PreparedScenario } from './prepare.ts'
import { renderEstimate } from './render-estimate.ts'
import type { RunOptions } from './run-scenario.ts'

/** A run that may begin, and what it was thought to take. */
export interface AdmittedRun extends Admission {
  readonly estimate: Estimate
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
    environment,
    settings: readSettings(environment.stage),
    runId,
    scenario: scenario.name,
    scenarioDigest: digest,
    asked: { jobs, seconds, dollars: cost.dollars, demands: workload.demands?.(scenario.settings) ?? {} },
    maxDollars: options.maxCost,
    reason: options.reason,
    who: await whoAmI(environment),
    from: { host: hostname(), runner: (await detectRunner()).type, directory: process.cwd() },
    commit: await gitSha(),
    version,
  }
  const admission = await admitRun(request, {
    clock: systemClock,
    confirmations: confirmations(confirmationsFolder(), systemClock),
    ask: options.ask,
    logFolder: resolve(options.results),
    say: (text) => options.tell(`${text}\n`),
  })
  return { ...admission, estimate }
}

export function pricingOf(environment: StartedEnvironment, options: RunOptions): Pricing {
  return pricingIn(environment, paidHost(options))
}

/** Hosts somewhere else are containers, as far as a bill can be guessed. */
function paidHost({ hosts }: RunOptions): PaidHost {
  return hosts === 'threads' ? 'threads' : 'container'
}

/** Emulators know nobody; where AWS cannot be asked, the account in the record still says whose credentials they were. */
async function whoAmI(environment: StartedEnvironment): Promise<AuditRecord['who']> {
  const identity = environment.kind === 'aws' ? await environment.callerIdentity().catch(() => null) : null
  return {
    user: userName(),
    aws_identity: identity?.arn ?? null,
    github_actor: process.env.GITHUB_ACTOR ?? null,
  }
}

/** A container may run as a number without a name. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
