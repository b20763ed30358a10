import type { IncomingHttpHeaders } from 'node:http'
import { S3Error } from './errors.ts'

const kept = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const
const userPrefix = 'x-amz-meta-'
const maxUserBytes = 2048
/** `response-content-type` and so on, which change one answer of GetObject. */
const overridable = new Set<string>(kept)

export type StoredHeaders = Record<string, string>

/**
 * What of an upload's headers belongs to the object: the six standard ones and x-amz-meta-*.
 * Throws S3Error MetadataTooLarge above 2 KB of user metadata.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function readStoredHeaders(headers: IncomingHttpHeaders): StoredHeaders {
  const stored: StoredHeaders = {}
  for (const name of kept) {
    const value = name === 'content-encoding' ? withoutAwsChunked(headers[name]) : headers[name]
    if (value !== undefined && value !== '') stored[name] = value
  }
  stored['content-type'] ??= 'binary/octet-stream'
  let userBytes = 0
  for (const name in headers) {
    if (!name.startsWith(userPrefix)) continue
    const value = String(headers[name])
    // Node gives header bytes as Latin-1: a character is a byte.
    userBytes += name.length - userPrefix.length + value.length
    stored[name] = value
  }
  if (userBytes > maxUserBytes) {
    throw new S3Error('MetadataTooLarge', undefined, { Size: userBytes, MaxSizeAllowed: maxUserBytes })
  }
  return stored
}

/** Applies `response-*` of the query to the headers of one answer. */
export function overrideHeaders(headers: Record<string, string | number>, query: URLSearchParams): void {
  for (const [parameter, value] of query) {
    const name = parameter.startsWith('response-') ? parameter.slice('response-'.length) : ''
    if (overridable.has(name)) headers[name] = value
  }
}

function withoutAwsChunked(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part.toLowerCase() !== 'aws-chunked')
    .join(',')
}
