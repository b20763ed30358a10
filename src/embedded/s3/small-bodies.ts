import type { Store } from '../store.ts'
import { prepareQuery } from './catalog-statements.ts'

/** Up to this a body lies in SQLite: there a 10 KB body costs a fraction of what a file's creation and removal do. */
export const smallBytes = 16 * 1024

const prefix = 'small-'
const schema = `
  create table if not exists s3_small_bodies (id integer primary key, bytes blob not null) strict;
`

/**
 * Bodies too small for a file, in the catalog's database, each with an id of its own. They come and go in the
 * transaction that brings their ids into the catalog or out of it, so that a crash leaves none that is nobody's.
 */
export class SmallBodies {
  readonly #statements
  /** Not yet stored. */
  readonly #taken = new Map<string, Buffer>()
  #lastId: number

  constructor(store: Store) {
    const { database } = store
    database.exec(schema)
    this.#statements = {
      insert: database.prepare('insert into s3_small_bodies (id, bytes) values (?, ?)'),
      bytes: prepareQuery<{ bytes: Uint8Array }>(store, 'select bytes from s3_small_bodies where id = ?'),
      delete: database.prepare('delete from s3_small_bodies where id = ?'),
    }
    const last = prepareQuery<{ id: number | null }>(store, 'select max(id) as id from s3_small_bodies')
    this.#lastId = last.get()!.id ?? 0
  }

  static isSmall(id: string): boolean {
    return id.startsWith(prefix)
  }

  /** Holds the bytes until they are released; answers their id. */
  take(bytes: Buffer): string {
    const id = `${prefix}${++this.#lastId}`
    this.#taken.set(id, bytes)
    return id
  }

  /** What was taken is stored now, or not wanted. */
  release(id: string): void {
    this.#taken.delete(id)
  }

  /** Within the transaction that brings the id into the catalog. */
  insert(id: string): void {
    this.#statements.insert.run(rowOf(id), this.#taken.get(id)!)
  }

  /** Within the transaction that takes the id out of the catalog. */
  delete(id: string): void {
    this.#statements.delete.run(rowOf(id))
  }

  /** Throws where there is none. */
  read(id: string): Buffer {
    const taken = this.#taken.get(id)
    if (taken !== undefined) return taken
    const row = this.#statements.bytes.get(rowOf(id))
    if (row === undefined) throw new Error(`there is no body ${id}`)
    return Buffer.from(row.bytes.buffer, row.bytes.byteOffset, row.bytes.byteLength)
  }
}

function rowOf(id: string): number {
  return Number(id.slice(prefix.length))
}
