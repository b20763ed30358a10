import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { EmbeddedError } from './errors.ts'
import { lockDataFolder } from './lock.ts'
import type { EmbeddedOptions } from './options.ts'
import { databasePath, openStore, openStoreInMemory, type Store } from './store.ts'

/** Where a server keeps what it was told. */
export interface DataFolder {
  /** Absolute. In memory: where bodies above 16 KB go, not there before the first. */
  readonly path: string
  readonly bodiesPath: string
  /** Given by name, to outlive the server. */
  readonly isKept: boolean
  readonly isInMemory: boolean
  /** When the store was last written to, by the machine's clock; 0 where there is none. Before it is opened. */
  lastWriteMs(): number
  /** Throws EmbeddedError. */
  openStore(): Store
  /** Removes what the services have written. Nothing may be open. */
  empty(): void
  /** Lets go of the folder; removes it where nobody asked to keep it. */
  release(): void
}

/** Makes and locks the folder. Throws EmbeddedError DATA_FOLDER_UNUSABLE or DATA_FOLDER_LOCKED. */
export function takeDataFolder({ dataFolder, inMemory = false, sync }: EmbeddedOptions): DataFolder {
  if (inMemory) {
    const path = join(tmpdir(), `turnaround-${randomUUID()}`)
    const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 })
    const bodiesPath = join(path, 'bodies')
    return {
      path,
      bodiesPath,
      isKept: false,
      isInMemory: true,
      lastWriteMs: () => 0,
      openStore: openStoreInMemory,
      empty: remove,
      release: remove,
    }
  }

  const isKept = dataFolder !== undefined
  const path = makeFolder(dataFolder)
  const bodiesPath = join(path, 'bodies')
  const remove = (): void => {
    if (!isKept) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  }
  let unlock: () => void
  try {
    unlock = lockDataFolder(path)
  } catch (error) {
    remove()
    throw error
  }
  return {
    path,
    bodiesPath,
    isKept,
    isInMemory: false,
    lastWriteMs() {
      const files = [databasePath(path), `${databasePath(path)}-wal`]
      return Math.max(...files.map((file) => Math.floor(statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)))
    },
    openStore: () => openStore(path, sync),
    empty() {
      // The database first: bodies that it does not name are removed by the next start, should we be killed here.
      const database = databasePath(path)
      for (const file of [database, `${database}-wal`, `${database}-shm`]) rmSync(file, { force: true })
      rmSync(bodiesPath, { recursive: true, force: true, maxRetries: 3 })
    },
    release() {
      unlock()
      remove()
    },
  }
}

function makeFolder(given: string | undefined): string {
  try {
    if (given === undefined) return mkdtempSync(join(tmpdir(), 'turnaround-'))
    const folder = resolve(given)
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
    return folder
  } catch (error) {
    const message = `the data folder ${given ?? tmpdir()} cannot be made: ${(error as Error).message}; choose another one`
    throw new EmbeddedError('DATA_FOLDER_UNUSABLE', message, { cause: error })
  }
}
