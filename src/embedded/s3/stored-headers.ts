import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { S3Error } from './errors.ts'
import { header } from './header.ts'

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
 * What of an upload's headers is the object's metadata: the six standard ones and x-amz-meta-*.
 * Throws S3Error MetadataTooLarge above 2 KB of user metadata.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
export function readStoredHeaders(headers: IncomingHttpHeaders): StoredHeaders {
  const stored: StoredHeaders = {}
  for (const name of kept) {
    const value = name === 'content-encoding' ? withoutAwsChunked(headers[name]) : header(headers, name)
    if (value !== undefined && value !== '') stored[name] = value
  }
  stored['content-type'] ??= 'binary/octet-stream'
  let userBytes = 0
  for (const name in headers) {
    if (!name.startsWith(userPrefix)) continue
    const value = header(headers, name) ?? ''
    // Node gives header bytes as Latin-1: a character is a byte.
    userBytes += name.length - userPrefix.length + value.length
    stored[name] = value
  }
  if (userBytes > maxUserBytes) {
    throw new S3Error('MetadataTooLarge', undefined, { Size: userBytes, MaxSizeAllowed: maxUserBytes })
  }
  return stored
}

/** Whether the name is metadata, which a copy takes along, and not what an upload says about storing it. */
export function isMetadata(name: string): boolean {
  return name.startsWith(userPrefix) || overridable.has(name)
}

/** Applies `response-*` of the query to the headers of one answer. */
export function overrideHeaders(headers: OutgoingHttpHeaders, query: URLSearchParams): void {
  for (const [parameter, value] of query) {
    const name = parameter.startsWith('response-') ? parameter.slice('response-'.length) : ''
    // What cannot stand in a header would end the answer before it begins.
    if (overridable.has(name)) headers[name] = isHeaderText(value) ? value : encodeWord(value)
  }
}

/**
 * User metadata outside ASCII comes back as an encoded word (RFC 2047), in the way of S3: each byte that came in is a
 * character of Latin-1, and those are written in UTF-8.
 */
export function showMetadata(name: string, value: string): string {
  return name.startsWith(userPrefix) && !isHeaderText(value) ? encodeWord(value) : value
}

function isHeaderText(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value)
}

function encodeWord(value: string): string {
  return `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`
}

function withoutAwsChunked(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part.toLowerCase() !== 'aws-chunked')
    .join(',')
}
