import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { composeDown, type ComposeOptions } from '../../src/environment/localstack-compose.ts'
import { root } from './engine.ts'

/** compose.yaml beside whatever else runs from it: a project and a port of its own. */
export async function ownCompose(variables: NodeJS.ProcessEnv = {}): Promise<ComposeOptions> {
  return {
    composeFile: `${root}/compose.yaml`,
    variables: {
      ...process.env,
      COMPOSE_PROJECT_NAME: `turnaround-test-${randomBytes(4).toString('hex')}`,
      LOCALSTACK_PORT: String(await freePort()),
      ...variables,
    },
    say: () => undefined,
  }
}

/** What a test started is gone after it, also where it never came up. */
export function removed(options: ComposeOptions): () => Promise<void> {
  return () => composeDown(options)
}

/** Free now; Docker takes it a moment later. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
