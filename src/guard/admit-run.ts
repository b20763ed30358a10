import { RefusedError } from '../errors.ts'
import { admitAttempt, type AdmissionMeans } from './admit-attempt.ts'
import type { Attempt, AttemptedRun } from './attempt.ts'
import { AWS_CAPS, overCaps, type Asked } from './limits.ts'

export interface AdmissionRequest extends Omit<Attempt, 'action' | 'estimate'> {
  readonly run: AttemptedRun
  readonly asked: Asked
  /** `--max-cost`. */
  readonly maxDollars: number | undefined
}

export interface Admission {
  /** When a run must be stopped, whatever it does; undefined: never. */
  readonly stopAfterMs: number | undefined
}

const MINUTE_MS = 60_000

/**
 * The one door through which every run goes: caps, targets, cost, and for a protected environment a person's word.
 * Attempts in environments that others share are recorded, allowed or not; where the record cannot be written, a
 * protected environment stays shut. Throws RefusedError with every reason.
 */
export async function admitRun(request: AdmissionRequest, means: AdmissionMeans): Promise<Admission> {
  const { environment, settings, asked } = request
  const caps = { ...(environment.kind === 'aws' && AWS_CAPS), ...settings.caps }
  const refusals = [
    ...overCaps(asked, caps, environment.name),
    ...overBudget(request),
    ...(await forbiddenTargets(request)),
  ]
  const { jobs, seconds, dollars } = asked
  await admitAttempt({ ...request, action: 'run', estimate: { jobs, seconds, dollars } }, refusals, means)
  const minutes = caps['duration-minutes']
  return { stopAfterMs: minutes === undefined ? undefined : minutes * MINUTE_MS }
}

function overBudget({ asked: { dollars }, maxDollars }: AdmissionRequest): string[] {
  if (maxDollars === undefined || dollars <= maxDollars) return []
  return [`about $${dollars.toPrecision(2)} are more than --max-cost ${maxDollars} (turnaround estimate shows what of)`]
}

/** The environment hands out no target that its rules do not allow; asked here, it is known before the first job. */
async function forbiddenTargets({ environment, asked }: AdmissionRequest): Promise<string[]> {
  const refusals: string[] = []
  for (const target of asked.demands.targets ?? []) {
    try {
      await environment.target(target)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      refusals.push(error.message)
    }
  }
  return refusals
}
