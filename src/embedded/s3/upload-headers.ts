import type { NewObject } from './stored-object.ts'
import { readObjectAcl } from './canned-acl.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { invalidArgument } from './invalid-argument.ts'
import { readEncryption } from './object-encryption.ts'
import type { BucketRequest, S3Context } from './s3-request.ts'
import { readStorageClass } from './storage-class.ts'
import { isMetadata, readStoredHeaders, type StoredHeaders } from './stored-headers.ts'
import { readTaggingHeader, tagsJson } from './tag-set.ts'

/** What an upload's headers say of the object, in the form the catalog keeps. */
export type UploadHeaders = Pick<NewObject, 'headers' | 'tags'>

/** Headers that would change what may be done with the object. To ignore them would be a wrong answer later. */
const refused = [
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-write-offset-bytes',
]

/**
 * Reads metadata, storage class, encryption, ACL, website redirect and tags of PutObject or CreateMultipartUpload.
 * Throws S3Error MetadataTooLarge, InvalidStorageClass, InvalidArgument, InvalidTag, BadRequest,
 * AccessControlListNotSupported, AccessDenied, or NotImplemented for what is not offered.
 */
export function readUploadHeaders(context: S3Context, request: BucketRequest): UploadHeaders {
  const { headers } = request
  const tagging = header(headers, 'x-amz-tagging')
  return {
    headers: JSON.stringify({ ...readStoredHeaders(headers), ...readStorage(context, request) }),
    tags: tagging === undefined ? '' : tagsJson(readTaggingHeader(tagging)),
  }
}

/**
 * The same of CopyObject: metadata and tags are the source's, unless the directives say REPLACE; how it is stored is
 * always this request's say. Throws as `readUploadHeaders`.
 */
export function readCopyHeaders(context: S3Context, request: BucketRequest, source: UploadHeaders): UploadHeaders {
  const own = readUploadHeaders(context, request)
  const replacesMetadata = isReplacing(request, 'metadata')
  const replacesTags = isReplacing(request, 'tagging')
  const tags = replacesTags ? own.tags : source.tags
  if (replacesMetadata) return { headers: own.headers, tags }
  const copied = Object.entries(JSON.parse(source.headers) as StoredHeaders).filter(([name]) => isMetadata(name))
  return { headers: JSON.stringify({ ...Object.fromEntries(copied), ...readStorage(context, request) }), tags }
}

/** Whether a copy onto itself changes something, which S3 demands. */
export function changesSomething({ headers }: BucketRequest): boolean {
  const names = ['x-amz-storage-class', 'x-amz-website-redirect-location', 'x-amz-server-side-encryption']
  return headers['x-amz-metadata-directive'] === 'REPLACE' || names.some((name) => headers[name] !== undefined)
}

function readStorage(context: S3Context, request: BucketRequest): StoredHeaders {
  const { headers } = request
  const lock = refused.find((name) => headers[name] !== undefined)
  if (lock !== undefined) throw new S3Error('NotImplemented', undefined, { Header: lock })
  const stored = readEncryption(context, request)
  const storageClass = readStorageClass(headers)
  const acl = readObjectAcl(context, request)
  const redirect = header(headers, 'x-amz-website-redirect-location')
  if (storageClass !== undefined) stored['x-amz-storage-class'] = storageClass
  if (acl !== undefined) stored['x-amz-acl'] = acl
  if (redirect !== undefined) stored['x-amz-website-redirect-location'] = checkRedirect(redirect)
  return stored
}

function checkRedirect(location: string): string {
  if (/^(\/|https?:\/\/)/.test(location)) return location
  const message = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."
  throw new S3Error('InvalidRedirectLocation', message)
}

function isReplacing({ headers }: BucketRequest, what: 'metadata' | 'tagging'): boolean {
  const name = `x-amz-${what}-directive`
  const directive = header(headers, name)
  if (directive === undefined || directive === 'COPY') return false
  if (directive === 'REPLACE') return true
  throw invalidArgument(`Unknown ${what} directive.`, name, directive)
}
