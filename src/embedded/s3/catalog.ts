import type { SQLInputValue } from 'node:sqlite'
import type { Store } from '../store.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import { S3Error } from './errors.ts'

export interface Bucket {
  readonly name: string
  readonly region: string
  readonly createdAt: number
}

/** An object as the catalog has it. Its bytes are in the body file `body`. */
export interface StoredObject {
  readonly key: string
  readonly body: string
  readonly bytes: number
  /** Hex MD5, without quotes. */
  readonly etag: string
  /** Milliseconds since the epoch, whole seconds as S3 keeps them. */
  readonly modifiedAt: number
  readonly checksumAlgorithm: ChecksumAlgorithm
  /** Base64. */
  readonly checksum: string
  /** JSON: the headers stored with the object, by lower-case name. */
  readonly headers: string
}

export type ListedObject = Omit<StoredObject, 'body' | 'checksum' | 'headers'>

/** Throws where the request's conditions do not hold for what is there now. */
export type Precondition = (current: StoredObject | undefined) => void

const schema = `
  create table if not exists s3_buckets (
    name text primary key, region text not null, createdAt integer not null
  ) strict, without rowid;
  create table if not exists s3_bucket_settings (
    bucket text not null references s3_buckets (name) on delete cascade, setting text not null, document text not null,
    primary key (bucket, setting)
  ) strict, without rowid;
  create table if not exists s3_objects (
    bucket text not null references s3_buckets (name), key text not null, body text not null, bytes integer not null,
    etag text not null, modifiedAt integer not null, checksumAlgorithm text not null, checksum text not null,
    headers text not null, primary key (bucket, key)
  ) strict, without rowid;
  create index if not exists s3_objects_by_body on s3_objects (body);
`

/** SQLite orders any blob after all text: the end of the keys. */
const afterAllKeys = new Uint8Array(0)

/**
 * Buckets and objects in SQLite; its commits are what makes a request done. Keys compare as UTF-8 bytes, the order in
 * which S3 lists, because that is how SQLite compares text.
 */
export class Catalog {
  readonly #store: Store
  readonly #statements

  constructor(store: Store) {
    store.database.exec(schema)
    this.#store = store
    this.#statements = prepareStatements(store)
  }

  bucket(name: string): Bucket | undefined {
    return this.#statements.bucket.get(name)
  }

  /** By name. */
  buckets(): Bucket[] {
    return this.#statements.buckets.all()
  }

  createBucket(bucket: Bucket): void {
    this.#statements.createBucket.run(bucket.name, bucket.region, bucket.createdAt)
  }

  /** Throws S3Error BucketNotEmpty. */
  deleteBucket(name: string): void {
    this.#store.transaction(() => {
      if (this.#statements.anyObject.get(name) !== undefined) {
        throw new S3Error('BucketNotEmpty', undefined, { BucketName: name })
      }
      this.#statements.deleteBucket.run(name)
    })
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

  object(bucket: string, key: string): StoredObject | undefined {
    return this.#statements.object.get(bucket, key)
  }

  /**
   * Stores the row, if `precondition` lets it, and answers the row it replaced. Throws S3Error NoSuchBucket where the
   * bucket went while the body was arriving, and what `precondition` throws; then nothing has changed.
   */
  putObject(bucket: string, object: StoredObject, precondition: Precondition): StoredObject | undefined {
    return this.#store.transaction(() => {
      if (this.bucket(bucket) === undefined) throw new S3Error('NoSuchBucket', undefined, { BucketName: bucket })
      const current = this.object(bucket, object.key)
      precondition(current)
      this.#statements.putObject.run(bucket, ...objectValues(object))
      return current
    })
  }

  /** As many deletions as `work` makes by `deleteObject`, all or none. */
  deleteTogether<T>(work: () => T): T {
    return this.#store.transaction(work)
  }

  /** Answers the row that was there. Throws what `precondition` throws. */
  deleteObject(bucket: string, key: string, precondition: Precondition): StoredObject | undefined {
    const current = this.object(bucket, key)
    precondition(current)
    if (current !== undefined) this.#statements.deleteObject.run(bucket, key)
    return current
  }

  /** Objects with `from` <= key < `below` in order of their keys, read as far as the caller goes. */
  objectsFrom(bucket: string, from: string, below: string | undefined): Iterable<ListedObject> {
    return this.#statements.objectsFrom.iterate(bucket, from, below ?? afterAllKeys)
  }

  hasBody(id: string): boolean {
    return this.#statements.hasBody.get(id) !== undefined
  }
}

/** A statement whose rows are known from the schema. */
interface Query<Row> {
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
  iterate(...values: SQLInputValue[]): Iterable<Row>
}

function prepareStatements({ database }: Store) {
  const bucketColumns = 'name, region, createdAt'
  const objectColumns = 'key, body, bytes, etag, modifiedAt, checksumAlgorithm, checksum, headers'
  // What the columns are is said by our own strict tables, which TypeScript cannot see.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const query = <Row>(sql: string): Query<Row> => database.prepare(sql) as unknown as Query<Row>
  return {
    bucket: query<Bucket>(`select ${bucketColumns} from s3_buckets where name = ?`),
    buckets: query<Bucket>(`select ${bucketColumns} from s3_buckets order by name`),
    createBucket: database.prepare(`insert into s3_buckets (${bucketColumns}) values (?, ?, ?)`),
    deleteBucket: database.prepare('delete from s3_buckets where name = ?'),
    anyObject: database.prepare('select 1 from s3_objects where bucket = ? limit 1'),
    setting: query<{ document: string }>('select document from s3_bucket_settings where bucket = ? and setting = ?'),
    putSetting: database.prepare(
      'insert or replace into s3_bucket_settings (bucket, setting, document) values (?, ?, ?)',
    ),
    deleteSetting: database.prepare('delete from s3_bucket_settings where bucket = ? and setting = ?'),
    object: query<StoredObject>(`select ${objectColumns} from s3_objects where bucket = ? and key = ?`),
    putObject: database.prepare(
      `insert or replace into s3_objects (bucket, ${objectColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    deleteObject: database.prepare('delete from s3_objects where bucket = ? and key = ?'),
    objectsFrom: query<ListedObject>(
      'select key, bytes, etag, modifiedAt, checksumAlgorithm from s3_objects where bucket = ? and key >= ? and key < ? order by key',
    ),
    hasBody: database.prepare('select 1 from s3_objects where body = ? limit 1'),
  }
}

/** In the order of `objectColumns`. */
function objectValues(object: StoredObject): SQLInputValue[] {
  const { key, body, bytes, etag, modifiedAt, checksumAlgorithm, checksum, headers } = object
  return [key, body, bytes, etag, modifiedAt, checksumAlgorithm, checksum, headers]
}
