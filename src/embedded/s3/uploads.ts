import type { Store } from '../store.ts'
import { isFile } from './catalog-schema.ts'
import { prepareQuery } from './catalog-statements.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import { S3Error } from './errors.ts'
import { makeOrderedId, sequenceOf } from './ordered-id.ts'
import type { ChecksumType } from './stored-object.ts'

/** A multipart upload that was begun, and for a while one that is done. */
export interface Upload {
  /** Orders the uploads of a key by their beginning. */
  readonly sequence: number
  readonly uploadId: string
  readonly bucket: string
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly initiatedAt: number
  readonly checksumAlgorithm: ChecksumAlgorithm
  readonly checksumType: ChecksumType
  /** 1 where the client chose the algorithm: its parts must then agree. */
  readonly isChosen: 0 | 1
  readonly headers: string
  readonly tags: string
  /** 1 where the key was deleted since, which a conditional completion must not survive. */
  readonly isDisturbed: 0 | 1
  /** JSON of what completion answered; empty while it is open. */
  readonly outcome: string
}

/** A part as it was uploaded. Its bytes are the body `body`. */
export interface StoredPart {
  /** 1-10,000. */
  readonly number: number
  readonly body: string
  readonly bytes: number
  /** Hex MD5. */
  readonly etag: string
  readonly modifiedAt: number
  /** Base64, of the upload's algorithm. */
  readonly checksum: string
}

const randomLength = 66
/** How long a completion may be asked for again. */
const outcomeLifeMs = 24 * 3600 * 1000

const schema = `
  create table if not exists s3_uploads (
    sequence integer primary key autoincrement, uploadId text not null, bucket text not null, key text not null,
    initiatedAt integer not null, checksumAlgorithm text not null, checksumType text not null, isChosen integer not null,
    headers text not null, tags text not null, isDisturbed integer not null, outcome text not null
  ) strict;
  create index if not exists s3_uploads_by_key on s3_uploads (bucket, key, sequence);
  create index if not exists s3_uploads_done on s3_uploads (initiatedAt) where outcome <> '';
  create table if not exists s3_parts (
    upload integer not null references s3_uploads (sequence) on delete cascade, number integer not null,
    body text not null, bytes integer not null, etag text not null, modifiedAt integer not null, checksum text not null,
    primary key (upload, number)
  ) strict, without rowid;
  create index if not exists s3_parts_by_file on s3_parts (body) where ${isFile};
`
const uploadColumns =
  'uploadId, bucket, key, initiatedAt, checksumAlgorithm, checksumType, isChosen, headers, tags, isDisturbed, outcome'
const partColumns = 'number, body, bytes, etag, modifiedAt, checksum'

/** SQLite orders any blob after all text: the end of the keys. */
const afterAllKeys = new Uint8Array(0)

/** Multipart uploads and their parts in SQLite, on the same store as the catalog. */
export class Uploads {
  readonly #statements

  constructor(store: Store) {
    store.database.exec(schema)
    this.#statements = prepareStatements(store)
  }

  /** Within a transaction. Answers the upload's id. */
  create(upload: Omit<Upload, 'sequence' | 'uploadId' | 'isDisturbed' | 'outcome'>): string {
    const { bucket, key, initiatedAt, checksumAlgorithm, checksumType, isChosen, headers, tags } = upload
    this.#statements.forget.run(initiatedAt - outcomeLifeMs)
    const values = ['', bucket, key, initiatedAt, checksumAlgorithm, checksumType, isChosen, headers, tags, 0, '']
    const sequence = Number(this.#statements.create.run(...values).lastInsertRowid)
    const uploadId = makeOrderedId(sequence, randomLength)
    this.#statements.name.run(uploadId, sequence)
    return uploadId
  }

  /** Open, or completed not long ago. Throws S3Error NoSuchUpload, also where it is of another key. */
  require(bucket: string, key: string, uploadId: string): Upload {
    const sequence = sequenceOf(uploadId, randomLength)
    const found = sequence === undefined ? undefined : this.#statements.upload.get(sequence)
    if (found?.uploadId !== uploadId || found.bucket !== bucket || found.key !== key) throw noSuchUpload(uploadId)
    return found
  }

  /** Throws S3Error NoSuchUpload where it is complete, too. */
  requireOpen(bucket: string, key: string, uploadId: string): Upload {
    const found = this.require(bucket, key, uploadId)
    if (found.outcome !== '') throw noSuchUpload(uploadId)
    return found
  }

  /** Open uploads with `from` <= key < `below`, by key and then the oldest first, read as far as the caller goes. */
  uploadsFrom(bucket: string, from: string, below: string | undefined): Iterable<Upload> {
    return this.#statements.uploadsFrom.iterate(bucket, from, below ?? afterAllKeys)
  }

  /** Open uploads of one key that began after `uploadId`. */
  uploadsAfter(bucket: string, key: string, uploadId: string): Iterable<Upload> {
    return this.#statements.uploadsAfter.iterate(bucket, key, sequenceOf(uploadId, randomLength) ?? Infinity)
  }

  /** By number, all above `after`. */
  parts({ sequence }: Upload, after = 0): Iterable<StoredPart> {
    return this.#statements.parts.iterate(sequence, after)
  }

  /** Within a transaction. Answers the body of the part that had the number. */
  putPart({ sequence }: Upload, part: StoredPart): string | undefined {
    const replaced = this.#statements.part.get(sequence, part.number)
    const { number, body, bytes, etag, modifiedAt, checksum } = part
    this.#statements.putPart.run(sequence, number, body, bytes, etag, modifiedAt, checksum)
    return replaced?.body
  }

  /** Within a transaction. The parts go, the outcome stays for those who ask again. Answers the parts' bodies. */
  complete(upload: Upload, outcome: string): string[] {
    const bodies = this.#removeParts(upload)
    this.#statements.complete.run(outcome, upload.sequence)
    return bodies
  }

  /** Within a transaction. Answers the parts' bodies. */
  abort(upload: Upload): string[] {
    const bodies = this.#removeParts(upload)
    this.#statements.remove.run(upload.sequence)
    return bodies
  }

  /** The key was deleted while uploads of it are open. Within a transaction. */
  disturb(bucket: string, key: string): void {
    this.#statements.disturb.run(bucket, key)
  }

  /** All of a bucket that goes. Within a transaction. Answers the parts' bodies. */
  removeAll(bucket: string): string[] {
    const bodies = [...this.uploadsFrom(bucket, '', undefined)].flatMap((upload) => this.abort(upload))
    this.#statements.removeAll.run(bucket)
    return bodies
  }

  /** A part's body that is a file. */
  hasFile(id: string): boolean {
    return this.#statements.partFile.get(id) !== undefined
  }

  #removeParts(upload: Upload): string[] {
    const bodies = Array.from(this.parts(upload), ({ body }) => body)
    this.#statements.removeParts.run(upload.sequence)
    return bodies
  }
}

function noSuchUpload(uploadId: string): S3Error {
  return new S3Error('NoSuchUpload', undefined, { UploadId: uploadId })
}

function prepareStatements(store: Store) {
  const { database } = store
  return {
    create: database.prepare(`insert into s3_uploads (${uploadColumns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    name: database.prepare('update s3_uploads set uploadId = ? where sequence = ?'),
    forget: database.prepare(`delete from s3_uploads where outcome <> '' and initiatedAt < ?`),
    upload: prepareQuery<Upload>(store, `select sequence, ${uploadColumns} from s3_uploads where sequence = ?`),
    uploadsFrom: prepareQuery<Upload>(
      store,
      `select sequence, ${uploadColumns} from s3_uploads where bucket = ? and key >= ? and key < ? and outcome = '' order by key, sequence`,
    ),
    uploadsAfter: prepareQuery<Upload>(
      store,
      `select sequence, ${uploadColumns} from s3_uploads where bucket = ? and key = ? and sequence > ? and outcome = '' order by sequence`,
    ),
    complete: database.prepare('update s3_uploads set outcome = ? where sequence = ?'),
    remove: database.prepare('delete from s3_uploads where sequence = ?'),
    removeAll: database.prepare('delete from s3_uploads where bucket = ?'),
    disturb: database.prepare(`update s3_uploads set isDisturbed = 1 where bucket = ? and key = ? and outcome = ''`),
    part: prepareQuery<StoredPart>(store, `select ${partColumns} from s3_parts where upload = ? and number = ?`),
    parts: prepareQuery<StoredPart>(
      store,
      `select ${partColumns} from s3_parts where upload = ? and number > ? order by number`,
    ),
    putPart: database.prepare(`insert or replace into s3_parts (upload, ${partColumns}) values (?, ?, ?, ?, ?, ?, ?)`),
    removeParts: database.prepare('delete from s3_parts where upload = ?'),
    partFile: database.prepare(`select 1 from s3_parts where body = ? and ${isFile} limit 1`),
  }
}
