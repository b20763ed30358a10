import { S3Error } from './errors.ts'

/** Both inclusive, as in Content-Range. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

const single = /^\s*bytes\s*=\s*(?<first>\d*)\s*-\s*(?<last>\d*)\s*$/i

/**
 * What part of `bytes` bytes a Range header asks for; undefined, the whole, where there is none, it does not read, or
 * it asks for several ranges, which S3 does not serve. RFC 9110, 14.1.2.
 * Throws S3Error InvalidRange where no byte of it exists.
 */
export function readRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const { first = '', last = '' } = (header !== undefined && single.exec(header)?.groups) || {}
  if (first === '' && last === '') return undefined
  const range =
    first === ''
      ? { first: Math.max(0, bytes - Number(last)), last: bytes - 1 }
      : { first: Number(first), last: last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1) }
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  if (range.first < bytes) return range
  throw new S3Error('InvalidRange', undefined, { RangeRequested: header!.trim(), ActualObjectSize: bytes })
}
