import { readAddress } from './address.ts'
import { usableBucket } from './bucket-access.ts'
import type { Bucket, StoredObject } from './catalog.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { invalidArgument } from './invalid-argument.ts'
import { checkRead } from './preconditions.ts'
import { requireObject } from './readable-object.ts'
import type { BucketRequest, S3Context } from './s3-request.ts'
import { readVersionId } from './version-id.ts'

export interface CopySource {
  readonly bucket: Bucket
  readonly object: StoredObject
  /** The version was named, and was not only the current one. */
  readonly isVersioned: boolean
}

const name = 'x-amz-copy-source'
const versionMark = '?versionId='

/**
 * What CopyObject or UploadPartCopy reads: `bucket/key`, with or without a leading slash, percent-encoded, and perhaps
 * `?versionId=`; if the conditions x-amz-copy-source-if-… hold.
 *
 * Throws S3Error InvalidArgument, InvalidRequest, NoSuchBucket, AccessDenied, NoSuchKey, NoSuchVersion, PreconditionFailed.
 */
export function readCopySource(context: S3Context, request: BucketRequest): CopySource {
  const source = header(request.headers, name) ?? ''
  const mark = source.lastIndexOf(versionMark)
  const path = mark < 0 ? source : source.slice(0, mark)
  const versionId = mark < 0 ? undefined : source.slice(mark + versionMark.length)
  const from = readAddress(path.startsWith('/') ? path : `/${path}`, undefined)
  if (from.bucket === '' || from.key === '') {
    throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey', name, source)
  }
  if (versionId !== undefined) refuseMarker(context, from.bucket, from.key, versionId)
  const bucket = usableBucket(context.catalog, from.bucket, request.caller.accountId)
  const object = requireObject(context, from.bucket, from.key, versionId)
  if (checkRead(request.headers, object, context.clock.now(), `${name}-`) === 'not-modified')
    throw new S3Error('PreconditionFailed')
  return { bucket, object, isVersioned: versionId !== undefined }
}

function refuseMarker({ catalog }: S3Context, bucket: string, key: string, versionId: string): void {
  readVersionId(versionId)
  if (catalog.version(bucket, key, versionId)?.isMarker !== 1) return
  const message = 'The source of a copy request may not specifically refer to a delete marker by version id.'
  throw new S3Error('InvalidRequest', message)
}
