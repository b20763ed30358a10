import { link, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { diskStore } from './disk-store.ts'
import { inParallel } from './in-parallel.ts'
import type { ObjectStore } from './stores.ts'

const KEYS_A_CALL = 1_000
const DOWNLOADS = 8

/** Where the environment keeps bodies as files on this disk: the file of each key, or null where there is none. */
export type FindFiles = (keys: readonly string[]) => Promise<ReadonlyMap<string, string | null>>

/**
 * Brings a run's objects to its local folder: hard links where they are files on this disk already (they are read-only
 * and never rewritten, so both names stay true), downloads otherwise. What is there is replaced.
 */
export async function fetchBundle(options: {
  readonly keys: readonly string[]
  readonly folder: string
  readonly objects: ObjectStore
  readonly findFiles?: FindFiles
}): Promise<void> {
  const { keys, folder, objects, findFiles } = options
  const local = diskStore(folder)
  const folders = new Set<string>()

  async function linked(file: string, key: string): Promise<boolean> {
    const target = join(folder, key)
    if (!folders.has(dirname(target))) {
      await mkdir(dirname(target), { recursive: true })
      folders.add(dirname(target))
    }
    await rm(target, { force: true })
    try {
      await link(file, target)
      return true
    } catch {
      return false // another disk, or the body was replaced by the same one meanwhile: it is downloaded
    }
  }

  for (let at = 0; at < keys.length; at += KEYS_A_CALL) {
    const page = keys.slice(at, at + KEYS_A_CALL)
    const files = findFiles ? await findFiles(page) : undefined
    await inParallel(page, DOWNLOADS, async (key) => {
      const file = files?.get(key)
      if (!file || !(await linked(file, key))) await local.put(key, await objects.get(key))
    })
  }
}
