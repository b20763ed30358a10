import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  type CreateSecretCommandOutput,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  type GetSecretValueCommandOutput,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
  type PutSecretValueCommandOutput,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { EmbeddedOptions } from '../../../src/embedded/index.ts'
import { createManualClock, type ManualClock } from '../manual-clock.ts'
import { secretsClient, start } from '../start.ts'

export const name = 'load-test/uat/relay-url'
export const dayMs = 86_400_000

export interface TestSecrets {
  readonly endpoint: string
  readonly client: SecretsManagerClient
  readonly clock: ManualClock
  create(input?: Partial<CreateSecretCommandInput>): Promise<CreateSecretCommandOutput>
  put(value: string, input?: Partial<PutSecretValueCommandInput>): Promise<PutSecretValueCommandOutput>
  get(input?: Partial<GetSecretValueCommandInput>): Promise<GetSecretValueCommandOutput>
  describe(secretId?: string): Promise<DescribeSecretCommandOutput>
  delete(recoveryWindowInDays?: number): Promise<{ DeletionDate?: Date }>
}

/** A server of its own, whose time only the test moves; the calls are about one secret unless they name another. */
export async function testSecrets(t: TestContext, options: EmbeddedOptions = {}): Promise<TestSecrets> {
  const clock = createManualClock()
  const { endpoint } = await start(t, { clock, ...options })
  const client = secretsClient(t, endpoint)
  return {
    endpoint,
    client,
    clock,
    create: (input) => client.send(new CreateSecretCommand({ Name: name, SecretString: 'one', ...input })),
    put: (SecretString, input) =>
      client.send(
        new PutSecretValueCommand({ SecretId: name, SecretString, ClientRequestToken: randomUUID(), ...input }),
      ),
    get: (input) => client.send(new GetSecretValueCommand({ SecretId: name, ...input })),
    describe: (SecretId = name) => client.send(new DescribeSecretCommand({ SecretId })),
    delete: (RecoveryWindowInDays) => client.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays })),
  }
}

export function missing(message: string): { name: string; message: string } {
  return { name: 'ResourceNotFoundException', message }
}
