import type { Confirmations } from './confirmations.ts'

/** Whether a person agreed to a run in a protected environment, and why. */
export interface Consent {
  readonly how: 'not needed' | 'at the terminal' | 'beforehand' | 'no'
  readonly by: string | null
  readonly reason: string | null
  /** Why it was not given. */
  readonly refusal?: string
}

export interface ConsentRequest {
  readonly environment: string
  readonly scenario: string
  readonly digest: string
  /** `--reason`; asked for at the terminal where it was not given. */
  readonly reason: string | undefined
  readonly user: string
}

/** Puts a question to the person at the terminal; undefined where there is none. */
export type Ask = ((question: string) => Promise<string>) | undefined

/** A confirmation made beforehand counts; else whoever sits at the terminal types the environment's name. */
export async function askConsent(request: ConsentRequest, confirmations: Confirmations, ask: Ask): Promise<Consent> {
  const { environment, scenario, digest, user } = request
  const found = await confirmations.find(environment, scenario, digest)
  if (found.state === 'valid') {
    const { by, reason } = found.confirmation
    return { how: 'beforehand', by, reason }
  }
  if (ask === undefined) return refused(`${found.why}, and there is no terminal to ask at. ${howToConfirm(request)}`)
  const typed = (await ask(`${environment} is protected. Type its name to run ${scenario} there: `)).trim()
  if (typed !== environment) return refused(`"${typed}" was typed, not "${environment}"`)
  const reason = (request.reason ?? (await ask('Reason, for the audit record: '))).trim()
  if (reason === '') return refused('no reason was given')
  return { how: 'at the terminal', by: user, reason }
}

function refused(refusal: string): Consent {
  return { how: 'no', by: null, reason: null, refusal: `not confirmed: ${refusal}` }
}

function howToConfirm({ environment, scenario }: ConsentRequest): string {
  return `Confirm it beforehand: turnaround confirm ${environment} --scenario ${scenario} --reason "…" --for 2h`
}
