import type { OutgoingHttpHeaders } from 'node:http'
import { readRange, type ByteRange } from './byte-range.ts'
import type { StoredObject } from './catalog.ts'
import { checksumHeader } from './checksums.ts'
import { header } from './header.ts'
import { checkRead } from './preconditions.ts'
import { requireObject } from './put-object.ts'
import { answerHeaders, httpDate, sendEmpty, type BucketRequest, type S3Context } from './s3-request.ts'
import { readWhole, sendFile } from './send-file.ts'
import { overrideHeaders } from './stored-headers.ts'

/** Up to this a body is read and sent in one piece, which costs least; above, it streams. */
const wholeBytes = 4 * 1024 * 1024

/**
 * GetObject and HeadObject. The file is opened in the turn that reads the row, so a reader gets one version whole
 * whatever happens to the object meanwhile.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function getObject(context: S3Context, request: BucketRequest): Promise<void> {
  const object = requireObject(context, request.bucket, request.key)
  if (checkRead(request.headers, object) === 'not-modified') {
    return sendEmpty(request, 304, { etag: `"${object.etag}"`, 'last-modified': httpDate(object.modifiedAt) })
  }
  const range = readRange(rangeHeader(request, object), object.bytes)
  const status = range === undefined ? 200 : 206
  const { first, last } = range ?? { first: 0, last: object.bytes - 1 }
  const headers = objectHeaders(request, object, range)
  if (request.method === 'HEAD' || last < first) {
    request.response.writeHead(status, headers).end()
    return
  }
  const file = context.bodies.open(object.body)
  if (last - first < wholeBytes) {
    const bytes = readWhole(file, first, last - first + 1)
    request.response.writeHead(status, headers).end(bytes)
    return
  }
  request.response.writeHead(status, headers)
  await sendFile(request.response, file, first, last)
}

function objectHeaders(
  request: BucketRequest,
  object: StoredObject,
  range: ByteRange | undefined,
): OutgoingHttpHeaders {
  const stored: Record<string, string | number> = JSON.parse(object.headers)
  if (request.query.size > 0) overrideHeaders(stored, request.query)
  const headers = Object.assign(answerHeaders(request), stored)
  headers['content-length'] = range === undefined ? object.bytes : range.last - range.first + 1
  headers['last-modified'] = httpDate(object.modifiedAt)
  headers['accept-ranges'] = 'bytes'
  headers.etag = `"${object.etag}"`
  headers['x-amz-server-side-encryption'] = 'AES256'
  if (range !== undefined) headers['content-range'] = `bytes ${range.first}-${range.last}/${object.bytes}`
  else if (header(request.headers, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    headers[checksumHeader(object.checksumAlgorithm)] = object.checksum
    headers['x-amz-checksum-type'] = 'FULL_OBJECT'
  }
  return headers
}

/** With If-Range, a range is only for the version it names. RFC 9110, 13.1.5. */
function rangeHeader({ headers }: BucketRequest, object: StoredObject): string | undefined {
  const version = header(headers, 'if-range')
  const isOther = version !== undefined && version !== `"${object.etag}"` && version !== httpDate(object.modifiedAt)
  return isOther ? undefined : headers.range
}
