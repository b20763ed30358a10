import type { OutgoingHttpHeaders } from 'node:http'
import type { Bucket, ChecksumType, StoredObject } from './catalog.ts'
import { checksumHeader, type ChecksumAlgorithm } from './checksums.ts'
import { encryptionHeaders } from './object-encryption.ts'
import type { StoredHeaders } from './stored-headers.ts'

/** `x-amz-version-id`, which only buckets that keep or kept versions have. */
export function versionHeader({ versioning }: Bucket, versionId: string): OutgoingHttpHeaders {
  return versioning === '' ? {} : { 'x-amz-version-id': versionId }
}

export function checksumHeaders(object: {
  readonly checksumAlgorithm: ChecksumAlgorithm
  readonly checksum: string
  readonly checksumType: ChecksumType
}): OutgoingHttpHeaders {
  return {
    [checksumHeader(object.checksumAlgorithm)]: object.checksum,
    'x-amz-checksum-type': object.checksumType,
  }
}

/** What PutObject says of what it stored. */
export function storedHeaders(bucket: Bucket, object: StoredObject): OutgoingHttpHeaders {
  return {
    etag: `"${object.etag}"`,
    ...checksumHeaders(object),
    ...encryptionHeaders(JSON.parse(object.headers) as StoredHeaders),
    ...versionHeader(bucket, object.versionId),
  }
}
