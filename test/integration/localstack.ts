import { LocalstackContainer } from '@testcontainers/localstack'
import { after, before } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { startEnvironment, type StartedEnvironment } from '../../src/environment/start-environment.ts'
import { jobTable } from '../../src/jobs/job-table.ts'
import { composeSettings, docker, localstackImage } from './engine.ts'

const START_MS = 120_000

export interface Localstack {
  /** Known once the suite's tests run. */
  readonly endpoint: string
  readonly containerId: string
  readonly environment: StartedEnvironment
}

/** A container of its own for the suite that calls this; gone with it, whatever happened to it. */
export function useLocalstack(): Localstack {
  let endpoint = ''
  let containerId = ''
  let environment: StartedEnvironment | undefined
  before(
    async () => {
      const settings = composeSettings()
      const container = await new LocalstackContainer(localstackImage).withEnvironment(settings).start()
      endpoint = container.getConnectionUri()
      containerId = container.getId()
      environment = await startEnvironment(resolveEnvironment('localstack', { endpoint }, {}), { patienceMs: 10_000 })
    },
    { timeout: START_MS },
  )
  after(async () => {
    await environment?.stop()
    if (containerId) await docker(['rm', '--force', '--volumes', containerId])
  })
  return {
    get endpoint() {
      return endpoint
    },
    get containerId() {
      return containerId
    },
    get environment() {
      return environment!
    },
  }
}

/** How many of a run's jobs are done. */
export async function doneJobs({ clients, names }: StartedEnvironment, runId: string): Promise<number> {
  const table = jobTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
  return [...(await table.records(runId)).values()].filter(({ state }) => state === 'done').length
}
