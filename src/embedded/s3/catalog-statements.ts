import type { SQLInputValue } from 'node:sqlite'
import type { Store } from '../store.ts'
import { isFile } from './catalog-schema.ts'
import type { ListedObject, ListedVersion, StoredObject, StoredVersion } from './stored-object.ts'

/** A statement whose rows are known from the schema. */
export interface Query<Row> {
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
  iterate(...values: SQLInputValue[]): Iterable<Row>
}

export function prepareQuery<Row>({ database }: Store, sql: string): Query<Row> {
  // What the columns are is said by our own strict tables, which TypeScript cannot see.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return database.prepare(sql) as unknown as Query<Row>
}

const objectColumns =
  'key, sequence, versionId, body, bytes, etag, modifiedAt, checksumAlgorithm, checksum, checksumType, parts, headers, tags'
const versionColumns = `${objectColumns}, isMarker`
const listedColumns =
  'key, bytes, etag, modifiedAt, checksumAlgorithm, checksumType, ' +
  // Looked for first, because to parse the JSON of every row would cost more than the rest of the listing.
  `iif(instr(headers, '"x-amz-storage-class"'), headers ->> '$."x-amz-storage-class"', null) as storageClass`
const listedVersionColumns = `${listedColumns}, versionId, sequence`

export function prepareStatements(store: Store) {
  const { database } = store
  const query = <Row>(sql: string): Query<Row> => prepareQuery<Row>(store, sql)
  return {
    anyObject: database.prepare('select 1 from s3_objects where bucket = ? limit 1'),
    anyVersion: database.prepare('select 1 from s3_versions where bucket = ? limit 1'),
    object: query<StoredObject>(`select ${objectColumns} from s3_objects where bucket = ? and key = ?`),
    putObject: database.prepare(
      `insert or replace into s3_objects (bucket, ${objectColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    deleteObject: database.prepare('delete from s3_objects where bucket = ? and key = ?'),
    setObjectHeaders: database.prepare(
      'update s3_objects set headers = ? where bucket = ? and key = ? and sequence = ?',
    ),
    setVersionHeaders: database.prepare(
      'update s3_versions set headers = ? where bucket = ? and key = ? and sequence = ?',
    ),
    tagObject: database.prepare('update s3_objects set tags = ? where bucket = ? and key = ? and sequence = ?'),
    objectsFrom: query<ListedObject>(
      `select ${listedColumns} from s3_objects where bucket = ? and key >= ? and key < ? order by key`,
    ),
    objectFile: database.prepare(`select 1 from s3_objects where body = ? and ${isFile} limit 1`),

    newestVersion: query<StoredVersion>(
      `select ${versionColumns} from s3_versions where bucket = ? and key = ? order by sequence desc limit 1`,
    ),
    version: query<StoredVersion>(
      `select ${versionColumns} from s3_versions where bucket = ? and key = ? and sequence = ?`,
    ),
    nullVersion: query<StoredVersion>(
      `select ${versionColumns} from s3_versions where bucket = ? and key = ? and versionId = 'null'`,
    ),
    putVersion: database.prepare(
      `insert into s3_versions (bucket, ${versionColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    deleteVersion: database.prepare('delete from s3_versions where bucket = ? and key = ? and sequence = ?'),
    tagVersion: database.prepare('update s3_versions set tags = ? where bucket = ? and key = ? and sequence = ?'),
    versionFile: database.prepare(`select 1 from s3_versions where body = ? and ${isFile} limit 1`),
    /** Of two sorted halves SQLite makes one without sorting again, reading as far as the caller goes. */
    versionsFrom: query<ListedVersion>(`
      select ${listedVersionColumns}, 0 as isMarker from s3_objects where bucket = ? and key >= ? and key < ?
      union all
      select ${listedVersionColumns}, isMarker from s3_versions where bucket = ? and key >= ? and key < ?
      order by key, sequence desc`),
    versionsBelow: query<ListedVersion>(`
      select ${listedVersionColumns}, 0 as isMarker from s3_objects where bucket = ? and key = ? and sequence < ?
      union all
      select ${listedVersionColumns}, isMarker from s3_versions where bucket = ? and key = ? and sequence < ?
      order by key, sequence desc`),
  }
}

/** In the order of `objectColumns`. */
export function objectValues(object: StoredObject): SQLInputValue[] {
  const { key, sequence, versionId, body, bytes, etag, modifiedAt, checksumAlgorithm, checksum, checksumType } = object
  const { parts, headers, tags } = object
  return [
    key,
    sequence,
    versionId,
    body,
    bytes,
    etag,
    modifiedAt,
    checksumAlgorithm,
    checksum,
    checksumType,
    parts,
    headers,
    tags,
  ]
}
