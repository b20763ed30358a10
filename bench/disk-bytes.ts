import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes on disk below a folder; a file with several names (hard links) counts once. */
export async function diskBytes(folder: string, seen = new Set<number>()): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await diskBytes(path, seen)
    else {
      const { ino, blocks } = await lstat(path)
      if (!seen.has(ino)) bytes += blocks * 512
      seen.add(ino)
    }
  }
  return bytes
}
