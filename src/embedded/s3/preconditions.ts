import type { IncomingHttpHeaders } from 'node:http'
import type { StoredObject } from './catalog.ts'
import { S3Error } from './errors.ts'
import { header } from './header.ts'

type Read = 'proceed' | 'not-modified'
type Stored = Pick<StoredObject, 'etag' | 'modifiedAt'>

/**
 * The conditions of GET and HEAD, in the order of RFC 9110, 13.2.2, which S3 follows. Dates that do not read are
 * ignored. `prefix` is `x-amz-copy-source-` for the source of a copy.
 * Throws S3Error PreconditionFailed, which names the condition.
 */
export function checkRead(headers: IncomingHttpHeaders, object: Stored, prefix = ''): Read {
  const condition = (name: string): string | undefined => header(headers, prefix + name)
  const match = condition('if-match')
  const noneMatch = condition('if-none-match')
  if (match !== undefined) {
    if (!matches(match, object.etag)) throw failed('If-Match')
  } else if (object.modifiedAt > readDate(condition('if-unmodified-since'), Infinity)) {
    throw failed('If-Unmodified-Since')
  }
  if (noneMatch !== undefined) return matches(noneMatch, object.etag) ? 'not-modified' : 'proceed'
  return object.modifiedAt <= readDate(condition('if-modified-since'), -Infinity) ? 'not-modified' : 'proceed'
}

/**
 * The conditions of a write: `If-None-Match: *` and `If-Match`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * Answers the check, or throws S3Error NotImplemented for an If-None-Match other than `*`, as S3 does.
 */
export function readWriteCondition(headers: IncomingHttpHeaders): (current: Stored | undefined) => void {
  const match = headers['if-match']
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', undefined, { Header: 'If-None-Match' })
  }
  return (current) => {
    if (noneMatch !== undefined && current !== undefined) throw failed('If-None-Match')
    if (match !== undefined) checkMatch(match, current)
  }
}

/** Throws S3Error NoSuchKey where there is nothing to match, PreconditionFailed where it does not. */
export function checkMatch(etags: string, current: Stored | undefined): void {
  if (current === undefined) throw new S3Error('NoSuchKey')
  if (!matches(etags, current.etag)) throw failed('If-Match')
}

/** One or several entity tags, quoted or not, or `*`. */
export function matches(etags: string, etag: string): boolean {
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
