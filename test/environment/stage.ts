import type { TestContext } from 'node:test'
import { startEmbeddedAws } from '../../src/embedded/index.ts'
import { provision } from '../../src/environment/provision.ts'
import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { startEnvironment, type StartedEnvironment } from '../../src/environment/start-environment.ts'

export const ACCOUNT = '123456789012'
export const OTHER_ACCOUNT = '999999999999'

/** Credentials as a shell would have them; on the embedded server an access key of twelve digits is its account's. */
export function credentials(t: TestContext, account: string | undefined = ACCOUNT): void {
  const given = { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: account && 'secret', AWS_PROFILE: undefined }
  const before = Object.keys(given).map((name) => [name, process.env[name]] as const)
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
  for (const [name, value] of Object.entries(given)) set(name, value)
  t.after(() => before.forEach(([name, value]) => set(name, value)))
}

export async function server(t: TestContext): Promise<string> {
  const { endpoint, stop } = await startEmbeddedAws({ inMemory: true })
  t.after(stop)
  return endpoint
}

/** uat, with the credentials there are, on a server that poses as AWS. */
export async function stage(
  t: TestContext,
  endpoint: string,
  { name = 'uat', region = 'eu-west-1' }: { name?: string; region?: string } = {},
): Promise<StartedEnvironment> {
  const environment = await startEnvironment(resolveEnvironment(name, { endpoint, region }, {}), { patienceMs: 2_000 })
  t.after(() => environment.stop())
  return environment
}

export async function provisionedStage(t: TestContext, endpoint: string, name = 'uat'): Promise<StartedEnvironment> {
  const environment = await stage(t, endpoint, { name })
  await provision(environment)
  return environment
}
