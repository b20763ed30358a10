import { sameValue } from './checks.ts'
import type { SecretsContext } from './context.ts'
import { SecretsError } from './errors.ts'
import { dayMs, type Secret } from './vault.ts'
import type { SecretValue, Version } from './versions.ts'

export const current = 'AWSCURRENT'
const previous = 'AWSPREVIOUS'

const mostVersions = 100
/** Versions this young are never removed. */
const keptForMs = dayMs

/**
 * Adds a version under the token, or finds the same one there. Its stages are taken from the versions that have them,
 * AWSPREVIOUS follows AWSCURRENT, and a first version is current whatever it is called.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 *
 * Throws ResourceExistsException where the token belongs to another value, LimitExceededException at 100 versions of
 * which none may be removed.
 */
export function putVersion(
  context: SecretsContext,
  secret: Secret,
  value: SecretValue,
  token: string,
  stages: readonly string[],
): Version {
  const { vault, versions } = context
  const all = versions.of(secret)
  const existing = all.find(({ versionId }) => versionId === token)
  if (existing !== undefined) {
    if (sameValue(existing, value)) return existing
    throw new SecretsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of ` +
        `secret ${secret.arn}.`,
    )
  }
  makeRoom(context, secret, all)
  versions.add(secret, token, value)
  const isCurrent = all.length === 0 || stages.includes(current)
  // AWSCURRENT last: AWSPREVIOUS goes to the version it leaves, even if it was asked for here.
  for (const stage of stages) if (stage !== current) moveStage(context, secret, stage, token)
  if (isCurrent) moveStage(context, secret, current, token)
  vault.update(secret, {})
  return versions.of(secret).find(({ versionId }) => versionId === token)!
}

/** Attaches a stage to a version. Where AWSCURRENT leaves another version, AWSPREVIOUS goes there. */
export function moveStage({ versions }: SecretsContext, secret: Secret, stage: string, versionId: string): void {
  const former = holderOf(versions.of(secret), stage)
  versions.setStage(secret, stage, versionId)
  if (stage === current && former !== undefined && former.versionId !== versionId) {
    versions.setStage(secret, previous, former.versionId)
  }
}

export function holderOf(all: readonly Version[], stage: string): Version | undefined {
  return all.find(({ stages }) => stages.includes(stage))
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html (versions per secret) */
function makeRoom({ versions, clock }: SecretsContext, secret: Secret, all: readonly Version[]): void {
  const surplus = all.length + 1 - mostVersions
  if (surplus <= 0) return
  const removable = all.filter(({ stages, createdMs }) => stages.length === 0 && createdMs <= clock.now() - keptForMs)
  for (const { versionId } of removable.slice(0, surplus)) versions.remove(secret, versionId)
  if (removable.length < surplus) {
    throw new SecretsError(
      'LimitExceededException',
      `The request failed because it would exceed one of the Secrets Manager quotas: ${mostVersions} versions of ` +
        'a secret, of which those without a staging label go when they are a day old.',
    )
  }
}
