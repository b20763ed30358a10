import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { EmbeddedError } from '../errors.ts'
import { type AccessKey, readAccessKeys } from './access-key.ts'

const memberNames = [
  'accessKeyId',
  'secretAccessKey',
  'accountId',
  'sessionToken',
] satisfies (keyof AccessKey)[] as string[]

/**
 * The access keys of a JSON file, an array of them. As ssh does with its own, refuses a file that others than its owner
 * may read or write. Throws EmbeddedError KEYS_REFUSED, which repeats nothing of the file's content.
 */
export function readKeysFile(path: string): readonly AccessKey[] {
  const keys = readAccessKeys(parse(readPrivately(path), path), `the keys file ${path}`)
  for (const [index, key] of keys.entries()) {
    const unknown = Object.keys(key).find((name) => !memberNames.includes(name))
    if (unknown !== undefined)
      throw refused(path, `has ${unknown} in key ${index}, which is none of ${memberNames.join(', ')}`)
  }
  return keys
}

function readPrivately(path: string): string {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const { mode } = fstatSync(file)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0')
      throw refused(path, `holds secrets and is open to others (mode ${shown}); run: chmod 600 ${path}`)
    }
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof EmbeddedError) throw error
    throw refused(path, `cannot be read: ${(error as Error).message}`, { cause: error })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The parser's own message quotes what it stumbled over, which may be a secret.
    throw refused(path, 'is not JSON')
  }
}

function refused(path: string, fault: string, options?: ErrorOptions): EmbeddedError {
  return new EmbeddedError('KEYS_REFUSED', `the keys file ${path} ${fault}`, options)
}
