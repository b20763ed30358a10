import type { Clock } from '../clock.ts'
import type { TargetRules } from '../environment/allowed-target.ts'
import type { GangClaims } from '../jobs/gang-claims.ts'
import type { JobTable } from '../jobs/job-table.ts'
import type { ResultStores } from '../results/stores.ts'
import type { Workload } from '../workloads/workload.ts'
import type { Memory } from './memory.ts'
import type { SharedComparison } from './shared-comparison.ts'

/** All that jobs are done with; each worker thread has its own. */
export interface Processor {
  readonly table: JobTable
  readonly gangs: {
    readonly claims: GangClaims
    /** Names this machine's clock, see `boot-id.ts`. */
    readonly clockId: string | undefined
    readonly comparison: SharedComparison
    /** Aborts, with the reason as a string, when the host is asked to end. */
    readonly hostStop?: AbortSignal | undefined
  }
  readonly memory: Memory
  readonly clock: Clock
  /** Names this host in the job table. */
  readonly host: string
  /** TEST_RUN_ID of this host; the run id stands in where it has none. */
  readonly testRunId: string | undefined
  loadWorkload(name: string): Promise<Workload>
  /** The workload that understands the bare message of requirement 001; its kind has the same name. */
  readonly bareWorkload: string
  /** URL of a system under test. Throws an error that names the places looked at. */
  target(name: string, rules?: TargetRules): Promise<string>
  /** The stores of a run; of the whole data bucket for a bare message. */
  storesOf(runId: string | undefined): ResultStores
}
