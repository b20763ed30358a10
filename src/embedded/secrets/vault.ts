import { randomBytes } from 'node:crypto'
import type { EmbeddedClock } from '../clock.ts'
import { arn } from '../identity.ts'
import type { Store } from '../store.ts'
import { schema } from './schema.ts'

export interface Secret {
  readonly id: number
  readonly name: string
  readonly arn: string
  readonly description: string | null
  readonly kms_key_id: string | null
  /** JSON list of Key and Value. */
  readonly tags: string
  readonly created_ms: number
  readonly changed_ms: number
  readonly accessed_ms: number | null
  /** When it was marked deleted, and when it may go for good. */
  readonly deleted_ms: number | null
  readonly purge_ms: number | null
}

/** Text or bytes. */
export interface SecretValue {
  readonly secretString: string | null
  readonly secretBinary: Uint8Array | null
}

export interface Version extends SecretValue {
  readonly versionId: string
  readonly createdMs: number
  /** Sorted. A version without any is on its way out, but AWS keeps some. */
  readonly stages: readonly string[]
}

/** The secrets of a store: statements, no rules. Changes belong inside a transaction of the caller's. */
export interface Vault {
  /** By name or ARN, with or without the ARN's random suffix. Those past their recovery window are gone. */
  find(secretId: string): Secret | undefined
  /** In order of name, behind `after`. */
  list(after: string, limit: number, withDeleted: boolean): Secret[]
  create(name: string, description: string | null, kmsKeyId: string | null, tags: string): Secret
  versions(secret: Secret): Version[]
  addVersion(secret: Secret, versionId: string, value: SecretValue): void
  /** Takes the stage from the version that has it. */
  setStage(secret: Secret, stage: string, versionId: string): void
  setAccessed(secret: Secret): void
  setDeleted(secret: Secret, deletedMs: number | null, purgeMs: number | null): void
  remove(secret: Secret): void
}

const dayMs = 86_400_000

export function createVault(store: Store, clock: EmbeddedClock): Vault {
  const { database } = store
  database.exec(schema)
  const selectOne = database.prepare('select * from secrets_secrets where name = ?1 or arn = ?1')
  const selectByPartialArn = database.prepare(
    'select * from secrets_secrets where ?1 = substr(arn, 1, length(arn) - 7)',
  )
  const selectPage = database.prepare(
    'select * from secrets_secrets where name > ? and (deleted_ms is null or ?) order by name limit ?',
  )
  const insert = database.prepare(
    `insert into secrets_secrets (name, arn, description, kms_key_id, tags, created_ms, changed_ms)
     values (?, ?, ?, ?, ?, ?, ?)`,
  )
  const selectVersions = database.prepare(
    `select version_id as versionId, secret_string as secretString, secret_binary as secretBinary,
            created_ms as createdMs,
            (select json_group_array(stage order by stage) from secrets_stages t
             where t.secret_id = v.secret_id and t.version_id = v.version_id) as stages
     from secrets_versions v where secret_id = ? order by created_ms desc`,
  )
  const insertVersion = database.prepare('insert into secrets_versions values (?, ?, ?, ?, ?)')
  const touch = database.prepare('update secrets_secrets set changed_ms = ? where id = ?')
  const replaceStage = database.prepare('insert or replace into secrets_stages values (?, ?, ?)')
  const updateAccessed = database.prepare('update secrets_secrets set accessed_ms = ? where id = ?')
  const updateDeleted = database.prepare('update secrets_secrets set deleted_ms = ?, purge_ms = ? where id = ?')
  const remove = database.prepare('delete from secrets_secrets where id = ?')
  const removeStages = database.prepare('delete from secrets_stages where secret_id = ?')
  const removePurgeable = database.prepare('delete from secrets_secrets where purge_ms <= ?')

  function find(secretId: string): Secret | undefined {
    removePurgeable.run(clock.now())
    return (selectOne.get(secretId) ?? selectByPartialArn.get(secretId)) as Secret | undefined
  }

  return {
    find,
    list(after, limit, withDeleted) {
      removePurgeable.run(clock.now())
      return selectPage.all(after, withDeleted ? 1 : 0, limit) as unknown as Secret[]
    },
    create(name, description, kmsKeyId, tags) {
      const nowMs = clock.now()
      insert.run(name, arn('secretsmanager', `secret:${name}-${suffix()}`), description, kmsKeyId, tags, nowMs, nowMs)
      return find(name)!
    },
    versions: (secret) =>
      selectVersions
        .all(secret.id)
        .map((row) => ({ ...row, stages: JSON.parse(row['stages'] as string) as string[] }) as unknown as Version),
    addVersion(secret, versionId, { secretString, secretBinary }) {
      const nowMs = clock.now()
      insertVersion.run(secret.id, versionId, secretString, secretBinary, nowMs)
      touch.run(nowMs, secret.id)
    },
    setStage: (secret, stage, versionId) => void replaceStage.run(secret.id, stage, versionId),
    // A day's start, as on AWS.
    setAccessed: (secret) => void updateAccessed.run(Math.floor(clock.now() / dayMs) * dayMs, secret.id),
    setDeleted: (secret, deletedMs, purgeMs) => void updateDeleted.run(deletedMs, purgeMs, secret.id),
    remove(secret) {
      removeStages.run(secret.id)
      remove.run(secret.id)
    },
  }
}

/** AWS ends each secret's ARN with six random characters, so that a name used again has another ARN. */
function suffix(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  return Array.from(randomBytes(6), (byte) => letters[byte % letters.length]).join('')
}
