import { createHash } from 'node:crypto'
import { closeSync, read } from 'node:fs'
import { promisify } from 'node:util'
import type { Bodies } from './bodies.ts'
import { checksumHasher, type ChecksumAlgorithm } from './checksums.ts'
import type { ReceivedFile } from './receive-file.ts'

const blockBytes = 1024 * 1024
const readInto = promisify(read)

/**
 * Joins whole bodies, in order, to a new one; answers its id. Block by block, so that others get their turns and memory
 * does not grow with the bodies. What it throws leaves nothing behind.
 */
export function joinBodies(bodies: Bodies, ids: readonly string[]): Promise<string> {
  return writeBody(bodies, async (take) => {
    for (const id of ids) await readBody(bodies, id, 0, Infinity, take)
  })
}

/** A body of its own from the bytes `first` to `last` of another, and their digests. What it throws leaves nothing behind. */
export async function copyRange(
  bodies: Bodies,
  id: string,
  { first, last }: { readonly first: number; readonly last: number },
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedFile> {
  const digests = createDigests(algorithm)
  const body = await writeBody(bodies, (take) =>
    readBody(bodies, id, first, last, (bytes) => {
      digests.update(bytes)
      return take(bytes)
    }),
  )
  return { body, ...digests.digest() }
}

/** MD5 and checksum of a body's bytes. */
export async function digestBody(
  bodies: Bodies,
  id: string,
  algorithm: ChecksumAlgorithm,
): Promise<Omit<ReceivedFile, 'body'>> {
  const digests = createDigests(algorithm)
  await readBody(bodies, id, 0, Infinity, (bytes) => digests.update(bytes))
  return digests.digest()
}

type Take = (bytes: Buffer) => Promise<void> | undefined

async function writeBody(bodies: Bodies, work: (take: Take) => Promise<void>): Promise<string> {
  const writer = bodies.create()
  try {
    await work((bytes) => {
      writer.add(bytes)
      return writer.flushIfFull()
    })
    return await writer.finish()
  } catch (error) {
    await writer.abandon()
    if (writer.id !== undefined) bodies.discard(writer.id)
    throw error
  }
}

/** A fresh block each time: the writer keeps what it is given until it is on disk. */
async function readBody(bodies: Bodies, id: string, first: number, last: number, take: Take): Promise<void> {
  const file = bodies.open(id)
  if (typeof file !== 'number') {
    await take(file.subarray(first, last + 1))
    return
  }
  try {
    let at = first
    while (at <= last) {
      const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, last + 1 - at))
      const { bytesRead } = await readInto(file, block, 0, block.length, at)
      if (bytesRead === 0) break
      at += bytesRead
      await take(bytesRead === block.length ? block : block.subarray(0, bytesRead))
    }
    if (last !== Infinity && at <= last) throw new Error(`body ${id} ends ${last + 1 - at} bytes early`)
  } finally {
    closeSync(file)
  }
}

function createDigests(algorithm: ChecksumAlgorithm) {
  const md5 = createHash('md5')
  const checksum = checksumHasher(algorithm)
  return {
    update(bytes: Buffer): undefined {
      md5.update(bytes)
      checksum.update(bytes)
    },
    digest: () => ({ md5: md5.digest(), checksum: checksum.digest().toString('base64') }),
  }
}
