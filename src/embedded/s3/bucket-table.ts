import type { Store } from '../store.ts'
import { prepareQuery } from './catalog-statements.ts'

/** Empty while it was never switched on, as for a bucket that was just made. */
export type Versioning = '' | 'Enabled' | 'Suspended'

export interface Bucket {
  readonly name: string
  readonly accountId: string
  readonly region: string
  readonly createdAt: number
  readonly versioning: Versioning
}

const bucketColumns = 'name, accountId, region, createdAt, versioning'

/** A bucket as it was last read, with those of its settings that were asked for. */
interface Known {
  readonly bucket: Bucket
  readonly settings: Map<string, string | undefined>
}

/** Buckets and their settings, of the catalog's tables: every request asks for some, so what was read is kept. */
export class BucketTable {
  readonly #statements
  readonly #database
  readonly #known = new Map<string, Known>()

  constructor(store: Store) {
    this.#statements = prepareStatements(store)
    this.#database = store.database
  }

  bucket(name: string): Bucket | undefined {
    return this.#read(name)?.bucket
  }

  #read(name: string): Known | undefined {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const bucket = this.#statements.bucket.get(name)
    if (bucket === undefined) return undefined
    const read = { bucket, settings: new Map<string, string | undefined>() }
    // What a transaction has changed may be undone.
    if (!this.#database.isTransaction) this.#known.set(name, read)
    return read
  }

  /** An account's, by name. */
  buckets(accountId: string): Bucket[] {
    return this.#statements.buckets.all(accountId)
  }

  createBucket({ name, accountId, region, createdAt, versioning }: Bucket): void {
    this.#known.delete(name)
    this.#statements.createBucket.run(name, accountId, region, createdAt, versioning)
  }

  setVersioning(bucket: string, versioning: Versioning): void {
    this.#known.delete(bucket)
    this.#statements.setVersioning.run(versioning, bucket)
  }

  setting(bucket: string, setting: string): string | undefined {
    const settings = this.#read(bucket)?.settings
    if (settings?.has(setting) === true) return settings.get(setting)
    const document = this.#statements.setting.get(bucket, setting)?.document
    if (!this.#database.isTransaction) settings?.set(setting, document)
    return document
  }

  putSetting(bucket: string, setting: string, document: string): void {
    this.#known.delete(bucket)
    this.#statements.putSetting.run(bucket, setting, document)
  }

  deleteSetting(bucket: string, setting: string): void {
    this.#known.delete(bucket)
    this.#statements.deleteSetting.run(bucket, setting)
  }

  protected removeBucket(name: string): void {
    this.#known.delete(name)
    this.#statements.deleteBucket.run(name)
  }
}

function prepareStatements(store: Store) {
  const { database } = store
  return {
    bucket: prepareQuery<Bucket>(store, `select ${bucketColumns} from s3_buckets where name = ?`),
    buckets: prepareQuery<Bucket>(store, `select ${bucketColumns} from s3_buckets where accountId = ? order by name`),
    createBucket: database.prepare(`insert into s3_buckets (${bucketColumns}) values (?, ?, ?, ?, ?)`),
    deleteBucket: database.prepare('delete from s3_buckets where name = ?'),
    setVersioning: database.prepare('update s3_buckets set versioning = ? where name = ?'),
    setting: prepareQuery<{ document: string }>(
      store,
      'select document from s3_bucket_settings where bucket = ? and setting = ?',
    ),
    putSetting: database.prepare(
      'insert or replace into s3_bucket_settings (bucket, setting, document) values (?, ?, ?)',
    ),
    deleteSetting: database.prepare('delete from s3_bucket_settings where bucket = ? and setting = ?'),
  }
}
