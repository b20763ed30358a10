import type { Ask } from '../../guard/consent.ts'
import type { Scheduler } from '../../jobs/scheduler.ts'
import type { OutputStatus } from '../../outputs/output.ts'
import type { ResultsDocument } from '../../results/documents.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'
import type { LogLevel } from '../host-log.ts'
import type { EnvironmentOptions } from './open-environment.ts'
import type { PreparedScenario } from './prepare.ts'
import type { RunWatch } from './traffic/run-watch.ts'
import type { UploadPlace } from './upload-place.ts'

/** What a run is told; the command line's words, read. */
export interface RunOptions extends EnvironmentOptions {
  readonly scenario: string
  readonly set: readonly string[]
  readonly seed?: number
  readonly runId?: string
  readonly workers: number
  readonly slots: number
  /** `none`: schedule only; `turnaround work` somewhere else does the jobs. */
  readonly hosts: 'threads' | 'none'
  /** How long a gang waits for free slots. Default: SLOTS_TIMEOUT_MS. */
  readonly slotsTimeoutMs?: number
  /** Of the bundle's host.log. */
  readonly logLevel?: LogLevel
  /** Where local bundles go. */
  readonly results: string
  /** Where the results document goes at the end. */
  readonly upload: UploadPlace
  /** Fetches every output from AWS, not only the percentiles. */
  readonly withDelays: boolean
  /** US dollars; a run that is estimated above is refused. */
  readonly maxCost?: number
  /** Why, for the audit record of a protected environment. */
  readonly reason?: string
  /** Puts a question to whoever sits at the terminal; undefined without one. */
  readonly ask: Ask
  /** What is worth knowing before the run begins: estimate, audit record. */
  readonly tell: (text: string) => void
  /** Aborts at the first Ctrl-C: stop gracefully, with a summary. */
  readonly signal: AbortSignal
  /** Where the figures of a traffic run go while it runs: `name=target`. */
  readonly out: readonly string[]
  /** Shows the run while it goes on; answers what ends that. */
  readonly show: (prepared: PreparedScenario, scheduler: Scheduler, watch: RunWatch) => () => void
  readonly onStart?: (run: StartedRun) => void
}

export interface StartedRun {
  readonly runId: string
  readonly jobs: number
  /** Another scheduler had begun it. */
  readonly isResumed: boolean
  /** Where it stops it can be gone on with. */
  readonly isKept: boolean
}

/** What a run answers. */
export interface RunOutcome {
  readonly results: ResultsDocument
  /** Of a traffic run that came to its figures. */
  readonly traffic: TrafficDocument | undefined
  readonly folder: string
  /** The embedded server's, where it outlives the run. */
  readonly dataFolder: string | undefined
  /** Where it stopped it can be gone on with. */
  readonly isKept: boolean
  /** It was finished before we came, and nothing was run. */
  readonly finishedBefore: boolean
  /** How the outputs of `out` fared. */
  readonly outputs: readonly OutputStatus[]
}
