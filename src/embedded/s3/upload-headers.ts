import type { IncomingHttpHeaders } from 'node:http'
import { S3Error } from './errors.ts'

/** Canned ACLs that say what is so anyway: the bucket's owner owns everything. */
const harmlessAcls = new Set(['private', 'bucket-owner-full-control'])
const storageClasses = new Set([
  'DEEP_ARCHIVE',
  'EXPRESS_ONEZONE',
  'FSX_OPENZFS',
  'GLACIER',
  'GLACIER_IR',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'OUTPOSTS',
  'REDUCED_REDUNDANCY',
  'SNOW',
  'STANDARD_IA',
])
/** Headers that would change what the object is or who may see it. To ignore them would be a wrong answer later. */
const refused = [
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-context',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-tagging',
  'x-amz-website-redirect-location',
  'x-amz-write-offset-bytes',
]

/** Throws S3Error NotImplemented, AccessControlListNotSupported or InvalidStorageClass for what we do not do. */
export function refuseUnsupportedHeaders(headers: IncomingHttpHeaders): void {
  for (const name of refused) {
    if (headers[name] !== undefined) throw new S3Error('NotImplemented', undefined, { Header: name })
  }
  const encryption = headers['x-amz-server-side-encryption']
  if (encryption !== undefined && encryption !== 'AES256') {
    throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-server-side-encryption' })
  }
  refuseAcl(headers)
  refuseStorageClass(headers['x-amz-storage-class'])
}

function refuseAcl(headers: IncomingHttpHeaders): void {
  const acl = headers['x-amz-acl']
  const grants = Object.keys(headers).some((name) => name.startsWith('x-amz-grant-'))
  if (grants || (acl !== undefined && !harmlessAcls.has(String(acl)))) {
    throw new S3Error('AccessControlListNotSupported')
  }
}

function refuseStorageClass(storageClass: string | string[] | undefined): void {
  if (storageClass === undefined || storageClass === 'STANDARD') return
  const isKnown = storageClasses.has(String(storageClass))
  throw new S3Error(isKnown ? 'NotImplemented' : 'InvalidStorageClass', undefined, {
    StorageClassRequested: String(storageClass),
  })
}
