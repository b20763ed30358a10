/** Anything with a key; lists come in the order of the keys' UTF-8 bytes. */
interface Keyed {
  readonly key: string
}

export interface ListingQuery {
  readonly prefix: string
  /** Empty for none. */
  readonly delimiter: string
  /** The first key that may be listed. */
  readonly from: string
  readonly limit: number
}

export interface Listing<T extends Keyed> {
  /** Objects and common prefixes together, in order; at most `limit`. */
  readonly entries: readonly (T | string)[]
  /** Where the next page begins; undefined where this is the last. */
  readonly next: string | undefined
}

/** Reads keys `from` <= key < `below` in order, as far as it is asked. */
export type Seek<T extends Keyed> = (from: string, below: string | undefined) => Iterable<T>

/**
 * One page of a bucket: keys with the prefix, those that have the delimiter after it rolled up into their common prefix,
 * which counts as one. Where a common prefix is found its other keys are skipped, not read.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
 */
export function list<T extends Keyed>(seek: Seek<T>, query: ListingQuery): Listing<T> {
  const { prefix, delimiter, limit } = query
  const below = keyAfterPrefix(prefix)
  const entries: (T | string)[] = []
  let from: string | undefined = compareUtf8(query.from, prefix) > 0 ? query.from : prefix
  if (limit === 0) return { entries, next: undefined }
  while (from !== undefined) {
    const start: string = from
    from = undefined
    for (const object of seek(start, below)) {
      if (entries.length === limit) return { entries, next: object.key }
      const common = commonPrefix(object.key, prefix, delimiter)
      entries.push(common ?? object)
      if (common === undefined) continue
      from = keyAfterPrefix(common)
      break
    }
  }
  return { entries, next: undefined }
}

/** The part of the key up to and with the first delimiter after the prefix. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/** The smallest string above everything that begins with `prefix`; undefined where nothing is above. */
export function keyAfterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!)
  while (points.length > 0) {
    const last = points.pop()!
    // Surrogates are no characters: U+D7FF is followed by U+E000.
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
  }
  return undefined
}

/** The smallest key above `key`. */
export function keyAfter(key: string): string {
  return `${key}\0`
}

/** By UTF-8 bytes. JavaScript's own order differs for characters above U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
