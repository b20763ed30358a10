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
import type { Processor } from './processor.ts'
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
    /** Aborts, with the reason as a string, when the host is asked to end. */
    hostStop?: AbortSignal
  },
): Processor {
  const { clients, names } = environment
  const rows = { client: clients.dynamodb, tableName: names.jobs, clock: systemClock }
  return {
    table: jobTable(rows),
    gangs: {
      claims: gangClaims(rows),
      clockId: bootId(),
      comparison: shareComparisons(systemClock),
      hostStop: options.hostStop,
    },
    memory: createMemory(options.memoryBytes),
    clock: systemClock,
    host: options.host ?? hostname(),
    testRunId: options.testRunId,
    loadWorkload: once(options.loadWorkload),
    bareWorkload: options.bareWorkload,
    target: (name, rules) => environment.target(name, rules),
    storesOf: (runId = '') => resultStores(s3Store({ client: clients.s3, bucket: names.data, prefix: runId })),
  }
}

/** Asked for in each job, and an import that is done already still takes 50 microseconds. What fails is tried again. */
function once<T>(load: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (name) => {
    let loading = known.get(name)
    if (loading === undefined) {
      loading = load(name)
      known.set(name, loading)
      loading.catch(() => known.delete(name))
    }
    return loading
  }
}
