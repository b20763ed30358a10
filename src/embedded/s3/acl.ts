import { grantsOf, hasAcls, readAcl } from './canned-acl.ts'
import { S3Error } from './errors.ts'
import { canonicalId, ownerElement } from './owner.ts'
import { receiveText } from './receive-document.ts'
import { requireObject } from './readable-object.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context } from './s3-request.ts'
import type { StoredHeaders } from './stored-headers.ts'
import { askedVersion } from './version-id.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

const setting = 'acl'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html */
export function getBucketAcl(context: S3Context, request: BucketRequest): void {
  sendAcl(request, context.catalog.setting(request.bucket, setting) ?? 'private')
}

export async function putBucketAcl(context: S3Context, request: BucketRequest): Promise<void> {
  const acl = await receiveAcl(context, request, 's3:PutBucketAcl')
  context.catalog.requireBucket(request.bucket)
  context.catalog.putSetting(request.bucket, setting, acl)
  sendEmpty(request, 200)
}

export function getObjectAcl(context: S3Context, request: BucketRequest): void {
  const { headers } = requireObject(context, request.bucket, request.key, askedVersion(request.query))
  sendAcl(request, (JSON.parse(headers) as StoredHeaders)['x-amz-acl'] ?? 'private')
}

export async function putObjectAcl(context: S3Context, request: BucketRequest): Promise<void> {
  const acl = await receiveAcl(context, request, 's3:PutObjectAcl')
  const { catalog, changed } = context
  catalog.transaction(() => {
    const object = requireObject(context, request.bucket, request.key, askedVersion(request.query))
    const { 'x-amz-acl': before = 'private', ...others } = JSON.parse(object.headers) as StoredHeaders
    if (before === acl) return
    catalog.setHeaders(request.bucket, object, JSON.stringify({ ...others, 'x-amz-acl': acl }))
    changed({ event: 'ObjectAcl:Put', request, key: object.key, versionId: object.versionId, object })
  })
  sendEmpty(request, 200)
}

/** Throws as `readAcl`; S3Error NotImplemented for the document that would grant more than the canned ones do. */
async function receiveAcl(context: S3Context, request: BucketRequest, action: string): Promise<string> {
  const text = await receiveText(request)
  const acl = readAcl(context, request, action)
  if (acl !== undefined) return acl
  if (text === '') throw new S3Error('MissingSecurityHeader', undefined, { MissingHeaderName: 'x-amz-acl' })
  if (!hasAcls(context, request.bucket)) throw new S3Error('AccessControlListNotSupported')
  throw new S3Error('NotImplemented', 'AccessControlPolicy documents are not offered; use a canned ACL in x-amz-acl')
}

function sendAcl(request: BucketRequest, acl: string): void {
  const { accountId } = request.found
  const owner = grantElement('CanonicalUser', leaf('ID', canonicalId(accountId)), 'FULL_CONTROL')
  const others = grantsOf(acl).map(([group, permission]) => grantElement('Group', leaf('URI', group), permission))
  const list = branch('AccessControlList', owner, ...others)
  sendXml(request, xmlDocument('AccessControlPolicy', ownerElement(accountId), list))
}

function grantElement(type: string, grantee: string, permission: string): string {
  const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
  return branch('Grant', `<Grantee ${xsi} xsi:type="${type}">${grantee}</Grantee>`, leaf('Permission', permission))
}
