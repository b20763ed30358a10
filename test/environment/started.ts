import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { startEmbeddedAws, type EmbeddedOptions } from '../../src/embedded/index.ts'
import { provision } from '../../src/environment/provision.ts'
import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { startEnvironment, type StartedEnvironment } from '../../src/environment/start-environment.ts'

/** A provisioned environment on an embedded server of its own, gone with the test. */
export async function startedEnvironment(
  t: TestContext,
  options: Pick<EmbeddedOptions, 'awsLike'> = {},
): Promise<StartedEnvironment> {
  const server = await startEmbeddedAws(options)
  const environment = await startedAt(t, server.endpoint)
  t.after(() => server.stop())
  return environment
}

/** A provisioned environment on an embedded server that is up. */
export async function startedAt(t: TestContext, endpoint: string): Promise<StartedEnvironment> {
  const environment = await startEnvironment(resolveEnvironment('embedded', { endpoint }))
  t.after(() => environment.stop())
  await provision(environment)
  return environment
}

/** The same, as unkind as AWS may be: repeats, disorder, short receives, throttles. */
export function unkindEnvironment(t: TestContext): Promise<StartedEnvironment> {
  return startedEnvironment(t, { awsLike: 7 })
}

export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'turnaround-test-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
