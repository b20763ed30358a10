import type { StageSettings } from '../environment/settings.ts'
import type { StartedEnvironment } from '../environment/start-environment.ts'
import type { AuditRecord } from './audit.ts'

/** Who asks, from where and why: the same for whatever is asked. */
export interface Caller {
  /** `--reason`. */
  readonly reason: string | undefined
  readonly who: AuditRecord['who']
  readonly from: AuditRecord['from']
  readonly commit: string | null
  readonly version: string
}

/** What somebody wants to do in an environment that others share. */
export interface Attempt extends Caller {
  readonly action: AuditRecord['action']
  readonly environment: StartedEnvironment
  readonly settings: StageSettings
  /** Null for a host: it does the jobs of whichever runs were admitted. */
  readonly run: AttemptedRun | null
  /** Of a run. */
  readonly estimate: AuditRecord['estimate']
}

export interface AttemptedRun {
  readonly runId: string
  readonly scenario: string
  readonly scenarioDigest: string
}

interface Wording {
  /** Of the attempt, in the log. */
  readonly name: string
  /** "Type its name to …". */
  readonly task: string
  /** The first line of a refusal. */
  readonly refused: string
}

export function wordingOf({ action, environment: { name: environment }, run }: Attempt): Wording {
  const { scenario, runId } = run ?? { scenario: '', runId: '' }
  const wordings: { readonly [Action in Attempt['action']]: Wording } = {
    run: {
      name: scenario,
      task: `run ${scenario} there`,
      refused: `${scenario} may not run on ${environment}`,
    },
    push: {
      name: `a push of ${runId}`,
      task: `push the bundle of ${runId} there`,
      refused: `the bundle of ${runId} may not be pushed to ${environment}`,
    },
    work: {
      name: 'a host',
      task: 'do its jobs on this host',
      refused: `this host may not work on ${environment}`,
    },
  }
  return wordings[action]
}
