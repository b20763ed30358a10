import { readSetting } from './bucket-settings.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { invalidArgument } from './invalid-argument.ts'
import type { BucketRequest, S3Context } from './s3-request.ts'
import { ownershipControls, publicAccessBlock } from './settings/simple-settings.ts'

type Grant = readonly [group: string, permission: string]

const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers'
const authenticatedUsers = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'
const logDelivery = 'http://acs.amazonaws.com/groups/s3/LogDelivery'

/**
 * The canned ACLs and what they grant beside the owner's full control.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
const canned: Readonly<Record<string, readonly Grant[]>> = {
  private: [],
  'public-read': [[allUsers, 'READ']],
  'public-read-write': [
    [allUsers, 'READ'],
    [allUsers, 'WRITE'],
  ],
  'authenticated-read': [[authenticatedUsers, 'READ']],
  'aws-exec-read': [],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
  'log-delivery-write': [
    [logDelivery, 'WRITE'],
    [logDelivery, 'READ_ACP'],
  ],
}
/** These say what is so anyway: the bucket's owner owns everything. */
const harmless = new Set(['private', 'bucket-owner-full-control'])

export function isCannedAcl(acl: string): boolean {
  return Object.hasOwn(canned, acl)
}

export function grantsOf(acl: string): readonly Grant[] {
  return canned[acl] ?? []
}

/** The canned ACL of an upload to keep, undefined for what every object has. Throws as `readAcl`. */
export function readObjectAcl(context: S3Context, request: BucketRequest): string | undefined {
  const acl = readAcl(context, request, 's3:PutObject')
  return acl === undefined || harmless.has(acl) ? undefined : acl
}

/**
 * The canned ACL a request asks for. Grants to single accounts are not offered.
 *
 * Throws S3Error AccessControlListNotSupported where the bucket has no ACLs, as buckets have by default; AccessDenied
 * where it blocks public ones; InvalidArgument; NotImplemented for grants.
 */
export function readAcl(context: S3Context, request: BucketRequest, action: string): string | undefined {
  const { headers, bucket } = request
  const acl = header(headers, 'x-amz-acl')
  const grant = Object.keys(headers).find((name) => name.startsWith('x-amz-grant-'))
  if (acl === undefined && grant === undefined) return undefined
  if (acl !== undefined && !isCannedAcl(acl)) throw invalidArgument('Invalid Argument', 'x-amz-acl', acl)
  if (grant === undefined && harmless.has(acl!)) return acl
  if (!hasAcls(context, bucket)) throw new S3Error('AccessControlListNotSupported')
  if (grant !== undefined) {
    throw new S3Error('NotImplemented', 'Grants are not offered; use a canned ACL', { Header: grant })
  }
  const isPublic = grantsOf(acl!).some(([group]) => group !== logDelivery)
  if (isPublic && readSetting(context, bucket, publicAccessBlock)?.BlockPublicAcls === true) {
    throw publicAccessDenied(request, action, 'public access control lists (ACLs)', 'BlockPublicAcls')
  }
  return acl
}

/** Whether ACLs mean anything in the bucket. */
export function hasAcls(context: S3Context, bucket: string): boolean {
  const ownership = readSetting(context, bucket, ownershipControls)?.Rule[0].ObjectOwnership
  return ownership !== 'BucketOwnerEnforced'
}

/** What S3 Block Public Access answers. */
export function publicAccessDenied(
  { bucket, key, caller }: BucketRequest,
  action: string,
  what: string,
  setting: string,
): S3Error {
  const resource = `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`
  return new S3Error(
    'AccessDenied',
    `User: arn:aws:iam::${caller.accountId}:root is not authorized to perform: ${action} on resource: "${resource}" ` +
      `because ${what} are prevented by the ${setting} setting in S3 Block Public Access.`,
  )
}
