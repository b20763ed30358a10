import { createHash } from 'node:crypto'
import { byCodePoint } from './canonical-json.ts'

/**
 * The results digest: SHA-256, hex, over one line for each object, `path NUL sha256 LF` in UTF-8, lines sorted by the
 * path's code points. `key` is the path relative to the run's folder, `sha256` the hex digest of the object's bytes, in
 * lower case. The order in which objects come does not matter. Throws RangeError for a path given twice, one with NUL
 * or LF in it, and for what is no SHA-256: each of them would let two different results have one digest.
 */
export function resultsDigest(objects: Iterable<{ readonly key: string; readonly sha256: string }>): string {
  const sorted = Array.from(objects).sort((a, b) => compare(a.key, b.key))
  const hash = createHash('sha256')
  sorted.forEach(({ key, sha256 }, i) => {
    if (i > 0 && sorted[i - 1].key === key) throw new RangeError(`${key} is in the digest twice`)
    if (/[\0\n]/.test(key)) throw new RangeError(`${JSON.stringify(key)} cannot be digested: it holds NUL or LF`)
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`${key} has no SHA-256 but ${JSON.stringify(sha256)}`)
    hash.update(`${key}\0${sha256}\n`)
  })
  return hash.digest('hex')
}

/** UTF-16 order is code-point order where there are no surrogates, and a million keys are compared in a second. */
function compare(a: string, b: string): number {
  if (/[\ud800-\udfff]/.test(a) || /[\ud800-\udfff]/.test(b)) return byCodePoint(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}
