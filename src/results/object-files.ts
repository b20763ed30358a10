import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type HeadObjectOutput,
} from '@aws-sdk/client-s3'
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileSha256 } from './file-sha256.ts'
import { inParallel } from './in-parallel.ts'
import { InvalidObjectError } from './invalid-object-error.ts'
import { underPrefix } from './layout.ts'
import { encrypted, s3Store, translatingFaults, type S3StoreOptions } from './s3-store.ts'

/** Files of any size to and from a bucket, by key under the prefix. Throws what `s3Store` does. */
export interface ObjectFiles {
  /** SHA-256, hex, as S3 keeps it; undefined where there is no such object, `unknown` where somebody else stored it. */
  sha256Of(key: string): Promise<string | undefined>
  /** Answers the bytes. */
  upload(key: string, path: string): Promise<number>
  /** Replaces the file once all of it is here and is what S3 says it is. Answers the bytes. */
  download(key: string, path: string): Promise<number>
}

const PART_BYTES = 16 * 1024 * 1024
const PARTS_IN_FLIGHT = 3
/** A whole upload's SHA-256: S3 itself knows only those of its parts. */
const SHA256_METADATA = 'sha256'

export function objectFiles(options: S3StoreOptions): ObjectFiles {
  const { client, bucket: Bucket, prefix, encryption } = options
  const store = s3Store(options)

  async function uploadParts(Key: string, file: FileHandle, sha256: string): Promise<void> {
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        Bucket,
        Key,
        ChecksumAlgorithm: 'SHA256',
        Metadata: { [SHA256_METADATA]: sha256 },
        ...encrypted(encryption),
      }),
    )
    try {
      const { size } = await file.stat()
      const numbers = Array.from({ length: Math.ceil(size / PART_BYTES) }, (_, at) => at + 1)
      const Parts: CompletedPart[] = []
      await inParallel(numbers, PARTS_IN_FLIGHT, async (PartNumber) => {
        const Body = Buffer.alloc(Math.min(PART_BYTES, size - (PartNumber - 1) * PART_BYTES))
        await file.read(Body, 0, Body.length, (PartNumber - 1) * PART_BYTES)
        const part = { Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: 'SHA256' as const }
        const { ETag, ChecksumSHA256 } = await client.send(new UploadPartCommand(part))
        Parts[PartNumber - 1] = { PartNumber, ETag, ChecksumSHA256 }
      })
      await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }))
    } catch (error) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined) // else it expires
      throw error
    }
  }

  return {
    async sha256Of(key) {
      const Key = underPrefix(prefix, key)
      return translatingFaults(Bucket, Key, async () => {
        try {
          return sha256In(await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' })))
        } catch (error) {
          if (error instanceof Error && error.name === 'NotFound') return undefined
          throw error
        }
      })
    },
    async upload(key, path) {
      const { size } = await stat(path)
      if (size <= PART_BYTES) return (await store.put(key, await readFile(path))).bytes
      const Key = underPrefix(prefix, key)
      const sha256 = await fileSha256(path)
      const file = await open(path)
      try {
        await translatingFaults(Bucket, Key, () => uploadParts(Key, file, sha256!))
      } finally {
        await file.close()
      }
      return size
    },
    async download(key, path) {
      const Key = underPrefix(prefix, key)
      const temporary = `${path}.${randomUUID()}.tmp`
      await mkdir(dirname(path), { recursive: true })
      try {
        const answer = await translatingFaults(Bucket, Key, async () => {
          const found = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
          await pipeline(found.Body as Readable, createWriteStream(temporary, { flags: 'wx' }))
          return found
        })
        const [expected, found] = [sha256In(answer), await fileSha256(temporary)]
        if (expected !== UNKNOWN && expected !== found)
          throw new InvalidObjectError(
            `${key}: its SHA-256 is ${found}, and S3 says ${expected}: it did not arrive whole`,
          )
        await rename(temporary, path)
        return answer.ContentLength ?? 0
      } finally {
        await rm(temporary, { force: true })
      }
    },
  }
}

const UNKNOWN = 'unknown'

/** S3's own answer is base64, and of a whole upload has a `-` and the number of parts. */
function sha256In({ Metadata, ChecksumSHA256 }: Pick<HeadObjectOutput, 'Metadata' | 'ChecksumSHA256'>): string {
  const known = Metadata?.[SHA256_METADATA]
  if (known !== undefined) return known
  if (ChecksumSHA256 === undefined || ChecksumSHA256.includes('-')) return UNKNOWN
  return Buffer.from(ChecksumSHA256, 'base64').toString('hex')
}
