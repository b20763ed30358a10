import type { Secret } from './vault.ts'
import type { Version } from './versions.ts'

/** AWS tells times in seconds. */
export function seconds(ms: number | null): number | undefined {
  return ms === null ? undefined : ms / 1000
}

/** A secret without its values, as DescribeSecret tells it. */
export function describe(secret: Secret, versions: readonly Version[]): object {
  return { ...common(secret), VersionIdsToStages: stagesOf(versions) }
}

/** The same as ListSecrets tells it. */
export function summarize(secret: Secret, versions: readonly Version[]): object {
  return { ...common(secret), SecretVersionsToStages: stagesOf(versions) }
}

function common(secret: Secret): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description ?? undefined,
    KmsKeyId: secret.kmsKeyId ?? undefined,
    CreatedDate: seconds(secret.createdMs),
    LastChangedDate: seconds(secret.changedMs),
    LastAccessedDate: seconds(secret.accessedMs),
    DeletedDate: seconds(secret.deletedMs),
    Tags: secret.tags ?? undefined,
  }
}

/** Versions without a label are deprecated and not listed; a secret without a value has no list at all. */
function stagesOf(versions: readonly Version[]): Record<string, readonly string[]> | undefined {
  if (versions.length === 0) return undefined
  const labelled = versions.filter(({ stages }) => stages.length > 0)
  return Object.fromEntries(labelled.map(({ versionId, stages }) => [versionId, stages]))
}

/** A version with its value, as GetSecretValue tells it. */
export function reveal(secret: Secret, version: Version): object {
  const { secretString: text, secretBinary: bytes } = version
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.versionId,
    SecretString: text ?? undefined,
    SecretBinary: bytes === null ? undefined : Buffer.from(bytes).toString('base64'),
    VersionStages: version.stages,
    CreatedDate: seconds(version.createdMs),
  }
}
