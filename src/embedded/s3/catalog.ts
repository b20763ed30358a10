import type { Store } from '../store.ts'
import { BucketTable, type Bucket, type Versioning } from './bucket-table.ts'
import { catalogSchema } from './catalog-schema.ts'
import { objectValues, prepareStatements } from './catalog-statements.ts'
import { S3Error } from './errors.ts'
import type { ListedObject, ListedVersion, NewObject, StoredObject, StoredVersion } from './stored-object.ts'
import { makeVersionId, nullVersion, readVersionId } from './version-id.ts'

export type { Bucket, Versioning } from './bucket-table.ts'
export type * from './stored-object.ts'

/** Throws where the request's conditions do not hold for what is there now. */
export type Precondition = (current: StoredObject | undefined) => void

export interface Removal {
  /** Of the version or delete marker that was removed, or of the delete marker that was made. */
  readonly versionId: string
  /** A delete marker was made or removed. */
  readonly isMarker: boolean
  /** There was something to remove, or a marker was made. */
  readonly isChange: boolean
  /** To be dropped in the same transaction. */
  readonly bodies: readonly string[]
}

/** What S3 says where versions are kept or have been. */
const notEmptyOfVersions = 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
/** SQLite orders any blob after all text: the end of the keys. */
const afterAllKeys = new Uint8Array(0)

/**
 * Buckets, objects and their versions in SQLite; its commits are what makes a request done. Keys compare as UTF-8 bytes,
 * the order in which S3 lists, because that is how SQLite compares text.
 */
export class Catalog extends BucketTable {
  readonly #store: Store
  readonly #statements

  constructor(store: Store) {
    store.database.exec(catalogSchema)
    super(store)
    this.#store = store
    this.#statements = prepareStatements(store)
  }

  /** For what must happen together; `store`, `delete…` and `tag` run inside. */
  transaction<T>(work: () => T): T {
    return this.#store.transaction(work)
  }

  /** Which may have gone while a request's body was arriving. Throws S3Error NoSuchBucket. */
  requireBucket(name: string): Bucket {
    const bucket = this.bucket(name)
    if (bucket === undefined) throw new S3Error('NoSuchBucket', undefined, { BucketName: name })
    return bucket
  }

  /** Within a transaction. Throws S3Error BucketNotEmpty, also where there are only old versions or delete markers. */
  deleteBucket(name: string): void {
    const { anyObject, anyVersion } = this.#statements
    if (anyObject.get(name) !== undefined || anyVersion.get(name) !== undefined) {
      const isVersioned = (this.bucket(name)?.versioning ?? '') !== ''
      const message = isVersioned ? notEmptyOfVersions : undefined
      throw new S3Error('BucketNotEmpty', message, { BucketName: name })
    }
    this.removeBucket(name)
  }

  /** What a request without a version id is about. */
  object(bucket: string, key: string): StoredObject | undefined {
    return this.#statements.object.get(bucket, key)
  }

  /** By its id, current or not. Throws S3Error InvalidArgument where that is no version id. */
  version(bucket: string, key: string, versionId: string): StoredVersion | undefined {
    const sequence = readVersionId(versionId)
    const current = this.object(bucket, key)
    if (current?.versionId === versionId) return { ...current, isMarker: 0 }
    if (sequence === undefined) return this.#statements.nullVersion.get(bucket, key)
    const found = this.#statements.version.get(bucket, key, sequence)
    return found?.versionId === versionId ? found : undefined
  }

  /** The delete marker because of which there is no current object. */
  latestMarker(bucket: string, key: string): StoredVersion | undefined {
    return this.object(bucket, key) === undefined ? this.#statements.newestVersion.get(bucket, key) : undefined
  }

  /** Of the key's newest version or delete marker; 0 where there is none. */
  newestSequence(bucket: string, key: string): number {
    return (this.object(bucket, key) ?? this.#statements.newestVersion.get(bucket, key))?.sequence ?? 0
  }

  /**
   * Stores a version, if `precondition` lets it; the answer is the row and the bodies that it replaced. Within a
   * transaction. Throws S3Error NoSuchBucket where the bucket went while the body was arriving, and what `precondition`
   * throws.
   */
  store(bucketName: string, object: NewObject, precondition: Precondition): { stored: StoredObject; bodies: string[] } {
    const { versioning } = this.requireBucket(bucketName)
    const current = this.object(bucketName, object.key)
    precondition(current)
    const { sequence, versionId, bodies } = this.#supersede(bucketName, object.key, current, versioning)
    const stored: StoredObject = { ...object, sequence, versionId }
    this.#statements.putObject.run(bucketName, ...objectValues(stored))
    return { stored, bodies }
  }

  /**
   * What DELETE without a version id does: removes the object, or puts a delete marker on it where versions are kept.
   * Within a transaction. Throws what `precondition` throws.
   */
  delete(bucketName: string, key: string, modifiedAt: number, precondition: Precondition): Removal {
    const { versioning } = this.requireBucket(bucketName)
    const current = this.object(bucketName, key)
    precondition(current)
    if (versioning === '') {
      if (current !== undefined) this.#statements.deleteObject.run(bucketName, key)
      const bodies = current === undefined ? [] : [current.body]
      return { versionId: nullVersion, isMarker: false, isChange: current !== undefined, bodies }
    }
    const { sequence, versionId, bodies } = this.#supersede(bucketName, key, current, versioning)
    if (current !== undefined) this.#statements.deleteObject.run(bucketName, key)
    this.#statements.putVersion.run(bucketName, ...objectValues(deleteMarker(key, sequence, versionId, modifiedAt)), 1)
    return { versionId, isMarker: true, isChange: true, bodies }
  }

  /**
   * Removes one version, or a delete marker, for good; what is then the newest becomes current. Within a transaction.
   * Throws what `precondition` throws, S3Error InvalidArgument.
   */
  deleteVersion(bucket: string, key: string, versionId: string, precondition: Precondition): Removal {
    const current = this.object(bucket, key)
    precondition(current)
    const found = this.version(bucket, key, versionId)
    if (found === undefined) return { versionId, isMarker: false, isChange: false, bodies: [] }
    if (found.sequence === current?.sequence) this.#statements.deleteObject.run(bucket, key)
    else this.#statements.deleteVersion.run(bucket, key, found.sequence)
    this.#promoteNewest(bucket, key)
    const isMarker = found.isMarker === 1
    return { versionId, isMarker, isChange: true, bodies: isMarker ? [] : [found.body] }
  }

  /** Replaces the tags of the version (JSON, see NewObject). */
  tag(bucket: string, { key, sequence }: StoredObject, tags: string): void {
    this.#statements.tagObject.run(tags, bucket, key, sequence)
    this.#statements.tagVersion.run(tags, bucket, key, sequence)
  }

  /** Replaces what is stored with the version (JSON, see NewObject). */
  setHeaders(bucket: string, { key, sequence }: StoredObject, headers: string): void {
    this.#statements.setObjectHeaders.run(headers, bucket, key, sequence)
    this.#statements.setVersionHeaders.run(headers, bucket, key, sequence)
  }

  /** Current objects with `from` <= key < `below` in order of their keys, read as far as the caller goes. */
  objectsFrom(bucket: string, from: string, below: string | undefined): Iterable<ListedObject> {
    return this.#statements.objectsFrom.iterate(bucket, from, below ?? afterAllKeys)
  }

  /** All versions and delete markers with `from` <= key < `below`, by key and then the newest first. */
  versionsFrom(bucket: string, from: string, below: string | undefined): Iterable<ListedVersion> {
    const end = below ?? afterAllKeys
    return this.#statements.versionsFrom.iterate(bucket, from, end, bucket, from, end)
  }

  /** Those of one key that are older than `sequence`, the newest first. */
  versionsBelow(bucket: string, key: string, sequence: number): Iterable<ListedVersion> {
    return this.#statements.versionsBelow.iterate(bucket, key, sequence, bucket, key, sequence)
  }

  /** A body that is a file. */
  hasFile(id: string): boolean {
    return this.#statements.objectFile.get(id) !== undefined || this.#statements.versionFile.get(id) !== undefined
  }

  /** The name and place of what comes next; what was current stays as a version, unless it has the same name. */
  #supersede(
    bucket: string,
    key: string,
    current: StoredObject | undefined,
    versioning: Versioning,
  ): Pick<StoredObject, 'sequence' | 'versionId'> & { readonly bodies: string[] } {
    if (versioning === '') {
      return { sequence: 1, versionId: nullVersion, bodies: current === undefined ? [] : [current.body] }
    }
    const sequence = (current?.sequence ?? this.newestSequence(bucket, key)) + 1
    const versionId = versioning === 'Enabled' ? makeVersionId(sequence) : nullVersion
    const bodies: string[] = []
    if (current?.versionId === versionId) bodies.push(current.body)
    else if (current !== undefined) this.#statements.putVersion.run(bucket, ...objectValues(current), 0)
    if (versionId === nullVersion) this.#dropNullVersion(bucket, key, bodies)
    return { sequence, versionId, bodies }
  }

  #dropNullVersion(bucket: string, key: string, bodies: string[]): void {
    const found = this.#statements.nullVersion.get(bucket, key)
    if (found === undefined) return
    this.#statements.deleteVersion.run(bucket, key, found.sequence)
    if (found.isMarker === 0) bodies.push(found.body)
  }

  #promoteNewest(bucket: string, key: string): void {
    if (this.object(bucket, key) !== undefined) return
    const newest = this.#statements.newestVersion.get(bucket, key)
    if (newest === undefined || newest.isMarker === 1) return
    this.#statements.deleteVersion.run(bucket, key, newest.sequence)
    this.#statements.putObject.run(bucket, ...objectValues(newest))
  }
}

/** A version of which only the name and the time mean anything. */
function deleteMarker(key: string, sequence: number, versionId: string, modifiedAt: number): StoredObject {
  return {
    key,
    sequence,
    versionId,
    modifiedAt,
    body: '',
    bytes: 0,
    etag: '',
    checksumAlgorithm: 'CRC64NVME',
    checksum: '',
    checksumType: 'FULL_OBJECT',
    parts: '',
    headers: '{}',
    tags: '',
  }
}
