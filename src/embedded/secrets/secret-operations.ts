import { blob, boolean, list, string, structure } from '../shape.ts'
import { checkDescription, checkName, checkTags, checkToken, readValue, sameValue } from './checks.ts'
import { findLiving, findSecret, operation, type Operations, type SecretsContext } from './context.ts'
import { describe } from './describe.ts'
import { SecretsError } from './errors.ts'
import { refuseReplication } from './not-offered.ts'
import { current, putVersion } from './stages.ts'

const value = { SecretString: string, SecretBinary: blob, ClientRequestToken: string }
const tags = list(structure({ Key: string, Value: string }))
const regions = list(structure({ Region: string, KmsKeyId: string }))

/** CreateSecret, UpdateSecret, DescribeSecret, TagResource, UntagResource. */
export function secretOperations(context: SecretsContext): Operations {
  const { vault, versions } = context
  return {
    CreateSecret: operation(
      context,
      {
        Name: string,
        Description: string,
        KmsKeyId: string,
        Tags: tags,
        AddReplicaRegions: regions,
        ForceOverwriteReplicaSecret: boolean,
        ...value,
      },
      (input, world) => {
        const name = checkName(input.Name)
        checkDescription(input.Description)
        const given = readValue(input)
        const token = checkToken(input.ClientRequestToken)
        if (input.AddReplicaRegions !== undefined && input.AddReplicaRegions.length > 0) refuseReplication()
        const existing = vault.find(world, name)
        if (existing !== undefined && existing.deletedMs !== null) {
          throw new SecretsError(
            'InvalidRequestException',
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
          )
        }
        // A repeated create with the same token is a client's retry.
        const same = existing && versions.of(existing).find(({ versionId }) => versionId === token)
        if (existing && !(same && given && sameValue(same, given))) {
          throw new SecretsError(
            'ResourceExistsException',
            `The operation failed because the secret ${name} already exists.`,
          )
        }
        const secret =
          existing ??
          vault.create(world, name, {
            description: input.Description ?? null,
            kmsKeyId: input.KmsKeyId ?? null,
            tags: input.Tags === undefined ? null : checkTags(input.Tags),
          })
        const version = given && putVersion(context, secret, given, token, [current])
        return { ARN: secret.arn, Name: secret.name, VersionId: version?.versionId }
      },
    ),
    UpdateSecret: operation(
      context,
      { SecretId: string, Description: string, KmsKeyId: string, ...value },
      (input, world) => {
        const secret = findLiving(context, world, input.SecretId)
        checkDescription(input.Description)
        const given = readValue(input)
        const token = checkToken(input.ClientRequestToken)
        vault.update(secret, {
          ...(input.Description !== undefined && { description: input.Description }),
          ...(input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId }),
        })
        const updated = findLiving(context, world, secret.arn)
        const version = given && putVersion(context, updated, given, token, [current])
        return { ARN: secret.arn, Name: secret.name, VersionId: version?.versionId }
      },
    ),
    DescribeSecret: operation(context, { SecretId: string }, (input, world) => {
      const secret = findSecret(context, world, input.SecretId)
      return describe(secret, versions.of(secret))
    }),
    TagResource: operation(context, { SecretId: string, Tags: tags }, (input, world) => {
      const secret = findLiving(context, world, input.SecretId)
      const merged = new Map((secret.tags ?? []).map((tag) => [tag.Key, tag]))
      for (const tag of checkTags(input.Tags ?? [])) merged.set(tag.Key, tag)
      vault.update(secret, { tags: checkTags([...merged.values()]) })
    }),
    UntagResource: operation(context, { SecretId: string, TagKeys: list(string) }, (input, world) => {
      const secret = findLiving(context, world, input.SecretId)
      const { TagKeys: keys = [] } = input
      vault.update(secret, { tags: (secret.tags ?? []).filter(({ Key }) => !keys.includes(Key)) })
    }),
  }
}
