import { randomUUID } from 'node:crypto'
import { closeSync, constants, copyFileSync, fsyncSync, linkSync, mkdirSync, openSync } from 'node:fs'
import { readdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Sync } from '../store.ts'
import { flushFolder } from './flush-folder.ts'
import { hasCode } from './has-code.ts'

/** Names looked at by the sweep before others get a turn. */
const sweepBatch = 64
const isBodyId = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Bodies that are one file each, named by a random id under 256 folders, never rewritten. An object's key is nowhere in
 * a path. A file belongs to nobody until its id is committed to the catalog and `keep` is called.
 */
export class BodyFiles {
  readonly #folder: string
  readonly #sync: Sync
  readonly #foldersMade = new Set<string>()
  /** Being written, or written and not yet in the catalog: the sweep must leave them alone. */
  readonly #uncommitted = new Set<string>()
  readonly #removals = new Set<Promise<void>>()
  #closed = false

  /** The folder is made for the first body. */
  constructor(folder: string, sync: Sync) {
    this.#folder = folder
    this.#sync = sync
  }

  /** Absolute if the folder is. */
  path(id: string): string {
    return join(this.#folder, id.slice(0, 2), id)
  }

  /** The id of a file that is about to be made, in a folder that is there. */
  newId(): string {
    const id = randomUUID()
    const folder = id.slice(0, 2)
    if (!this.#foldersMade.has(folder)) {
      mkdirSync(join(this.#folder, folder), { recursive: true })
      if (this.#sync === 'full') flushFolder(this.#folder)
      this.#foldersMade.add(folder)
    }
    this.#uncommitted.add(id)
    return id
  }

  /** A second name for the same bytes, as a body of its own. */
  copy(sourceId: string): string {
    const id = this.newId()
    try {
      linkSync(this.path(sourceId), this.path(id))
    } catch (error) {
      if (hasCode(error, 'ENOENT')) throw error
      // A file system without hard links, or a file that has all it may have.
      copyFileSync(this.path(sourceId), this.path(id), constants.COPYFILE_EXCL)
    }
    if (this.#sync === 'full') this.#flushCopy(id)
    return id
  }

  /** Where it is a link its bytes are on the disk already, and this costs little. */
  #flushCopy(id: string): void {
    const file = openSync(this.path(id), 'r')
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    flushFolder(dirname(this.path(id)))
  }

  /** A descriptor of the body as it is now; stays readable when the object is replaced or deleted. */
  open(id: string): number {
    return openSync(this.path(id), 'r')
  }

  /** The catalog has the id now. */
  keep(id: string): void {
    this.#uncommitted.delete(id)
  }

  /** Drops a body that is in the catalog no more, or never got there. What fails here the next start's sweep takes. */
  remove(id: string): void {
    const removal = unlink(this.path(id))
      .catch(() => undefined)
      .finally(() => {
        this.#removals.delete(removal)
        this.#uncommitted.delete(id)
      })
    this.#removals.add(removal)
  }

  /**
   * Removes what a crash left: files that are neither in the catalog nor being written. One folder at a time, a few
   * names per turn; stops when closed.
   */
  async sweep(isInCatalog: (id: string) => boolean): Promise<void> {
    for (const folder of await this.#folders()) {
      if (this.#closed) return
      if (/^[0-9a-f]{2}$/.test(folder)) await this.#sweepFolder(folder, isInCatalog)
    }
  }

  /** None before the first body. */
  async #folders(): Promise<string[]> {
    try {
      return await readdir(this.#folder)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return []
      throw error
    }
  }

  async #sweepFolder(folder: string, isInCatalog: (id: string) => boolean): Promise<void> {
    let seen = 0
    for (const id of await readdir(join(this.#folder, folder))) {
      if (++seen % sweepBatch === 0) await nextTurn()
      if (this.#closed) return
      // Ids are never used twice, so what is nobody's in this turn stays nobody's.
      if (isBodyId.test(id) && !this.#uncommitted.has(id) && !isInCatalog(id)) this.remove(id)
    }
  }

  /** Ends the sweep and waits for removals under way. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#removals)
  }
}
