import { wordingOf, type Attempt, type AttemptedRun } from './attempt.ts'
import type { Confirmations } from './confirmations.ts'

/** Whether a person agreed to something in a protected environment, and why. */
export interface Consent {
  readonly how: 'not needed' | 'at the terminal' | 'beforehand' | 'no'
  readonly by: string | null
  readonly reason: string | null
  /** Why it was not given. */
  readonly refusal?: string
}

/** Puts a question to the person at the terminal; undefined where there is none. */
export type Ask = ((question: string) => Promise<string>) | undefined

/**
 * A confirmation of the run made beforehand counts; else whoever sits at the terminal types the environment's name. A host
 * without a terminal needs neither: it does only what admitted runs have queued.
 */
export async function askConsent(attempt: Attempt, confirmations: Confirmations, ask: Ask): Promise<Consent> {
  const { environment, run } = attempt
  const found = run && (await confirmations.find(environment.name, run.scenario, run.scenarioDigest))
  if (found?.state === 'valid') {
    const { by, reason } = found.confirmation
    return { how: 'beforehand', by, reason }
  }
  if (ask) return askPerson(attempt, ask)
  if (!run || !found) return { how: 'not needed', by: null, reason: null }
  return refused(`${found.why}, and there is no terminal to ask at. ${howToConfirm(attempt, run)}`)
}

async function askPerson(attempt: Attempt, ask: NonNullable<Ask>): Promise<Consent> {
  const { environment, reason: given, who } = attempt
  const { name } = environment
  const typed = (await ask(`${name} is protected. Type its name to ${wordingOf(attempt).task}: `)).trim()
  if (typed !== name) return refused(`"${typed}" was typed, not "${name}"`)
  const reason = (given ?? (await ask('Reason, for the audit record: '))).trim()
  if (reason === '') return refused('no reason was given')
  return { how: 'at the terminal', by: who.user, reason }
}

function refused(refusal: string): Consent {
  return { how: 'no', by: null, reason: null, refusal: `not confirmed: ${refusal}` }
}

function howToConfirm({ action, environment: { name } }: Attempt, { scenario }: AttemptedRun): string {
  const like = action === 'run' ? '' : ', with the --seed and --set that the run had'
  return `Confirm it beforehand${like}: turnaround confirm ${name} --scenario ${scenario} --reason "…" --for 2h`
}
