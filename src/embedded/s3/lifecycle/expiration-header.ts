import type { OutgoingHttpHeaders } from 'node:http'
import { readSetting } from '../bucket-settings.ts'
import type { StoredObject } from '../catalog.ts'
import { httpDate, type S3Context } from '../s3-request.ts'
import { lifecycle } from '../settings/lifecycle.ts'
import { expiresAt, isFor } from './expiry.ts'

/** HTTP writes years in four digits. What falls later is as good as never. */
const endOfDatesMs = Date.UTC(10_000, 0)

/**
 * `x-amz-expiration` of answers about a current object: when, and by which rule, the bucket's lifecycle takes it. The
 * earliest counts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 */
export function expirationHeader(context: S3Context, bucket: string, object: StoredObject): OutgoingHttpHeaders {
  let first = { atMs: endOfDatesMs, id: '' }
  for (const rule of readSetting(context, bucket, lifecycle)?.Rule ?? []) {
    const atMs = isFor(rule, object) ? expiresAt(rule, object.modifiedAt) : undefined
    if (atMs !== undefined && atMs < first.atMs) first = { atMs, id: rule.ID ?? '' }
  }
  if (first.atMs === endOfDatesMs) return {}
  return { 'x-amz-expiration': `expiry-date="${httpDate(first.atMs)}", rule-id="${encodeURIComponent(first.id)}"` }
}
