import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EmbeddedError } from './errors.ts'

/** The one database of a data folder. Services create their own tables in it: sqs_…, s3_…, dynamodb_…, secrets_…. */
export interface Store {
  readonly database: DatabaseSync
  /** Made by this call: nothing is in it. */
  readonly isNew: boolean
  /** Runs `work` in one write transaction: committed when it returns, rolled back when it throws. Not nested. */
  transaction<T>(work: () => T): T
  close(): void
}

/**
 * What an answered request survives. `normal`: a commit is in the kernel before it returns, so it survives `kill -9` of
 * the process; a power failure may lose the last commits, never the database. `full`: a commit is on the disk before it
 * returns, and survives a power failure too, at the price of a flush of the disk each.
 * https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export type Sync = 'normal' | 'full'

/** Raised whenever a table changes in a way that other versions would misread. */
const formatVersion = 2

/** `<dataFolder>/turnaround.sqlite` */
export function databasePath(dataFolder: string): string {
  return join(dataFolder, 'turnaround.sqlite')
}

/**
 * Opens, or creates, the database of a data folder, with a write-ahead log.
 *
 * Throws EmbeddedError DATABASE_UNREADABLE where the file is damaged, another program's, or of an older or newer format,
 * and leaves it untouched.
 */
export function openStore(dataFolder: string, sync: Sync = 'normal'): Store {
  const path = databasePath(dataFolder)
  refuseOther(path)
  return storeOf(open(path, sync))
}

/** A database that is gone when it is closed. */
export function openStoreInMemory(): Store {
  return storeOf(open(':memory:', 'normal'))
}

function storeOf({ database, isNew }: Opened): Store {
  const begin = database.prepare('begin immediate')
  const commit = database.prepare('commit')
  const rollback = database.prepare('rollback')

  function transaction<T>(work: () => T): T {
    begin.run()
    try {
      const result = work()
      commit.run()
      return result
    } catch (error) {
      // SQLite has already rolled back by itself on a full disk and the like.
      if (database.isTransaction) rollback.run()
      throw error
    }
  }

  return { database, isNew, transaction, close: () => database.close() }
}

interface Opened {
  readonly database: DatabaseSync
  readonly isNew: boolean
}

function open(path: string, sync: Sync): Opened {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 })
    const isNew = checkFormat(database, path)
    database.exec('pragma journal_mode = wal')
    database.exec(`pragma synchronous = ${sync}`)
    database.exec('pragma cache_size = -8192')
    // A checkpoint flushes the disk, and every writer waits for it: every 32 MB instead of every 4.
    database.exec('pragma wal_autocheckpoint = 8192')
    database.exec('pragma temp_store = memory')
    if (isNew) database.exec(`pragma user_version = ${formatVersion}`)
    return { database, isNew }
  } catch (error) {
    database?.close()
    if (error instanceof EmbeddedError) throw error
    throw unreadable(path, error)
  }
}

/** Answers whether the database is new. */
function checkFormat(database: DatabaseSync, path: string): boolean {
  const { user_version: found } = database.prepare('pragma user_version').get() as { user_version: number }
  // Reads the schema, so that a file that is damaged or too short is found here and not by the first request.
  const { tables } = database.prepare('select count(*) as tables from sqlite_schema').get() as { tables: number }
  if (found === formatVersion) return false
  if (found === 0 && tables === 0) return true
  const whose =
    found === 0
      ? `${path} is another program's database`
      : found > formatVersion
        ? `${path} has format ${found}, of a newer version of Turnaround, this one reads ${formatVersion}`
        : `${path} has format ${found}, of an older version of Turnaround, this one reads ${formatVersion}`
  const wayOut =
    found === 0
      ? 'choose another data folder'
      : 'use the version that wrote it, move it away, or choose another data folder'
  throw new EmbeddedError('DATABASE_UNREADABLE', `${whose}; it was left as it is: ${wayOut}`)
}

/** A file that is not SQLite's would be reported by SQLite too, but an empty or short one would be overwritten. */
function refuseOther(path: string): void {
  if (!existsSync(path)) return
  const magic = Buffer.from('SQLite format 3\0')
  const head = Buffer.alloc(magic.length)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, head, 0, head.length, 0)
    // Killed before its first page was written: SQLite itself treats an empty file as a new database.
    if (length > 0 && !head.equals(magic)) throw unreadable(path)
  } finally {
    closeSync(file)
  }
}

function unreadable(path: string, cause?: unknown): EmbeddedError {
  const why = cause instanceof Error ? ` (${cause.message})` : ''
  return new EmbeddedError(
    'DATABASE_UNREADABLE',
    `${path} is not a readable database${why}; it was left as it is: move it away or choose another data folder`,
    { cause },
  )
}
