import type { IncomingHttpHeaders } from 'node:http'
import type { StoredObject } from './catalog.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'

type Read = 'proceed' | 'not-modified'
type Stored = Pick<StoredObject, 'etag' | 'modifiedAt'>

/** Throws where it does not hold for what is there now. */
export type WriteCondition = (current: Stored | undefined) => void

/**
 * The conditions of GET and HEAD, in the order of RFC 9110, 13.2.2, which S3 follows. Dates that do not read are
 * ignored, and an If-Modified-Since that is still to come at `nowMs`. `prefix` is `x-amz-copy-source-` for the source of a copy.
 * Throws S3Error PreconditionFailed, which names the condition.
 */
export function checkRead(headers: IncomingHttpHeaders, object: Stored, nowMs: number, prefix = ''): Read {
  const condition = (name: string): string | undefined => header(headers, prefix + name)
  const match = condition('if-match')
  const noneMatch = condition('if-none-match')
  if (match !== undefined) {
    if (!matches(match, object.etag)) throw failed('If-Match')
  } else if (object.modifiedAt > readDate(condition('if-unmodified-since'), Infinity)) {
    throw failed('If-Unmodified-Since')
  }
  if (noneMatch !== undefined) return matches(noneMatch, object.etag) ? 'not-modified' : 'proceed'
  const since = readDate(condition('if-modified-since'), -Infinity)
  return object.modifiedAt <= since && since <= nowMs ? 'not-modified' : 'proceed'
}

/**
 * The condition of a write: `If-None-Match: *` or `If-Match` with an entity tag; undefined for none.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * Throws S3Error NotImplemented for other values, or both, as S3 does.
 */
export function readWriteCondition(headers: IncomingHttpHeaders): WriteCondition | undefined {
  const match = headers['if-match']
  const noneMatch = headers['if-none-match']
  if (match !== undefined && noneMatch !== undefined) {
    throw notAccepted('If-Match,If-None-Match', 'Multiple conditional request headers present in the request')
  }
  if (noneMatch !== undefined) {
    if (noneMatch !== '*') throw notAccepted('If-None-Match')
    return (current) => {
      if (current !== undefined) throw failed('If-None-Match')
    }
  }
  if (match === undefined) return undefined
  if (match.trim() === '*') throw notAccepted('If-Match')
  return (current) => checkMatch(match, current)
}

function notAccepted(
  name: string,
  message = `We don't accept the provided value of ${name} header for this API`,
): S3Error {
  return new S3Error('NotImplemented', undefined, { Header: name, additionalMessage: message })
}

/** Throws S3Error NoSuchKey where there is nothing to match, PreconditionFailed where it does not. */
export function checkMatch(etags: string, current: Stored | undefined): void {
  if (current === undefined) throw new S3Error('NoSuchKey')
  if (!matches(etags, current.etag)) throw failed('If-Match')
}

/** One or several entity tags, quoted or not, or `*`. */
function matches(etags: string, etag: string): boolean {
  return etags.split(',').some((candidate) => {
    const tag = candidate.trim().replace(/^(?:W\/)?"(.*)"$/, '$1')
    return tag === '*' || tag === etag
  })
}

function readDate(text: string | undefined, otherwise: number): number {
  const time = text === undefined ? NaN : Date.parse(text)
  return Number.isNaN(time) ? otherwise : time
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', undefined, { Condition: condition })
}
