import { encodeKey } from './encode-key.ts'
import { invalidArgument } from './invalid-argument.ts'
import { leaf } from './xml-writer.ts'

/** More are never answered, whatever was asked. */
const maxPerPage = 1000

/** What all listings of a bucket are asked by. */
export interface ListQuery {
  readonly prefix: string
  /** Empty for none. */
  readonly delimiter: string
  /** 0-1,000. */
  readonly limit: number
  /** Applied to every key in the answer; tokens go as they are. */
  readonly encode: (key: string) => string
}

/** `limitName` is `max-keys` or `max-uploads`. Throws S3Error InvalidArgument. */
export function readListQuery(query: URLSearchParams, limitName: string): ListQuery {
  const encoding = query.get('encoding-type')
  if (encoding !== null && encoding !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding)
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: readPageLimit(query, limitName),
    encode: encoding === null ? (key) => key : encodeKey,
  }
}

/** 0-1,000; more is taken for 1,000. Throws S3Error InvalidArgument. */
export function readPageLimit(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? String(maxPerPage)
  if (/^-\d+$/.test(text)) {
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text)
  }
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0x7fffffff) {
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text)
  }
  return Math.min(Number(text), maxPerPage)
}

/** Prefix, Delimiter and EncodingType as answers repeat them. */
export function echoQuery(query: URLSearchParams, { prefix, delimiter, encode }: ListQuery): string[] {
  return [
    leaf('Prefix', encode(prefix)),
    delimiter === '' ? '' : leaf('Delimiter', encode(delimiter)),
    query.has('encoding-type') ? leaf('EncodingType', 'url') : '',
  ]
}
