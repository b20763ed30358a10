import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `<dataFolder>/server.json`: where the server of this folder listens. Left behind by one that was killed. */
export interface ServerFile {
  readonly pid: number
  readonly port: number
  readonly endpoint: string
  /** ISO 8601. */
  readonly started_at: string
  readonly version: 1
}

/** Undefined where there is none, or none that this version understands. Whether the server lives, only it can say. */
export function readServerFile(dataFolder: string): ServerFile | undefined {
  let text: string
  try {
    text = readFileSync(pathIn(dataFolder), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const found = JSON.parse(text) as Partial<ServerFile> | null
    return found?.version === 1 && Number.isInteger(found.pid) && Number.isInteger(found.port)
      ? (found as ServerFile)
      : undefined
  } catch {
    // Not JSON: not ours, which is renamed into place whole.
    return undefined
  }
}

export function writeServerFile(dataFolder: string, file: ServerFile): void {
  const path = pathIn(dataFolder)
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(file, undefined, 2)}\n`)
  renameSync(temporary, path)
}

export function removeServerFile(dataFolder: string): void {
  rmSync(pathIn(dataFolder), { force: true })
}

function pathIn(dataFolder: string): string {
  return join(dataFolder, 'server.json')
}
