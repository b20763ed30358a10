import type { IncomingHttpHeaders } from 'node:http'
import { parseAmzDate } from '../signatures/amz-date.ts'
import { isPresigned } from '../signatures/claimed-signature.ts'
import { readVersion2 } from '../signatures/version-2.ts'
import { S3Error } from './errors.ts'
import { refusedSignature } from './refused-signature.ts'
import { isoSeconds } from './s3-request.ts'

const required = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
]
const longestSeconds = 604_800
/** How far a client's clock may be ahead. */
const skewMs = 15 * 60 * 1000
/** Of a body that was not there when the URL was signed; S3 does not look at them in a query. */
const unknownBody = /^x-amz-(checksum-|sdk-checksum-algorithm)/
const authentication = new Set(required.map((name) => name.toLowerCase()))

/**
 * Checks what a presigned URL says of itself: that it is complete and well-formed, its time, and that no x-amz header
 * was added to it. The signature itself is not looked at here: see `signatures/verifier.ts`.
 *
 * Throws S3Error AuthorizationQueryParametersError, AccessDenied, InvalidArgument. Nothing happens where the query signs nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function checkPresigned(query: URLSearchParams, headers: IncomingHttpHeaders, nowMs: number): void {
  if (!isPresigned(query)) return
  if (headers.authorization !== undefined) throw refusedSignature({ kind: 'two-mechanisms' })
  if (required.some((name) => !query.has(name))) {
    throw invalid(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, ' +
        'X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    )
  }
  const value = (name: string): string => query.get(name)!
  if (value('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw invalid('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"')
  }
  const date = value('X-Amz-Date')
  const signedAt = readDate(date)
  checkCredential(value('X-Amz-Credential'), date.slice(0, 8))
  checkTime(signedAt, readExpires(value('X-Amz-Expires')), nowMs)
  checkHeaders(headers, value('X-Amz-SignedHeaders'))
}

/** The x-amz parameters of a presigned URL stand for headers; a header that was sent as well wins. */
export function hoistParameters(query: URLSearchParams, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  if (!isPresigned(query) && readVersion2(query) === undefined) return headers
  const hoisted: IncomingHttpHeaders = {}
  for (const [parameter, value] of query) {
    const name = parameter.toLowerCase()
    if (name.startsWith('x-amz-') && !authentication.has(name) && !unknownBody.test(name)) hoisted[name] = value
  }
  return { ...hoisted, ...headers }
}

/** Milliseconds since the epoch. */
function readDate(text: string): number {
  const ms = parseAmzDate(text)
  if (!Number.isNaN(ms)) return ms
  throw invalid("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
}

/** Seconds. */
function readExpires(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw invalid('X-Amz-Expires should be a number')
  const seconds = Number(text)
  if (seconds < 0) throw invalid('X-Amz-Expires must be non-negative')
  if (seconds === 0) throw invalid('X-Amz-Expires must be at least 1 second')
  if (seconds <= longestSeconds) return seconds
  throw invalid(
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ' +
      `${longestSeconds} seconds`,
  )
}

function checkCredential(credential: string, date: string): void {
  const wrong = 'Error parsing the X-Amz-Credential parameter; '
  const parts = credential.split('/')
  if (parts.length < 5) {
    throw invalid(`${wrong}the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`)
  }
  // An access key id may have slashes of its own.
  const [credentialDate, , service, terminal] = parts.slice(-4)
  if (service !== 's3') throw invalid(`${wrong}incorrect service "${service}". This endpoint belongs to "s3".`)
  if (terminal !== 'aws4_request') {
    throw invalid(`${wrong}incorrect terminal "${terminal}". This endpoint uses "aws4_request".`)
  }
  if (credentialDate !== date) {
    throw invalid(`Invalid credential date "${credentialDate}". This date is not the same as X-Amz-Date: "${date}".`)
  }
}

function checkTime(signedAtMs: number, expiresSeconds: number, nowMs: number): void {
  const endMs = signedAtMs + expiresSeconds * 1000
  const details = { 'X-Amz-Expires': expiresSeconds, Expires: isoSeconds(endMs), ServerTime: isoSeconds(nowMs) }
  if (nowMs > endMs) throw new S3Error('AccessDenied', 'Request has expired', details)
  if (signedAtMs > nowMs + skewMs) throw new S3Error('AccessDenied', 'Request is not valid yet', details)
}

/** Whoever got the URL may not ask for more with it than its maker signed. */
function checkHeaders(headers: IncomingHttpHeaders, signedHeaders: string): void {
  const signed = new Set(signedHeaders.toLowerCase().split(';'))
  const added = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256' && !signed.has(name),
  )
  if (added.length === 0) return
  const message = 'There were headers present in the request which were not signed'
  throw new S3Error('AccessDenied', message, { HeadersNotSigned: added.join(', ') })
}

function invalid(message: string): S3Error {
  return new S3Error('AuthorizationQueryParametersError', message)
}
