import type { IncomingHttpHeaders } from 'node:http'
import { grantsOf, isCannedAcl } from './canned-acl.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { invalidArgument } from './invalid-argument.ts'
import { ownershipControls } from './settings/simple-settings.ts'

/** A setting and its document, for the catalog. */
export type NewSetting = readonly [name: string, document: string]

const ownerships = new Set(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'])

/**
 * What the headers of CreateBucket say of the bucket's settings: x-amz-object-ownership and x-amz-acl. A bucket blocks
 * public access until told otherwise, so it cannot be made public at once.
 * Throws S3Error InvalidArgument, InvalidBucketAclWithObjectOwnership, InvalidBucketAclWithBlockPublicAccessError.
 */
export function readNewBucketSettings(headers: IncomingHttpHeaders): NewSetting[] {
  const ownership = header(headers, 'x-amz-object-ownership')
  const acl = header(headers, 'x-amz-acl') ?? 'private'
  if (ownership !== undefined && !ownerships.has(ownership)) {
    throw invalidArgument(`Invalid x-amz-object-ownership header: ${ownership}`, 'x-amz-object-ownership', ownership)
  }
  if (!isCannedAcl(acl)) throw invalidArgument('Invalid Argument', 'x-amz-acl', acl)
  const settings: NewSetting[] = []
  if (ownership !== undefined) {
    settings.push([ownershipControls.name, JSON.stringify({ Rule: [{ ObjectOwnership: ownership }] })])
  }
  if (acl === 'private') return settings
  if (ownership === undefined || ownership === 'BucketOwnerEnforced') {
    throw new S3Error('InvalidBucketAclWithObjectOwnership')
  }
  if (grantsOf(acl).length > 0 && acl !== 'log-delivery-write') {
    throw new S3Error('InvalidBucketAclWithBlockPublicAccessError')
  }
  return [...settings, ['acl', acl]]
}
