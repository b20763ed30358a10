import { randomBytes } from 'node:crypto'
import type { EmbeddedClock } from '../clock.ts'
import { arnOf, type World } from '../identity.ts'
import type { Store } from '../store.ts'
import { schema } from './schema.ts'

export interface Tag {
  readonly Key: string
  readonly Value: string
}

export interface Secret {
  readonly id: number
  readonly name: string
  readonly arn: string
  readonly description: string | null
  readonly kmsKeyId: string | null
  /** Null until a first tag is set; AWS tells the two apart. */
  readonly tags: readonly Tag[] | null
  /** The resource policy as it was put. */
  readonly policy: string | null
  readonly createdMs: number
  readonly changedMs: number
  /** The start of the day. */
  readonly accessedMs: number | null
  /** When it was marked deleted, and when it goes for good. */
  readonly deletedMs: number | null
  readonly purgeMs: number | null
}

/** What may be changed of a secret, beside its values. */
export type SecretChange = Partial<Pick<Secret, 'description' | 'kmsKeyId' | 'tags' | 'policy'>>

/** For `/_turnaround/state`. */
export interface SecretState {
  readonly account_id: string
  readonly region: string
  readonly name: string
  readonly versions: number
}

/** The secrets of a store: statements, no rules. Changes belong inside a transaction of the caller's. */
export interface Vault {
  /** Removes those whose recovery window is over. To be called before anything is looked up. */
  purge(): void
  /** By name or ARN, with or without the ARN's random suffix; those of other worlds are not there. */
  find(world: World, secretId: string): Secret | undefined
  /** All of a world, oldest first. */
  list(world: World): Secret[]
  /** All of all worlds, oldest first. */
  state(): SecretState[]
  create(world: World, name: string, change: SecretChange): Secret
  /** Counts as a change of the secret, also where nothing is given. */
  update(secret: Secret, change: SecretChange): void
  setAccessed(secret: Secret): void
  setDeleted(secret: Secret, deletedMs: number | null, purgeMs: number | null): void
  /** With its versions. */
  remove(secret: Secret): void
}

export const dayMs = 86_400_000
const columns = `id, name, arn, description, kms_key_id as kmsKeyId, tags, policy, created_ms as createdMs,
  changed_ms as changedMs, accessed_ms as accessedMs, deleted_ms as deletedMs, purge_ms as purgeMs`
const ofWorld = 'account_id = ? and region = ?'

export function createVault(store: Store, clock: EmbeddedClock): Vault {
  const { database } = store
  database.exec(schema)
  const selectByName = database.prepare(`select ${columns} from secrets_secrets where ${ofWorld} and name = ?`)
  const selectByArn = database.prepare(`select ${columns} from secrets_secrets where ${ofWorld} and arn = ?`)
  const selectAll = database.prepare(`select ${columns} from secrets_secrets where ${ofWorld} order by id`)
  const selectState = database.prepare(
    `select account_id, region, name,
            (select count(*) from secrets_versions v where v.secret_id = s.id) as versions
     from secrets_secrets s where purge_ms is null or purge_ms > ? order by id`,
  )
  const insert = database.prepare(
    `insert into secrets_secrets (account_id, region, name, arn, description, kms_key_id, tags, created_ms, changed_ms)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const update = database.prepare(
    'update secrets_secrets set description = ?, kms_key_id = ?, tags = ?, policy = ?, changed_ms = ? where id = ?',
  )
  const updateAccessed = database.prepare('update secrets_secrets set accessed_ms = ? where id = ?')
  const updateDeleted = database.prepare('update secrets_secrets set deleted_ms = ?, purge_ms = ? where id = ?')
  const remove = database.prepare('delete from secrets_secrets where id = ?')
  const removePurgeable = database.prepare('delete from secrets_secrets where purge_ms <= ?')

  function find({ accountId, region }: World, secretId: string): Secret | undefined {
    const nameStart = arnOf({ accountId, region }, 'secretsmanager', 'secret:')
    if (!secretId.startsWith('arn:')) return read(selectByName.get(accountId, region, secretId))
    const complete = read(selectByArn.get(accountId, region, secretId))
    if (complete !== undefined || !secretId.startsWith(nameStart)) return complete
    return read(selectByName.get(accountId, region, secretId.slice(nameStart.length)))
  }

  return {
    purge: () => void removePurgeable.run(clock.now()),
    find,
    state: () => selectState.all(clock.now()) as unknown as SecretState[],
    list: ({ accountId, region }) => selectAll.all(accountId, region).map((row) => read(row)!),
    create(world, name, { description = null, kmsKeyId = null, tags = null }) {
      const { accountId, region } = world
      const nowMs = clock.now()
      const arn = arnOf(world, 'secretsmanager', `secret:${name}-${suffix()}`)
      insert.run(accountId, region, name, arn, description, kmsKeyId, tags && JSON.stringify(tags), nowMs, nowMs)
      return find(world, name)!
    },
    update(secret, change) {
      const { description, kmsKeyId, tags, policy } = { ...secret, ...change }
      update.run(description, kmsKeyId, tags && JSON.stringify(tags), policy, clock.now(), secret.id)
    },
    setAccessed: ({ id }) => void updateAccessed.run(startOfDay(clock.now()), id),
    setDeleted: ({ id }, deletedMs, purgeMs) => void updateDeleted.run(deletedMs, purgeMs, id),
    remove: ({ id }) => void remove.run(id),
  }
}

function read(row: unknown): Secret | undefined {
  if (row === undefined) return undefined
  const secret = row as Secret & { readonly tags: string | null }
  return { ...secret, tags: secret.tags === null ? null : (JSON.parse(secret.tags) as Tag[]) }
}

/** AWS tells the day of the last access, not the time. */
export function startOfDay(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs
}

/** AWS ends each secret's ARN with six random characters, so that a name used again has another ARN. */
export function suffix(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  return Array.from(randomBytes(6), (byte) => letters[byte % letters.length]).join('')
}
