import type { IncomingHttpHeaders } from 'node:http'
import { S3Error } from './errors.ts'
import { header } from './header.ts'

/** Those of general purpose buckets. */
const storageClasses = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
])
/** An object in one of these could not be read without being restored, which is not offered. */
const archives = new Set(['GLACIER', 'DEEP_ARCHIVE'])

/**
 * The class an upload asks for, kept and shown; undefined for STANDARD, which answers do not name.
 * Throws S3Error InvalidStorageClass, or NotImplemented for the archives.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 */
export function readStorageClass(headers: IncomingHttpHeaders): string | undefined {
  const asked = header(headers, 'x-amz-storage-class')
  if (asked === undefined || asked === 'STANDARD') return undefined
  if (storageClasses.has(asked)) return asked
  const details = { StorageClassRequested: asked }
  if (!archives.has(asked)) throw new S3Error('InvalidStorageClass', undefined, details)
  throw new S3Error('NotImplemented', `Storage class ${asked} is not offered: nothing can be restored here`, details)
}
