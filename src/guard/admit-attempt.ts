import type { Clock } from '../clock.ts'
import { explainAwsError } from '../environment/explain-aws-error.ts'
import { isProtected } from '../environment/settings.ts'
import { RefusedError } from '../errors.ts'
import { wordingOf, type Attempt } from './attempt.ts'
import { writeAuditRecord, type AuditRecord } from './audit.ts'
import type { Confirmations } from './confirmations.ts'
import { askConsent, type Ask, type Consent } from './consent.ts'

export interface AdmissionMeans {
  readonly clock: Clock
  readonly confirmations: Confirmations
  readonly ask: Ask
  /** Keeps the record here, before it goes to the bucket. */
  readonly keep: (record: AuditRecord) => Promise<void>
  readonly say: (text: string) => void
}

const NOT_NEEDED: Consent = { how: 'not needed', by: null, reason: null }
const UNANSWERED: Consent = { how: 'no', by: null, reason: null }

/**
 * Asks a person where the environment is protected and nothing else speaks against it, and records the attempt, allowed
 * or not. Where the record cannot be written, a protected environment stays shut. Throws RefusedError with every reason.
 */
export async function admitAttempt(attempt: Attempt, against: readonly string[], means: AdmissionMeans): Promise<void> {
  const { environment, settings } = attempt
  const refusals = [...against]
  const isAsked = isProtected(environment.stage, settings) && refusals.length === 0
  const consent = isAsked
    ? await askConsent(attempt, means.confirmations, means.ask).catch(async (stopped: Error) => {
        await audit(recordOf(attempt, UNANSWERED, [stopped.message], means.clock), attempt, means)
        throw stopped
      })
    : NOT_NEEDED
  if (consent.refusal !== undefined) refusals.push(consent.refusal)
  if (isRecorded(attempt)) await audit(recordOf(attempt, consent, refusals, means.clock), attempt, means)
  if (refusals.length > 0) throw refusedBecause(attempt, refusals)
}

/** Hosts of an unprotected stage come and go with its load, and change nothing by themselves. */
function isRecorded({ action, environment, settings }: Attempt): boolean {
  return isProtected(environment.stage, settings) || (environment.kind === 'aws' && action !== 'work')
}

/** Here first, then in the bucket. A record that cannot get there shuts a protected environment; elsewhere it is said. */
async function audit(record: AuditRecord, attempt: Attempt, means: AdmissionMeans) {
  const { environment } = attempt
  await means.keep(record)
  try {
    const url = await writeAuditRecord(environment, record)
    const { name } = wordingOf(attempt)
    means.say(`audit: ${record.decision} ${name} on ${environment.name} for ${record.who.user} → ${url}`)
  } catch (error) {
    const why = `the audit record cannot be written to s3://${environment.names.results}/audit/: ${explainAwsError(error).text}`
    if (record.decision === 'allowed' && mustBeWritten(record, attempt)) {
      await means.keep({ ...record, decision: 'refused', refusals: [why] })
      throw refusedBecause(attempt, [why])
    }
    means.say(`audit: ${why}`)
  }
}

/** A host without a terminal does what runs were admitted for, whose records were written. */
function mustBeWritten({ action, confirmed }: AuditRecord, { environment, settings }: Attempt): boolean {
  const isRunsHost = action === 'work' && confirmed === 'not needed'
  return isProtected(environment.stage, settings) && !isRunsHost
}

function recordOf(attempt: Attempt, consent: Consent, refusals: readonly string[], clock: Clock): AuditRecord {
  const { environment, run } = attempt
  return {
    at: new Date(clock.now()).toISOString(),
    action: attempt.action,
    decision: refusals.length === 0 ? 'allowed' : 'refused',
    refusals,
    environment: environment.name,
    account: environment.account,
    region: environment.region,
    run_id: run?.runId ?? null,
    scenario: run?.scenario ?? null,
    scenario_digest: run?.scenarioDigest ?? null,
    confirmed: consent.how,
    confirmed_by: consent.by,
    reason: consent.reason ?? attempt.reason ?? null,
    who: attempt.who,
    from: attempt.from,
    commit: attempt.commit,
    version: attempt.version,
    estimate: attempt.estimate,
  }
}

function refusedBecause(attempt: Attempt, refusals: readonly string[]): RefusedError {
  return new RefusedError([`${wordingOf(attempt).refused}:`, ...refusals.map((why) => `  ${why}`)].join('\n'))
}
