import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  type GetSecretValueCommandOutput,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
  type PutSecretValueCommandOutput,
} from '@aws-sdk/client-secrets-manager'
import type { ContractEnvironment } from '../contract-environment.ts'

/** A secret of one behaviour's own, gone with it. */
export interface Secret {
  readonly name: string
  readonly arn: string
  /** Of its first value; undefined where it has none. */
  readonly versionId: string | undefined
  get(more?: Partial<GetSecretValueCommandInput>): Promise<GetSecretValueCommandOutput>
  put(more: Omit<PutSecretValueCommandInput, 'SecretId'>): Promise<PutSecretValueCommandOutput>
}

export async function createSecret(
  aws: ContractEnvironment,
  more: Partial<CreateSecretCommandInput> = { SecretString: 'first' },
): Promise<Secret> {
  const { secrets } = aws.clients
  const SecretId = aws.name()
  const { ARN, VersionId } = await secrets.send(new CreateSecretCommand({ Name: SecretId, ...more }))
  aws.cleanUp(() => secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })))
  return {
    name: SecretId,
    arn: ARN!,
    versionId: VersionId,
    get: (options) => secrets.send(new GetSecretValueCommand({ SecretId, ...options })),
    put: (value) => secrets.send(new PutSecretValueCommand({ SecretId, ...value })),
  }
}
