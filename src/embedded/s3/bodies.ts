import type { Store, Sync } from '../store.ts'
import { BodyFiles } from './body-files.ts'
import { BodyWriter } from './body-writer.ts'
import { SmallBodies } from './small-bodies.ts'

/** What one transaction does to bodies. */
export interface BodyChange {
  /** A written body gets its id into the catalog. */
  add(id: string): void
  /** Bodies whose ids the catalog has no more. */
  drop(ids: readonly string[]): void
}

/** The bodies of objects, never rewritten: small ones in SQLite, the others in files. */
export class Bodies {
  readonly #store: Store
  readonly #small: SmallBodies
  readonly #files: BodyFiles
  readonly #sync: Sync

  /** The folder is made for the first file. */
  constructor(store: Store, folder: string, sync: Sync = 'normal') {
    this.#store = store
    this.#small = new SmallBodies(store)
    this.#files = new BodyFiles(folder, sync)
    this.#sync = sync
  }

  /** Absolute if the folder is. Undefined for a small body, which is no file. */
  path(id: string): string | undefined {
    return SmallBodies.isSmall(id) ? undefined : this.#files.path(id)
  }

  /** Undefined for a body that is a file. */
  small(id: string): Buffer | undefined {
    return SmallBodies.isSmall(id) ? this.#small.read(id) : undefined
  }

  /** A body to be written; nobody's until a transaction adds it. */
  create(): BodyWriter {
    return new BodyWriter(this.#small, this.#files, this.#sync)
  }

  /** The same bytes as a body of its own, nobody's until a transaction adds it. */
  copy(sourceId: string): string {
    return SmallBodies.isSmall(sourceId) ? this.#small.take(this.#small.read(sourceId)) : this.#files.copy(sourceId)
  }

  /** The bytes of a small body, or a file's descriptor: what it stays when the object is replaced or deleted. */
  open(id: string): Buffer | number {
    return SmallBodies.isSmall(id) ? this.#small.read(id) : this.#files.open(id)
  }

  /**
   * One transaction of the catalog and of bodies: what it drops is gone when it is committed, what it adds is gone when
   * it is not. Throws what `work` throws.
   */
  transaction<T>(work: (change: BodyChange) => T): T {
    const added: string[] = []
    const dropped: string[] = []
    const change: BodyChange = {
      add: (id) => void added.push(id),
      drop(ids) {
        for (const id of ids) dropped.push(id)
      },
    }
    let result: T
    try {
      result = this.#store.transaction(() => {
        const done = work(change)
        // First the deletions: the additions then find room.
        for (const id of dropped) if (SmallBodies.isSmall(id)) this.#small.delete(id)
        for (const id of added) if (SmallBodies.isSmall(id)) this.#small.insert(id)
        return done
      })
    } catch (error) {
      for (const id of added) this.discard(id)
      throw error
    }
    for (const id of added) {
      if (SmallBodies.isSmall(id)) this.#small.release(id)
      else this.#files.keep(id)
    }
    for (const id of dropped) if (!SmallBodies.isSmall(id)) this.#files.remove(id)
    return result
  }

  /** For a body that no transaction has added. */
  discard(id: string): void {
    if (SmallBodies.isSmall(id)) this.#small.release(id)
    else this.#files.remove(id)
  }

  /** Removes files that a crash left, which are those that are not in the catalog; in the background, until closed. */
  sweep(isInCatalog: (id: string) => boolean): Promise<void> {
    return this.#files.sweep(isInCatalog)
  }

  /** Ends the sweep and waits for removals under way. */
  close(): Promise<void> {
    return this.#files.close()
  }
}
