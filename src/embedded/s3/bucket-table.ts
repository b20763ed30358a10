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

/** Buckets and their settings, of the catalog's tables. */
export class BucketTable {
  readonly #statements

  constructor(store: Store) {
    this.#statements = prepareStatements(store)
  }

  bucket(name: string): Bucket | undefined {
    return this.#statements.bucket.get(name)
  }

  /** An account's, by name. */
  buckets(accountId: string): Bucket[] {
    return this.#statements.buckets.all(accountId)
  }

  createBucket({ name, accountId, region, createdAt, versioning }: Bucket): void {
    this.#statements.createBucket.run(name, accountId, region, createdAt, versioning)
  }

  setVersioning(bucket: string, versioning: Versioning): void {
    this.#statements.setVersioning.run(versioning, bucket)
  }

  setting(bucket: string, setting: string): string | undefined {
    return this.#statements.setting.get(bucket, setting)?.document
  }

  putSetting(bucket: string, setting: string, document: string): void {
    this.#statements.putSetting.run(bucket, setting, document)
  }

  deleteSetting(bucket: string, setting: string): void {
    this.#statements.deleteSetting.run(bucket, setting)
  }

  protected removeBucket(name: string): void {
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
