import type { Secret, Version } from './vault.ts'

const seconds = (ms: number | null): number | undefined => (ms === null ? undefined : ms / 1000)

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
    KmsKeyId: secret.kms_key_id ?? undefined,
    CreatedDate: seconds(secret.created_ms),
    LastChangedDate: seconds(secret.changed_ms),
    LastAccessedDate: seconds(secret.accessed_ms),
    DeletedDate: seconds(secret.deleted_ms),
    Tags: JSON.parse(secret.tags) as object,
  }
}

/** Versions without a label are deprecated and not listed. */
function stagesOf(versions: readonly Version[]): Record<string, readonly string[]> {
  const labelled = versions.filter(({ stages }) => stages.length > 0)
  return Object.fromEntries(labelled.map(({ versionId, stages }) => [versionId, stages]))
}
