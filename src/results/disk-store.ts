import { randomUUID } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EnvironmentError, NotFoundError } from '../errors.ts'
import { checkKey } from './object-key.ts'
import { storedObject } from './stored-object.ts'
import type { ObjectStore } from './stores.ts'

export interface DiskStore extends ObjectStore {
  /** A text that may be too long to hold, part by part. */
  putText(key: string, parts: Iterable<string>): Promise<void>
}

/**
 * Objects as files under `folder`, which is made when the first one is stored. A body is written beside its place and
 * renamed into it: readers, and whoever looks after a crash of the process, find all of it or nothing. (Not flushed to
 * the medium: a power cut may cost the last seconds.) Throws InvalidKeyError for a key that leaves the folder and
 * EnvironmentError for a disk that is full, read-only or not ours.
 */
export function diskStore(folder: string): DiskStore {
  async function replace(key: string, body: Uint8Array | Iterable<string>): Promise<void> {
    checkKey(key)
    const path = join(folder, key)
    await translatingFaults(path, () => replaceFile(path, body))
  }

  return {
    async put(key, body) {
      await replace(key, body)
      return storedObject(key, body)
    },
    putText: replace,
    async get(key) {
      checkKey(key)
      const path = join(folder, key)
      return translatingFaults(path, async () => {
        try {
          return await readFile(path)
        } catch (error) {
          // A folder, or a path through a file, is no object either; S3 has no such places and says the same.
          if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error))) {
            throw new NotFoundError(key, folder, { cause: error })
          }
          throw error
        }
      })
    },
  }
}

/** To hand so little to another thread and to be woken by it, four times a file, costs more than to write it. */
const SMALL_BYTES = 16 * 1024

async function replaceFile(path: string, body: Uint8Array | Iterable<string>): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`)
  if (body instanceof Uint8Array && body.length <= SMALL_BYTES) return replaceSmallFile(path, temporary, body)
  try {
    await writeNewFile(temporary, body)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function replaceSmallFile(path: string, temporary: string, body: Uint8Array): void {
  try {
    writeNewSmallFile(temporary, body)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function writeNewSmallFile(path: string, body: Uint8Array): void {
  try {
    writeFileSync(path, body, { flag: 'wx' })
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, body, { flag: 'wx' })
  }
}

/** Folders are made only where one is missing: almost every object comes after another one in its folder. */
async function writeNewFile(path: string, body: Uint8Array | Iterable<string>): Promise<void> {
  try {
    await writeFile(path, body, { flag: 'wx' })
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, body, { flag: 'wx' })
  }
}

const FAULTS: { readonly [code: string]: string } = {
  ENOSPC: 'the disk is full; free some space or choose another folder',
  EDQUOT: 'your disk quota is used up; free some space or choose another folder',
  EFBIG: 'the file is larger than this disk or user may have; choose another folder',
  EACCES: 'permission denied; make the folder writable for this user or choose another one',
  EPERM: 'not permitted; make the folder writable for this user or choose another one',
  EROFS: 'the file system is read-only; choose another folder',
  ENOTDIR: 'a file is where a folder is needed; move it away or choose another folder',
  EEXIST: 'a file is where a folder is needed; move it away or choose another folder',
  EISDIR: 'a folder is where the file should be; move it away or choose another folder',
  ENAMETOOLONG: 'the name is too long for this disk; use a shorter job id or folder',
  EMFILE: 'this process has too many files open; raise the limit (ulimit -n)',
  ENFILE: 'this machine has too many files open; close some programs',
  EIO: 'the disk does not answer; check it or choose another folder',
}

async function translatingFaults<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const fault = FAULTS[codeOf(error)]
    if (fault === undefined) throw error
    throw new EnvironmentError(`${path}: ${fault} (${codeOf(error)})`, { cause: error })
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
