import { readFileSync, statSync } from 'node:fs'

/** Held in memory: more than this is not data for a test but a database. */
const LARGEST_BYTES = 256 * 1024 * 1024

/** A file that a scenario names. Throws Error for what has no end, such as /dev/zero or a pipe, and for what is too large. */
export function readWholeFile(path: string): Buffer {
  const stats = statSync(path)
  if (!stats.isFile()) throw new Error('is no file')
  if (stats.size > LARGEST_BYTES) throw new Error(`has ${stats.size} bytes; at most ${LARGEST_BYTES} are read`)
  return readFileSync(path)
}
