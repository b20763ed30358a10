import { createHash } from 'node:crypto'
import { link, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { diskStore } from './disk-store.ts'
import { fileSha256 } from './file-sha256.ts'
import { inParallel } from './in-parallel.ts'
import { InvalidObjectError } from './invalid-object-error.ts'
import type { ObjectStore } from './stores.ts'

const KEYS_A_CALL = 1_000
const DOWNLOADS = 8

/**
 * What the environment has of bodies on this disk, by key: the file that it is, the bytes of one too small for a file, or
 * null where neither is known.
 */
export type FindFiles = (keys: readonly string[]) => Promise<ReadonlyMap<string, string | Uint8Array | null>>

/** An object and what its bytes must be, hex, as the ledger says. */
export interface ExpectedObject {
  readonly key: string
  readonly sha256: string
}

export interface Transfer {
  /** Objects that were already there. */
  readonly kept: number
  readonly transferred: number
  /** Of those transferred; hard links cost none. */
  readonly bytes: number
}

/**
 * Brings a run's objects to its local folder: hard links where they are files on this disk already (they are read-only
 * and never rewritten, so both names stay true), downloads otherwise. What is there with the right bytes stays, so a
 * second call transfers only what is missing or differs. Throws InvalidObjectError where the store has other bytes.
 */
export async function fetchBundle(options: {
  readonly expected: readonly ExpectedObject[]
  readonly folder: string
  readonly objects: ObjectStore
  readonly findFiles?: FindFiles
  readonly onDone?: (done: number, of: number) => void
}): Promise<Transfer> {
  const { expected, folder, objects, findFiles, onDone } = options
  const local = diskStore(folder)
  const folders = new Set<string>()
  const count = { kept: 0, transferred: 0, bytes: 0 }

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

  async function fetchOne(
    { key, sha256 }: ExpectedObject,
    found: string | Uint8Array | null | undefined,
  ): Promise<void> {
    if (typeof found === 'string' && (await linked(found, key))) count.transferred++
    else if ((await fileSha256(join(folder, key))) === sha256) count.kept++
    else {
      const body = found instanceof Uint8Array ? found : await objects.get(key)
      mustBe(key, body, sha256)
      await local.put(key, body)
      count.transferred++
      count.bytes += body.length
    }
    onDone?.(count.kept + count.transferred, expected.length)
  }

  for (let at = 0; at < expected.length; at += KEYS_A_CALL) {
    const page = expected.slice(at, at + KEYS_A_CALL)
    const files = findFiles ? await findFiles(page.map(({ key }) => key)) : undefined
    await inParallel(page, DOWNLOADS, (one) => fetchOne(one, files?.get(one.key)))
  }
  return count
}

function mustBe(key: string, body: Uint8Array, sha256: string): void {
  const found = createHash('sha256').update(body).digest('hex')
  if (found === sha256) return
  throw new InvalidObjectError(`${key}: its SHA-256 is ${found}, and the ledger says ${sha256}: it was changed`)
}
