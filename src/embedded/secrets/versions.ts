import type { EmbeddedClock } from '../clock.ts'
import type { Store } from '../store.ts'
import { type Secret, startOfDay } from './vault.ts'

/** Text or bytes. */
export interface SecretValue {
  readonly secretString: string | null
  readonly secretBinary: Uint8Array | null
}

export interface Version extends SecretValue {
  readonly versionId: string
  /** The secret's key when the version was made. */
  readonly kmsKeyId: string | null
  readonly createdMs: number
  /** The start of the day. */
  readonly accessedMs: number | null
  /** Sorted. A version without any is deprecated: kept for a while, told only when asked for. */
  readonly stages: readonly string[]
}

/** The versions of secrets: statements, no rules. Changes belong inside a transaction of the caller's. */
export interface Versions {
  /** Oldest first. */
  of(secret: Secret): Version[]
  add(secret: Secret, versionId: string, value: SecretValue): void
  /** Takes the stage from the version that has it. */
  setStage(secret: Secret, stage: string, versionId: string): void
  removeStage(secret: Secret, stage: string): void
  setAccessed(secret: Secret, versionId: string): void
  remove(secret: Secret, versionId: string): void
}

/** The tables are those of the vault's schema. */
export function createVersions(store: Store, clock: EmbeddedClock): Versions {
  const { database } = store
  const selectAll = database.prepare(
    `select version_id as versionId, secret_string as secretString, secret_binary as secretBinary,
            kms_key_id as kmsKeyId, created_ms as createdMs, accessed_ms as accessedMs,
            (select json_group_array(stage order by stage) from secrets_stages t
             where t.secret_id = v.secret_id and t.version_id = v.version_id) as stages
     from secrets_versions v where secret_id = ? order by id`,
  )
  const insert = database.prepare(
    `insert into secrets_versions (secret_id, version_id, secret_string, secret_binary, kms_key_id, created_ms)
     values (?, ?, ?, ?, ?, ?)`,
  )
  const replaceStage = database.prepare('insert or replace into secrets_stages values (?, ?, ?)')
  const deleteStage = database.prepare('delete from secrets_stages where secret_id = ? and stage = ?')
  const updateAccessed = database.prepare(
    'update secrets_versions set accessed_ms = ? where secret_id = ? and version_id = ?',
  )
  const remove = database.prepare('delete from secrets_versions where secret_id = ? and version_id = ?')

  return {
    of: ({ id }) =>
      selectAll
        .all(id)
        .map((row) => ({ ...row, stages: JSON.parse(row['stages'] as string) as string[] }) as unknown as Version),
    add: ({ id, kmsKeyId }, versionId, { secretString, secretBinary }) =>
      void insert.run(id, versionId, secretString, secretBinary, kmsKeyId, clock.now()),
    setStage: ({ id }, stage, versionId) => void replaceStage.run(id, stage, versionId),
    removeStage: ({ id }, stage) => void deleteStage.run(id, stage),
    setAccessed: ({ id }, versionId) => void updateAccessed.run(startOfDay(clock.now()), id, versionId),
    remove: ({ id }, versionId) => void remove.run(id, versionId),
  }
}
