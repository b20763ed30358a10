import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EmbeddedError } from './errors.ts'

/** The one database of a data folder. Services create their own tables in it: sqs_…, s3_…, secrets_…. */
export interface Store {
  readonly database: DatabaseSync
  /** Runs `work` in one write transaction: committed when it returns, rolled back when it throws. Not nested. */
  transaction<T>(work: () => T): T
  close(): void
}

/** Raised whenever a table changes in a way that older code would misread. */
const formatVersion = 1

/**
 * Opens, or creates, `<dataFolder>/turnaround.sqlite`.
 *
 * WAL with synchronous=NORMAL: a commit is in the kernel before it returns, so it survives `kill -9` of the process;
 * a power failure may lose the last commits, never the database. See https://www.sqlite.org/pragma.html#pragma_synchronous
 *
 * Throws EmbeddedError DATABASE_UNREADABLE where the file is damaged or of a newer format, and leaves it untouched.
 */
export function openStore(dataFolder: string): Store {
  const path = join(dataFolder, 'turnaround.sqlite')
  refuseOther(path)
  const database = open(path)
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

  return { database, transaction, close: () => database.close() }
}

function open(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 })
    const found = readVersion(database)
    if (found > formatVersion) {
      throw new EmbeddedError(
        'DATABASE_UNREADABLE',
        `${path} has format ${found}, this version reads up to ${formatVersion}; ` +
          'use the newer version that wrote it, or another data folder',
      )
    }
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = normal')
    database.exec('pragma cache_size = -32768')
    database.exec('pragma temp_store = memory')
    if (found === 0) database.exec(`pragma user_version = ${formatVersion}`)
    return database
  } catch (error) {
    database?.close()
    if (error instanceof EmbeddedError) throw error
    throw unreadable(path, error)
  }
}

function readVersion(database: DatabaseSync): number {
  const row = database.prepare('pragma user_version').get() as { user_version: number }
  // Reads the schema, so that a damaged file is found here and not by the first request.
  database.prepare('select count(*) from sqlite_schema').get()
  return row.user_version
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
