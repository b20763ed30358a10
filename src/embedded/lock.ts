import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EmbeddedError } from './errors.ts'
import { readServerFile } from './server-file.ts'

/**
 * Takes the data folder for this process: an exclusive transaction on a database of its own. The operating system
 * lets go of it when the process dies, however it dies. Answers the function that releases it.
 *
 * Throws EmbeddedError DATA_FOLDER_LOCKED, which names the holder.
 */
export function lockDataFolder(dataFolder: string): () => void {
  const path = join(dataFolder, 'lock.sqlite')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 0 })
    database.exec('begin exclusive')
  } catch (error) {
    database?.close()
    if (error instanceof Error && /locked|busy/i.test(error.message)) throw held(dataFolder, error)
    const message = `${path} cannot be locked: ${(error as Error).message}; choose another data folder`
    throw new EmbeddedError('DATA_FOLDER_UNUSABLE', message, { cause: error })
  }
  return () => database.close()
}

function held(dataFolder: string, cause: Error): EmbeddedError {
  const holder = readServerFile(dataFolder)
  const who = holder === undefined ? 'another process that is starting' : `pid ${holder.pid} on port ${holder.port}`
  const wayOut = holder === undefined ? '' : `use it at ${holder.endpoint}, stop it, or `
  return new EmbeddedError(
    'DATA_FOLDER_LOCKED',
    `the data folder ${dataFolder} is in use by ${who}; ${wayOut}choose another data folder`,
    { cause },
  )
}
