import type { StoredObject } from './catalog.ts'
import type { BucketRequest } from './s3-request.ts'

/**
 * What happened to an object, by the name S3's event notifications give it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
export interface ObjectChange {
  readonly event:
    | 'ObjectCreated:Put'
    | 'ObjectCreated:Copy'
    | 'ObjectCreated:CompleteMultipartUpload'
    | 'ObjectRemoved:Delete'
    | 'ObjectRemoved:DeleteMarkerCreated'
    | 'ObjectTagging:Put'
    | 'ObjectTagging:Delete'
    | 'ObjectAcl:Put'
  readonly request: BucketRequest
  readonly key: string
  /** `null` in a bucket that is not versioned. */
  readonly versionId: string
  /** What was created; undefined for removals. */
  readonly object: StoredObject | undefined
}
