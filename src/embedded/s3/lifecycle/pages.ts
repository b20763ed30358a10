import { keyAfter, keyAfterPrefix } from '../listing.ts'

/** Reads rows with `from` <= key < `below` by key, as far as it is asked. */
type Read<T> = (from: string, below: string | undefined) => Iterable<T>

/**
 * What has the prefix, about `size` rows at a time: all rows of a key are in the same page. Each page is read when it is
 * asked for, so that rows may be removed in between. Empty pages are left out.
 */
export function* pages<T extends { readonly key: string }>(
  read: Read<T>,
  prefix: string,
  size: number,
): Generator<T[]> {
  const below = keyAfterPrefix(prefix)
  let from: string | undefined = prefix
  while (from !== undefined) {
    const rows: T[] = []
    for (const row of read(from, below)) {
      if (rows.length >= size && row.key !== rows[rows.length - 1].key) break
      rows.push(row)
    }
    from = rows.length < size ? undefined : keyAfter(rows[rows.length - 1].key)
    if (rows.length > 0) yield rows
  }
}
