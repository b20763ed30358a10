import type { OutgoingHttpHeaders } from 'node:http'
import { readRange, type ByteRange } from './byte-range.ts'
import type { StoredObject } from './catalog.ts'
import { header } from './header.ts'
import { expirationHeader } from './lifecycle/expiration-header.ts'
import { encryptionHeaders } from './object-encryption.ts'
import { checksumHeaders, versionHeader } from './object-headers.ts'
import { readPartRange, type PartRange } from './part-range.ts'
import { checkRead } from './preconditions.ts'
import { requireObject } from './readable-object.ts'
import { answerHeaders, httpDate, sendEmpty, type BucketRequest, type S3Context } from './s3-request.ts'
import { readWhole, sendFile } from './send-file.ts'
import { overrideHeaders, showMetadata, type StoredHeaders } from './stored-headers.ts'
import { askedVersion } from './version-id.ts'

/** Up to this a body is read and sent in one piece, which costs least; above, it streams. */
const wholeBytes = 4 * 1024 * 1024
/** Kept with the object, and answered by other operations. */
const hidden = new Set(['x-amz-acl'])

/**
 * GetObject and HeadObject. The file is opened in the turn that reads the row, so a reader gets one version whole
 * whatever happens to the object meanwhile.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function getObject(context: S3Context, request: BucketRequest): Promise<void> {
  const { response, found, query } = request
  const object = requireObject(context, request.bucket, request.key, askedVersion(query))
  if (checkRead(request.headers, object, context.clock.now()) === 'not-modified') {
    return sendEmpty(request, 304, {
      etag: `"${object.etag}"`,
      'last-modified': httpDate(object.modifiedAt),
      ...versionHeader(found, object.versionId),
    })
  }
  const number = query.size === 0 ? null : query.get('partNumber')
  const part = number === null ? undefined : readPartRange(number, request.headers.range, object)
  const range = part === undefined ? readRange(rangeHeader(request, object), object.bytes) : part.range
  const status = range === undefined ? 200 : 206
  const { first, last } = range ?? { first: 0, last: part === undefined ? object.bytes - 1 : -1 }
  const headers = objectHeaders(request, object, range, part)
  headers['content-length'] = last - first + 1
  if (!query.has('versionId')) Object.assign(headers, expirationHeader(context, request.bucket, object))
  if (request.method === 'HEAD' || last < first) {
    response.writeHead(status, headers).end()
    return
  }
  const body = context.bodies.open(object.body)
  if (typeof body !== 'number') {
    response.writeHead(status, headers).end(body.subarray(first, last + 1))
    return
  }
  if (last - first < wholeBytes) {
    const bytes = readWhole(body, first, last - first + 1)
    response.writeHead(status, headers).end(bytes)
    return
  }
  response.writeHead(status, headers)
  await sendFile(response, body, first, last)
}

function objectHeaders(
  request: BucketRequest,
  object: StoredObject,
  range: ByteRange | undefined,
  part: PartRange | undefined,
): OutgoingHttpHeaders {
  const stored = JSON.parse(object.headers) as StoredHeaders
  const shown: Record<string, string | number> = {}
  for (const name in stored) {
    if (!hidden.has(name)) shown[name] = showMetadata(name, stored[name])
  }
  if (request.query.size > 0) overrideHeaders(shown, request.query)
  const headers = Object.assign(
    answerHeaders(request),
    shown,
    encryptionHeaders(stored),
    versionHeader(request.found, object.versionId),
  )
  headers['last-modified'] = httpDate(object.modifiedAt)
  headers['accept-ranges'] = 'bytes'
  headers.etag = `"${object.etag}"`
  if (object.tags !== '') headers['x-amz-tagging-count'] = Object.keys(JSON.parse(object.tags) as object).length
  if (range !== undefined) headers['content-range'] = `bytes ${range.first}-${range.last}/${object.bytes}`
  if (part?.part !== undefined) headers['x-amz-mp-parts-count'] = part.count
  const wantsChecksum = header(request.headers, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'
  if (wantsChecksum) Object.assign(headers, checksumOf(object, range, part))
  return headers
}

/** A part has its own checksum, any other range none. */
function checksumOf(
  object: StoredObject,
  range: ByteRange | undefined,
  part: PartRange | undefined,
): OutgoingHttpHeaders {
  if (part?.part !== undefined) return checksumHeaders({ ...object, checksum: part.part.checksum })
  const isWhole = range === undefined || range.last - range.first + 1 === object.bytes
  return isWhole ? checksumHeaders(object) : {}
}

/** With If-Range, a range is only for the version it names. RFC 9110, 13.1.5. */
function rangeHeader({ headers }: BucketRequest, object: StoredObject): string | undefined {
  const version = header(headers, 'if-range')
  const isOther = version !== undefined && version !== `"${object.etag}"` && version !== httpDate(object.modifiedAt)
  return isOther ? undefined : headers.range
}
