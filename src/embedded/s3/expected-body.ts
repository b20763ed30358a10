import type { IncomingHttpHeaders } from 'node:http'
import { decodeBase64, readDeclaredChecksum, type DeclaredChecksum } from './checksums.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'
import { invalidArgument } from './invalid-argument.ts'

/** What a request's headers say its body will be. */
export interface ExpectedBody {
  /** Framed as `aws-chunked`. */
  readonly chunked: boolean
  /** Without framing. */
  readonly bytes: number
  readonly checksum: DeclaredChecksum | undefined
  /** From Content-MD5. */
  readonly md5: Buffer | undefined
  /** Hex, from x-amz-content-sha256. */
  readonly sha256: string | undefined
}

/**
 * Throws S3Error EntityTooLarge above `maxBytes`, MissingContentLength, InvalidDigest, InvalidRequest, InvalidArgument.
 */
export function readExpectedBody(headers: IncomingHttpHeaders, maxBytes: number): ExpectedBody {
  const payload = header(headers, 'x-amz-content-sha256')
  const chunked =
    payload?.startsWith('STREAMING-') === true || /(^|,\s*)aws-chunked/i.test(headers['content-encoding'] ?? '')
  const bytes = readLength(headers, chunked)
  if (bytes > maxBytes) {
    throw new S3Error('EntityTooLarge', undefined, { ProposedSize: bytes, MaxSizeAllowed: maxBytes })
  }
  const checksum = readDeclaredChecksum(headers)
  if (!chunked && checksum !== undefined && checksum.value === undefined) {
    throw new S3Error('InvalidRequest', 'x-amz-trailer needs a body in the aws-chunked encoding')
  }
  return { chunked, bytes, checksum, md5: readMd5(header(headers, 'content-md5')), sha256: readSha256(payload) }
}

function readLength(headers: IncomingHttpHeaders, chunked: boolean): number {
  const name = chunked ? 'x-amz-decoded-content-length' : 'content-length'
  const length = header(headers, name)
  if (length === undefined) {
    // A message with neither length nor chunks has no body (RFC 9112, 6.3), which is an empty object.
    if (!chunked && headers['transfer-encoding'] === undefined) return 0
    throw new S3Error('MissingContentLength')
  }
  if (/^\d{1,15}$/.test(length)) return Number(length)
  throw invalidArgument(`${name} must be a whole number of bytes`, name, length)
}

function readMd5(value: string | undefined): Buffer | undefined {
  if (value === undefined) return undefined
  const md5 = decodeBase64(value)
  if (md5?.length === 16) return md5
  throw new S3Error('InvalidDigest', undefined, { 'Content-MD5': value })
}

function readSha256(payload: string | undefined): string | undefined {
  if (payload === undefined || payload === 'UNSIGNED-PAYLOAD' || payload.startsWith('STREAMING-')) return undefined
  if (/^[0-9a-f]{64}$/i.test(payload)) return payload.toLowerCase()
  throw invalidArgument(
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, ' +
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    'x-amz-content-sha256',
    payload,
  )
}
