import { randomUUID } from 'node:crypto'
import type { EmbeddedClock } from '../clock.ts'
import type { JsonOperation } from '../json-protocol.ts'
import { blob, boolean, integer, list, type Shape, string, structure } from '../shape.ts'
import type { Store } from '../store.ts'
import { checkName, checkToken, readValue, sameValue } from './checks.ts'
import { describe, summarize } from './describe.ts'
import { SecretsError, validation } from './errors.ts'
import type { Secret, SecretValue, Vault, Version } from './vault.ts'

const current = 'AWSCURRENT'
const previous = 'AWSPREVIOUS'
const dayMs = 86_400_000
const mostStages = 20

const valueMembers = { SecretString: string, SecretBinary: blob, ClientRequestToken: string }
const tag = structure({ Key: string, Value: string })

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html */
export function secretOperations(store: Store, clock: EmbeddedClock, vault: Vault): Record<string, JsonOperation> {
  function find(secretId: string | undefined): Secret {
    if (!secretId) throw validation("Value null at 'secretId' failed to satisfy constraint: Member must not be null")
    const secret = vault.find(secretId)
    if (secret === undefined) {
      throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    }
    return secret
  }

  function findAlive(secretId: string | undefined, verb: string): Secret {
    const secret = find(secretId)
    if (secret.deleted_ms !== null) {
      throw new SecretsError(
        'InvalidRequestException',
        `You can't perform this operation on the secret because it was marked for deletion (${verb}).`,
      )
    }
    return secret
  }

  /** Adds a version, or finds the same one under the same token. AWSCURRENT moves to it if it is among the stages. */
  function put(secret: Secret, given: SecretValue, token: string | undefined, stages: readonly string[]): Version {
    const versionId = token ?? randomUUID()
    const versions = vault.versions(secret)
    const existing = versions.find((version) => version.versionId === versionId)
    if (existing !== undefined && !sameValue(existing, given)) {
      throw new SecretsError(
        'ResourceExistsException',
        `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of ` +
          `secret ${secret.arn}.`,
      )
    }
    if (existing !== undefined) return existing
    vault.addVersion(secret, versionId, given)
    const former = versions.find((version) => version.stages.includes(current))
    if (former !== undefined && stages.includes(current)) vault.setStage(secret, previous, former.versionId)
    for (const stage of versions.length === 0 ? new Set([...stages, current]) : stages) {
      vault.setStage(secret, stage, versionId)
    }
    return vault.versions(secret).find((version) => version.versionId === versionId)!
  }

  return {
    CreateSecret: operation(
      { Name: string, Description: string, KmsKeyId: string, Tags: list(tag), ...valueMembers },
      (input) => {
        const name = checkName(input.Name)
        const given = readValue(input)
        const token = checkToken(input.ClientRequestToken)
        const existing = vault.find(name)
        if (existing?.deleted_ms !== undefined && existing.deleted_ms !== null) {
          throw new SecretsError(
            'InvalidRequestException',
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
          )
        }
        // A repeated create with the same token is a client's retry.
        const same = existing && token && given && vault.versions(existing).find(({ versionId }) => versionId === token)
        if (existing && !(same && sameValue(same, given))) {
          throw new SecretsError(
            'ResourceExistsException',
            `The operation failed because the secret ${name} already exists.`,
          )
        }
        const secret =
          existing ??
          vault.create(name, input.Description ?? null, input.KmsKeyId ?? null, JSON.stringify(input.Tags ?? []))
        const version = given && put(secret, given, token, [current])
        return { ARN: secret.arn, Name: secret.name, VersionId: version?.versionId }
      },
    ),
    PutSecretValue: operation({ SecretId: string, VersionStages: list(string), ...valueMembers }, (input) => {
      const secret = findAlive(input.SecretId, 'PutSecretValue')
      const given = readValue(input)
      if (given === undefined) {
        throw new SecretsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.')
      }
      const stages = input.VersionStages ?? [current]
      if (stages.length === 0 || stages.length > mostStages) {
        throw new SecretsError('InvalidParameterException', `VersionStages must name 1 to ${mostStages} labels.`)
      }
      const version = put(secret, given, checkToken(input.ClientRequestToken), stages)
      return { ARN: secret.arn, Name: secret.name, VersionId: version.versionId, VersionStages: version.stages }
    }),
    GetSecretValue: operation({ SecretId: string, VersionId: string, VersionStage: string }, (input) => {
      const secret = findAlive(input.SecretId, 'GetSecretValue')
      const version = findVersion(vault.versions(secret), input.VersionId, input.VersionStage)
      vault.setAccessed(secret)
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.versionId,
        SecretString: version.secretString ?? undefined,
        SecretBinary: version.secretBinary ? Buffer.from(version.secretBinary).toString('base64') : undefined,
        VersionStages: version.stages,
        CreatedDate: version.createdMs / 1000,
      }
    }),
    DescribeSecret: operation({ SecretId: string }, (input) => {
      const secret = find(input.SecretId)
      return describe(secret, vault.versions(secret))
    }),
    ListSecrets: operation(
      { MaxResults: integer, NextToken: string, IncludePlannedDeletion: boolean },
      ({ MaxResults: size = 100, NextToken: token, IncludePlannedDeletion: withDeleted = false }) => {
        if (size < 1 || size > 100) {
          throw validation(`Value '${size}' at 'maxResults' failed to satisfy constraint: Member must be 1 to 100`)
        }
        const after = token === undefined ? '' : Buffer.from(token, 'base64').toString()
        const found = vault.list(after, size + 1, withDeleted)
        const page = found.slice(0, size)
        return {
          SecretList: page.map((secret) => summarize(secret, vault.versions(secret))),
          NextToken: found.length > size ? Buffer.from(page.at(-1)!.name).toString('base64') : undefined,
        }
      },
    ),
    DeleteSecret: operation(
      { SecretId: string, RecoveryWindowInDays: integer, ForceDeleteWithoutRecovery: boolean },
      ({ SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false }) => {
        if (force && days !== undefined) {
          throw new SecretsError(
            'InvalidParameterException',
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
          )
        }
        if (days !== undefined && (days < 7 || days > 30)) {
          throw new SecretsError(
            'InvalidParameterException',
            'The RecoveryWindowInDays value must be between 7 and 30 days.',
          )
        }
        const secret = force ? find(SecretId) : findAlive(SecretId, 'DeleteSecret')
        const nowMs = clock.now()
        const purgeMs = nowMs + (days ?? 30) * dayMs
        if (force) vault.remove(secret)
        else vault.setDeleted(secret, nowMs, purgeMs)
        return { ARN: secret.arn, Name: secret.name, DeletionDate: (force ? nowMs : purgeMs) / 1000 }
      },
    ),
    RestoreSecret: operation({ SecretId: string }, (input) => {
      const secret = find(input.SecretId)
      vault.setDeleted(secret, null, null)
      return { ARN: secret.arn, Name: secret.name }
    }),
  }

  /** Checks the members' types and runs the operation in one transaction. */
  function operation<const M extends Parameters<typeof structure>[0]>(
    members: M,
    run: (input: ReturnType<typeof structure<M>> extends Shape<infer T> ? T : never) => unknown,
  ): JsonOperation {
    const shape = structure(members)
    return (raw) => {
      const input = shape(raw, '')
      return store.transaction(() => run(input as never))
    }
  }
}

function findVersion(versions: readonly Version[], versionId?: string, stage?: string): Version {
  const wanted = stage ?? (versionId === undefined ? current : undefined)
  const found = versions.find(
    (version) =>
      (versionId === undefined || version.versionId === versionId) &&
      (wanted === undefined || version.stages.includes(wanted)),
  )
  if (found !== undefined) return found
  const what = versionId === undefined ? `staging label: ${wanted}` : `VersionId: ${versionId}`
  throw new SecretsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${what}`,
  )
}
