import { createHmac } from 'node:crypto'
import type { SignedMessage } from './canonical-request.ts'

/** What a URL presigned with the older Signature Version 2 says of itself. */
export interface Version2Claim {
  readonly accessKeyId: string
  /** Base64. */
  readonly signature: string
  /** Seconds since the epoch; NaN where it is none. */
  readonly expires: number
  readonly token: string | undefined
}

/** The parameters that are part of what a signature is about; anybody may change the others, as on AWS. */
const signedParameters = new Set(
  (
    'accelerate acl analytics cors defaultObjectAcl delete inventory lifecycle location logging metrics notification ' +
    'object-lock partNumber policy replication requestPayment response-cache-control response-content-disposition ' +
    'response-content-encoding response-content-language response-content-type response-expires restore select ' +
    'select-type storageClass tagging torrent uploadId uploads versionId versioning versions website'
  ).split(' '),
)

/**
 * S3 takes Version 2 in its oldest regions, and boto3 and the AWS CLI presign with it for us-east-1 unless told otherwise.
 * Undefined where the URL is none of these. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
export function readVersion2(query: URLSearchParams): Version2Claim | undefined {
  if (query.size === 0) return undefined
  const [accessKeyId, signature, expires] = ['AWSAccessKeyId', 'Signature', 'Expires'].map((name) => query.get(name))
  if (accessKeyId === null || signature === null || expires === null) return undefined
  const token = query.get('x-amz-security-token') ?? undefined
  return { accessKeyId, signature, expires: /^\d{1,12}$/.test(expires) ? Number(expires) : NaN, token }
}

/** `resource` is `/bucket/key` as in the URL, however the bucket is addressed. Each character stands for a byte. */
export function version2StringToSign(
  { method, target, rawHeaders }: SignedMessage,
  expires: number,
  resource: string,
): string {
  const parameters = parametersOf(target)
  const headers = headersOf(parameters, rawHeaders)
  const standard = [headers.get('content-md5') ?? '', headers.get('content-type') ?? '', String(expires)]
  const own = [...headers].filter(([name]) => name.startsWith('x-amz-')).sort(([a], [b]) => (a < b ? -1 : 1))
  const lines = [method, ...standard, ...own.map(([name, value]) => `${name}:${value}`)]
  const signed = parameters
    .filter(([name]) => signedParameters.has(name))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const query = signed.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join('&')
  return `${lines.join('\n')}\n${resource}${query === '' ? '' : `?${query}`}`
}

/** Base64. */
export function version2Signature(secretAccessKey: string, stringToSign: string): string {
  return createHmac('sha1', secretAccessKey).update(stringToSign, 'latin1').digest('base64')
}

function parametersOf(target: string): [name: string, value: string | undefined][] {
  const mark = target.indexOf('?')
  if (mark < 0) return []
  const pieces = target.slice(mark + 1).split('&')
  return pieces.map((piece) => {
    const equals = piece.indexOf('=')
    return equals < 0 ? [piece, undefined] : [decode(piece.slice(0, equals)), decode(piece.slice(equals + 1))]
  })
}

/** To bytes, not to text. */
function decode(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%[0-9A-Fa-f]{2}/g, (found) => String.fromCharCode(parseInt(found.slice(1), 16)))
}

/** Parameters that stand for headers, where those are not sent. */
function headersOf(
  parameters: readonly [name: string, value: string | undefined][],
  rawHeaders: readonly string[],
): Map<string, string> {
  const sent = new Map<string, string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at].toLowerCase()
    const before = sent.get(name)
    sent.set(name, before === undefined ? rawHeaders[at + 1] : `${before},${rawHeaders[at + 1]}`)
  }
  for (const [name, value = ''] of parameters) {
    const lower = name.toLowerCase()
    if ((lower.startsWith('x-amz-') || lower.startsWith('content-')) && !sent.has(lower)) sent.set(lower, value)
  }
  return sent
}
