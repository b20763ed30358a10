import { hostname } from 'node:os'
import { systemClock } from '../clock.ts'
import type { StartedEnvironment } from '../environment/start-environment.ts'
import { bootId } from '../jobs/boot-id.ts'
import { gangClaims } from '../jobs/gang-claims.ts'
import { jobTable } from '../jobs/job-table.ts'
import { resultStores } from '../results/result-stores.ts'
import { s3Store } from '../results/s3-store.ts'
import type { Workload } from '../workloads/workload.ts'
import { createMemory } from './memory.ts'
import type { Processor } from './process-message.ts'
import { shareComparisons } from './shared-comparison.ts'

/** The processor on real clients: the same on every host and in every environment. */
export function createProcessor(
  environment: StartedEnvironment,
  options: {
    loadWorkload: (name: string) => Promise<Workload>
    bareWorkload: string
    memoryBytes: number
    testRunId: string | undefined
    /** Told apart in the job table, e.g. `laptop/1234/2`. */
    host?: string
  },
): Processor {
  const { clients, names } = environment
  const rows = { client: clients.dynamodb, tableName: names.jobs, clock: systemClock }
  return {
    table: jobTable(rows),
    gangs: { claims: gangClaims(rows), clockId: bootId(), comparison: shareComparisons(systemClock) },
    memory: createMemory(options.memoryBytes),
    clock: systemClock,
    host: options.host ?? hostname(),
    testRunId: options.testRunId,
    loadWorkload: options.loadWorkload,
    bareWorkload: options.bareWorkload,
    target: (name) => environment.target(name),
    storesOf: (runId = '') => resultStores(s3Store({ client: clients.s3, bucket: names.data, prefix: runId })),
  }
}
