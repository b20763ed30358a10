import type { StoredObject, StoredVersion } from './catalog.ts'
import { S3Error } from './errors.ts'
import { httpDate, type S3Context } from './s3-request.ts'

/**
 * The object, or the version of it, that a request is to read.
 * Throws S3Error NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker asked for by its id.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export function requireObject(
  { catalog }: S3Context,
  bucket: string,
  key: string,
  versionId: string | undefined,
): StoredObject {
  if (versionId !== undefined) return requireVersion(catalog.version(bucket, key, versionId), key, versionId)
  const object = catalog.object(bucket, key)
  if (object !== undefined) return object
  const marker = catalog.latestMarker(bucket, key)
  throw new S3Error('NoSuchKey', undefined, { Key: key }, marker === undefined ? {} : markerHeaders(marker))
}

function requireVersion(found: StoredVersion | undefined, key: string, versionId: string): StoredObject {
  if (found === undefined) throw new S3Error('NoSuchVersion', undefined, { Key: key, VersionId: versionId })
  if (found.isMarker === 0) return found
  const details = { Method: 'GET', ResourceType: 'DeleteMarker' }
  const headers = { ...markerHeaders(found), 'last-modified': httpDate(found.modifiedAt), allow: 'DELETE' }
  throw new S3Error('MethodNotAllowed', undefined, details, headers)
}

function markerHeaders({ versionId }: StoredVersion): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId }
}
