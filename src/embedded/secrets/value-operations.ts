import { blob, integer, list, string } from '../shape.ts'
import type { World } from '../identity.ts'
import { checkStage, checkToken, readValue } from './checks.ts'
import { findLiving, operation, type Operations, type SecretsContext } from './context.ts'
import { reveal } from './describe.ts'
import { constraint, SecretsError } from './errors.ts'
import { filters, matching } from './filters.ts'
import { checkPage, pageOf } from './paging.ts'
import { current, holderOf, putVersion } from './stages.ts'
import type { Secret } from './vault.ts'
import type { Version } from './versions.ts'

const mostStages = 20
const mostInBatch = 20

/** PutSecretValue, GetSecretValue, BatchGetSecretValue. */
export function valueOperations(context: SecretsContext): Operations {
  const { vault, versions } = context

  /** The value asked for. Tells AWS's users later that, on this day, somebody looked at it. */
  function get(world: World, secretId: string | undefined, versionId?: string, stage?: string): object {
    const secret = findLiving(context, world, secretId)
    const version = findVersion(versions.of(secret), versionId, stage)
    vault.setAccessed(secret)
    versions.setAccessed(secret, version.versionId)
    return reveal(secret, version)
  }

  /** One that cannot be told is told as an error of its own; the others come all the same. */
  function getAll(world: World, secretIds: readonly string[]): { SecretValues: object[]; Errors: object[] } {
    const values: object[] = []
    const errors: object[] = []
    for (const secretId of secretIds) {
      try {
        values.push(get(world, secretId))
      } catch (error) {
        if (!(error instanceof SecretsError)) throw error
        errors.push({ SecretId: secretId, ErrorCode: error.kind, Message: error.message })
      }
    }
    return { SecretValues: values, Errors: errors }
  }

  return {
    PutSecretValue: operation(
      context,
      {
        SecretId: string,
        SecretString: string,
        SecretBinary: blob,
        ClientRequestToken: string,
        VersionStages: list(string),
      },
      (input, world) => {
        const secret = findLiving(context, world, input.SecretId)
        const token = checkToken(input.ClientRequestToken)
        const given = readValue(input)
        if (given === undefined) {
          throw new SecretsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.')
        }
        const stages = input.VersionStages ?? [current]
        if (stages.length === 0 || stages.length > mostStages) {
          throw constraint(`[${stages.join(', ')}]`, 'versionStages', `have length between 1 and ${mostStages}`)
        }
        for (const stage of stages) checkStage(stage)
        const version = putVersion(context, secret, given, token, stages)
        return { ARN: secret.arn, Name: secret.name, VersionId: version.versionId, VersionStages: version.stages }
      },
    ),
    GetSecretValue: operation(context, { SecretId: string, VersionId: string, VersionStage: string }, (input, world) =>
      get(world, input.SecretId, input.VersionId, input.VersionStage),
    ),
    BatchGetSecretValue: operation(
      context,
      { SecretIdList: list(string), Filters: filters, MaxResults: integer, NextToken: string },
      ({ SecretIdList: ids, Filters: asked, MaxResults: size, NextToken: token }, world) => {
        if ((ids === undefined) === (asked === undefined)) {
          throw new SecretsError(
            'InvalidParameterException',
            "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
          )
        }
        if (ids !== undefined) {
          if (size !== undefined) {
            throw new SecretsError(
              'InvalidParameterException',
              "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.",
            )
          }
          if (ids.length < 1 || ids.length > mostInBatch) {
            throw constraint(`[${ids.length} ids]`, 'secretIdList', `have length between 1 and ${mostInBatch}`)
          }
          return getAll(world, ids)
        }
        checkPage(size, mostInBatch)
        const found = matching(vault.list(world), asked!).filter(({ deletedMs }) => deletedMs === null)
        const { page, nextToken } = pageOf(found, ({ id }: Secret) => [id], size ?? mostInBatch, token)
        return {
          ...getAll(
            world,
            page.map(({ arn }) => arn),
          ),
          NextToken: nextToken,
        }
      },
    ),
  }
}

function findVersion(all: readonly Version[], versionId?: string, stage?: string): Version {
  if (versionId === undefined) {
    const wanted = stage ?? current
    return holderOf(all, wanted) ?? notFound(`staging label: ${wanted}`)
  }
  const found = all.find((version) => version.versionId === versionId) ?? notFound(`VersionId: ${versionId}`)
  if (stage !== undefined && !found.stages.includes(stage)) {
    throw new SecretsError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    )
  }
  return found
}

function notFound(what: string): never {
  throw new SecretsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${what}`,
  )
}
