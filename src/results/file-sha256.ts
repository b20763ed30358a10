import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** SHA-256 of a file, hex, read as a stream; undefined where there is no such file. */
export async function fileSha256(path: string): Promise<string | undefined> {
  try {
    // Opened first: where thousands of files are looked for and few are there, a stream each would cost a second.
    await using file = await open(path)
    const hash = createHash('sha256')
    await pipeline(file.createReadStream({ autoClose: false }), hash)
    return hash.digest('hex')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
