import { boolean, integer, string } from '../shape.ts'
import { checkStage } from './checks.ts'
import { findLiving, findSecret, operation, type Operations, type SecretsContext } from './context.ts'
import { seconds } from './describe.ts'
import { constraint, SecretsError } from './errors.ts'
import { checkPage, pageOf } from './paging.ts'
import { current, holderOf, moveStage } from './stages.ts'
import type { Version } from './versions.ts'

const largestPage = 100

/** ListSecretVersionIds, UpdateSecretVersionStage. */
export function versionOperations(context: SecretsContext): Operations {
  const { vault, versions } = context
  return {
    ListSecretVersionIds: operation(
      context,
      { SecretId: string, MaxResults: integer, NextToken: string, IncludeDeprecated: boolean },
      ({ SecretId, MaxResults: size, NextToken: token, IncludeDeprecated: withDeprecated = false }, world) => {
        const secret = findSecret(context, world, SecretId)
        checkPage(size, largestPage)
        const all = versions.of(secret).map((version, index) => ({ version, index }))
        const told = all.filter(({ version }) => withDeprecated || version.stages.length > 0)
        const keyOf = ({ version, index }: (typeof all)[number]): [number, number] => [version.createdMs, index]
        const { page, nextToken } = pageOf(told, keyOf, size ?? largestPage, token)
        return {
          ARN: secret.arn,
          Name: secret.name,
          Versions: page.map(({ version }) => entry(version)),
          NextToken: nextToken,
        }
      },
    ),
    UpdateSecretVersionStage: operation(
      context,
      { SecretId: string, VersionStage: string, RemoveFromVersionId: string, MoveToVersionId: string },
      (input, world) => {
        const secret = findLiving(context, world, input.SecretId)
        const { VersionStage: stage, RemoveFromVersionId: from, MoveToVersionId: to } = input
        if (stage === undefined) throw constraint(stage, 'versionStage', 'not be null')
        checkStage(stage)
        const all = versions.of(secret)
        for (const versionId of [from, to]) if (versionId !== undefined) checkVersion(all, versionId)
        checkMove(all, stage, from, to)
        if (to === undefined) versions.removeStage(secret, stage)
        else moveStage(context, secret, stage, to)
        vault.update(secret, {})
        return { ARN: secret.arn, Name: secret.name }
      },
    ),
  }
}

function entry({ versionId, stages, createdMs, accessedMs, kmsKeyId }: Version): object {
  return {
    VersionId: versionId,
    VersionStages: stages.length === 0 ? undefined : stages,
    LastAccessedDate: seconds(accessedMs),
    CreatedDate: seconds(createdMs),
    KmsKeyIds: [kmsKeyId ?? 'DefaultEncryptionKey'],
  }
}

function checkVersion(all: readonly Version[], versionId: string): void {
  if (all.some((version) => version.versionId === versionId)) return
  throw new SecretsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for VersionId: ${versionId}`,
  )
}

/**
 * Whoever moves a label away has to name the version that has it, and AWSCURRENT cannot be nowhere.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
function checkMove(all: readonly Version[], stage: string, from: string | undefined, to: string | undefined): void {
  const holder = holderOf(all, stage)?.versionId
  if (stage === current && to === undefined) {
    throw new SecretsError(
      'InvalidParameterException',
      `You can only move staging label ${current} to a different secret version. It can’t be completely removed.`,
    )
  }
  if (from === undefined && to === undefined) {
    throw new SecretsError('InvalidParameterException', 'Provide RemoveFromVersionId, MoveToVersionId or both.')
  }
  if (from !== undefined && from !== holder) {
    throw new SecretsError('InvalidParameterException', `Version stage ${stage} not found in version ${from}`)
  }
  if (from === undefined && holder !== undefined && holder !== to) {
    throw new SecretsError(
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ` +
        `${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    )
  }
}
