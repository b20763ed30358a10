import { resolve } from 'node:path'
import { systemClock } from '../../clock.ts'
import { jobTable, type JobTable } from '../../jobs/job-table.ts'
import { runItems, type RunItems } from '../../jobs/run-item.ts'
import { objectFiles, type ObjectFiles } from '../../results/object-files.ts'
import { s3Store } from '../../results/s3-store.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { OpenEnvironment } from './open-environment.ts'
import type { PreparedScenario } from './prepare.ts'
import type { RunOptions } from './run-options.ts'

/** What all parts of one run share. */
export interface RunContext {
  readonly opened: OpenEnvironment
  readonly prepared: PreparedScenario
  readonly runId: string
  readonly options: RunOptions
  readonly items: RunItems
  readonly table: JobTable
  /** The run's folder in the environment. */
  readonly objects: ObjectStore
  /** The same, for files that may be too long to hold. */
  readonly files: ObjectFiles
  /** The local bundle. */
  readonly folder: string
}

export function runContext(
  opened: OpenEnvironment,
  prepared: PreparedScenario,
  runId: string,
  options: RunOptions,
): RunContext {
  const { clients, names } = opened.environment
  const rows = { client: clients.dynamodb, tableName: names.jobs, clock: systemClock }
  const place = { client: clients.s3, bucket: names.data, prefix: runId }
  return {
    ...{ opened, prepared, runId, options },
    items: runItems(rows),
    table: jobTable(rows),
    objects: s3Store(place),
    files: objectFiles(place),
    folder: resolve(options.results, runId),
  }
}
