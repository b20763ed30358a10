import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { crc32 } from 'node:zlib'
import { crc32c } from './crc32c.ts'
import { Crc64Nvme } from './crc64nvme.ts'
import { S3Error } from './errors.ts'

/** A digest in the making. */
export interface Hasher {
  update(bytes: Uint8Array): void
  digest(): Buffer
}

type Crc32 = (bytes: Uint8Array, seed: number) => number

function crcHasher(crc: Crc32): Hasher {
  let value = 0
  return {
    update: (bytes) => void (value = crc(bytes, value)),
    digest: () => {
      const bytes = Buffer.allocUnsafe(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}

function cryptoHasher(name: string): Hasher {
  const hash = createHash(name)
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() }
}

/** The checksums S3 verifies and keeps. The XXHASH family is refused with NotImplemented. */
const algorithms = {
  CRC32: { bytes: 4, hasher: () => crcHasher(crc32) },
  CRC32C: { bytes: 4, hasher: () => crcHasher(crc32c) },
  CRC64NVME: { bytes: 8, hasher: (): Hasher => new Crc64Nvme() },
  SHA1: { bytes: 20, hasher: () => cryptoHasher('sha1') },
  SHA256: { bytes: 32, hasher: () => cryptoHasher('sha256') },
  SHA512: { bytes: 64, hasher: () => cryptoHasher('sha512') },
  MD5: { bytes: 16, hasher: () => cryptoHasher('md5') },
}

export type ChecksumAlgorithm = keyof typeof algorithms

/** What AWS computes itself where the client sends nothing. */
export const defaultAlgorithm: ChecksumAlgorithm = 'CRC64NVME'

/** A checksum the client promises: its value is known from a header, or follows in the trailer. */
export interface DeclaredChecksum {
  readonly algorithm: ChecksumAlgorithm
  readonly value: string | undefined
}

const prefix = 'x-amz-checksum-'
/** Headers that share the prefix and are no checksum. */
const others = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type'])

export function checksumHasher(algorithm: ChecksumAlgorithm): Hasher {
  return algorithms[algorithm].hasher()
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return prefix + algorithm.toLowerCase()
}

/** `ChecksumCRC32` and so on, as documents name it. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`
}

/**
 * The one checksum an upload may declare, in a header or by `x-amz-trailer`.
 * Throws S3Error InvalidRequest where there are several or it is malformed, NotImplemented for other algorithms.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function readDeclaredChecksum(headers: IncomingHttpHeaders): DeclaredChecksum | undefined {
  const names = Object.keys(headers).filter((name) => name.startsWith(prefix) && !others.has(name))
  const trailer = headers['x-amz-trailer']
  const declared = trailer === undefined ? names : [...names, trailerName(String(trailer))]
  if (declared.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  }
  const wanted = headers['x-amz-sdk-checksum-algorithm']
  const [name] = declared
  if (name === undefined) {
    if (wanted === undefined) return undefined
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    )
  }
  const algorithm = readAlgorithm(name.slice(prefix.length))
  if (wanted !== undefined && String(wanted).toUpperCase() !== algorithm) {
    throw new S3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.')
  }
  const value = names.length === 0 ? undefined : readChecksumValue(algorithm, String(headers[name]))
  return { algorithm, value }
}

/** `CRC32` from `crc32` or `CRC32`. Throws S3Error NotImplemented for what AWS has and we lack. */
export function readAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = name.toUpperCase()
  if (isAlgorithm(algorithm)) return algorithm
  throw new S3Error('NotImplemented', `The checksum algorithm ${algorithm} is not implemented`)
}

function isAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(algorithms, name)
}

/** Checks the form: base64 of as many bytes as the algorithm has. Throws S3Error InvalidRequest. */
export function readChecksumValue(algorithm: ChecksumAlgorithm, value: string): string {
  const bytes = decodeBase64(value)
  if (bytes?.length === algorithms[algorithm].bytes) return value
  throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`)
}

/** Strict base64; Buffer alone skips what it does not understand. */
export function decodeBase64(value: string): Buffer | undefined {
  const bytes = Buffer.from(value, 'base64')
  return bytes.toString('base64') === value ? bytes : undefined
}

function trailerName(trailer: string): string {
  const name = trailer.trim().toLowerCase()
  if (name.startsWith(prefix) && !others.has(name)) return name
  throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported')
}
