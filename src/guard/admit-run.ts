import type { Clock } from '../clock.ts'
import { explainAwsError } from '../environment/explain-aws-error.ts'
import type { StartedEnvironment } from '../environment/start-environment.ts'
import { isProtected, type StageSettings } from '../environment/settings.ts'
import { RefusedError } from '../errors.ts'
import { logAuditRecord, writeAuditRecord, type AuditRecord } from './audit.ts'
import type { Confirmations } from './confirmations.ts'
import { askConsent, type Ask, type Consent } from './consent.ts'
import { AWS_CAPS, overCaps, type Asked } from './limits.ts'
import { refuseProtectedTarget } from './protected-target.ts'

export interface AdmissionRequest {
  readonly environment: StartedEnvironment
  readonly settings: StageSettings
  readonly runId: string
  readonly scenario: string
  readonly scenarioDigest: string
  readonly asked: Asked
  /** `--max-cost`. */
  readonly maxDollars: number | undefined
  /** `--reason`. */
  readonly reason: string | undefined
  readonly who: AuditRecord['who']
  readonly from: AuditRecord['from']
  readonly commit: string | null
  readonly version: string
}

export interface AdmissionMeans {
  readonly clock: Clock
  readonly confirmations: Confirmations
  readonly ask: Ask
  /** Folder of the local audit log. */
  readonly logFolder: string
  readonly say: (text: string) => void
}

export interface Admission {
  /** When a run must be stopped, whatever it does; undefined: never. */
  readonly stopAfterMs: number | undefined
}

const MINUTE_MS = 60_000
const NOT_NEEDED: Consent = { how: 'not needed', by: null, reason: null }
const UNANSWERED: Consent = { how: 'no', by: null, reason: null }

/**
 * The one door through which every run goes: caps, targets, cost, and for a protected environment a person's word.
 * Attempts in environments that others share are recorded, allowed or not; where the record cannot be written, a
 * protected environment stays shut. Throws RefusedError with every reason.
 */
export async function admitRun(request: AdmissionRequest, means: AdmissionMeans): Promise<Admission> {
  const { environment, settings, scenario, scenarioDigest: digest, reason, who } = request
  const { name, kind, stage } = environment
  const isShared = kind === 'aws' || isProtected(stage, settings)
  const caps = { ...(kind === 'aws' && AWS_CAPS), ...settings.caps }
  const refusals = [
    ...overCaps(request.asked, caps, name),
    ...overBudget(request),
    ...(await forbiddenTargets(request)),
  ]
  const isAsked = isProtected(stage, settings) && refusals.length === 0
  const question = { environment: name, scenario, digest, reason, user: who.user }
  const consent = isAsked
    ? await askConsent(question, means.confirmations, means.ask).catch(async (stopped: Error) => {
        await audit(recordOf(request, UNANSWERED, [stopped.message], means.clock), request, means)
        throw stopped
      })
    : NOT_NEEDED
  if (consent.refusal !== undefined) refusals.push(consent.refusal)
  if (isShared) await audit(recordOf(request, consent, refusals, means.clock), request, means)
  if (refusals.length > 0) throw refusedBecause(name, scenario, refusals)
  const minutes = caps['duration-minutes']
  return { stopAfterMs: minutes === undefined ? undefined : minutes * MINUTE_MS }
}

function overBudget({ asked: { dollars }, maxDollars }: AdmissionRequest): string[] {
  if (maxDollars === undefined || dollars <= maxDollars) return []
  return [`about $${dollars.toPrecision(2)} are more than --max-cost ${maxDollars} (turnaround estimate shows what of)`]
}

/** The environment hands out no target that its stage does not allow; asked here, it is known before the first job. */
async function forbiddenTargets({ environment, settings, asked }: AdmissionRequest): Promise<string[]> {
  const refusals: string[] = []
  for (const target of asked.demands.targets ?? []) {
    try {
      const url = await environment.target(target)
      if (!isProtected(environment.stage, settings) && URL.canParse(url)) refuseProtectedTarget(new URL(url))
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      refusals.push(error.message)
    }
  }
  return refusals
}

/** On this disk first, then in the bucket. A record that cannot get there shuts a protected environment; elsewhere it is said. */
async function audit(
  record: AuditRecord,
  { environment, settings, scenario }: AdmissionRequest,
  means: AdmissionMeans,
) {
  await logAuditRecord(means.logFolder, record)
  try {
    const url = await writeAuditRecord(environment, record)
    means.say(`audit: ${record.decision} ${scenario} on ${environment.name} for ${record.who.user} → ${url}`)
  } catch (error) {
    const why = `the audit record cannot be written to s3://${environment.names.results}/audit/: ${explainAwsError(error).text}`
    if (isProtected(environment.stage, settings) && record.decision === 'allowed') {
      await logAuditRecord(means.logFolder, { ...record, decision: 'refused', refusals: [why] })
      throw refusedBecause(environment.name, scenario, [why])
    }
    means.say(`audit: ${why}`)
  }
}

function recordOf(request: AdmissionRequest, consent: Consent, refusals: readonly string[], clock: Clock): AuditRecord {
  const { environment, asked } = request
  return {
    at: new Date(clock.now()).toISOString(),
    decision: refusals.length === 0 ? 'allowed' : 'refused',
    refusals,
    environment: environment.name,
    account: environment.account,
    region: environment.region,
    run_id: request.runId,
    scenario: request.scenario,
    scenario_digest: request.scenarioDigest,
    confirmed: consent.how,
    confirmed_by: consent.by,
    reason: consent.reason ?? request.reason ?? null,
    who: request.who,
    from: request.from,
    commit: request.commit,
    version: request.version,
    estimate: { jobs: asked.jobs, seconds: asked.seconds, dollars: asked.dollars },
  }
}

function refusedBecause(environment: string, scenario: string, refusals: readonly string[]): RefusedError {
  return new RefusedError(
    [`${scenario} may not run on ${environment}:`, ...refusals.map((why) => `  ${why}`)].join('\n'),
  )
}
