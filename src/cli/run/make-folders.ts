import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * A folder and those above it. One at a time, because Node's own recursive `mkdir` never ends where a parent exists and takes no
 * folder, as in /proc. Throws what the system says.
 */
export async function makeFolders(folder: string): Promise<void> {
  const missing: string[] = []
  for (let path = resolve(folder); !(await isThere(path)); path = dirname(path)) missing.unshift(path)
  for (const path of missing) await makeFolder(path)
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Another run may make the same at the same time. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
