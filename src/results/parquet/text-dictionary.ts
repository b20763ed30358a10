import type { EncodedColumn } from './format.ts'
import type { Scratch } from './scratch.ts'
import { VARINT_BYTES, writeVarint } from './varint.ts'

/**
 * A column of a few texts in long runs: a dictionary of those in use, sorted by their bytes, and RLE runs of indices into
 * it. `numbers[row]` says which of `texts` stands in a row; at most 65,536 of them.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function encodeTexts(texts: readonly string[], numbers: Uint32Array, scratch: Scratch): EncodedColumn {
  const used = [...new Set(numbers)].map((number) => ({ number, bytes: Buffer.from(texts[number]) }))
  used.sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  const places = new Map(used.map(({ number }, place) => [number, place]))
  const width = Math.max(1, 32 - Math.clz32(used.length - 1))
  const body = encodeDictionary(used, scratch)
  const data = encodeRuns(numbers, places, width, scratch)
  return { encoding: 'RLE_DICTIONARY', dictionary: { values: used.length, body }, data }
}

/** PLAIN byte arrays: each behind its length in four bytes. */
function encodeDictionary(used: readonly { readonly bytes: Buffer }[], scratch: Scratch): Uint8Array {
  const length = used.reduce((sum, { bytes }) => sum + 4 + bytes.length, 0)
  const { bytes: out, view, offset } = scratch.reserve(length)
  let at = offset
  for (const { bytes } of used) {
    view.setUint32(at, bytes.length, true)
    out.set(bytes, at + 4)
    at += 4 + bytes.length
  }
  return scratch.keep(length)
}

function encodeRuns(
  numbers: Uint32Array,
  places: ReadonlyMap<number, number>,
  width: number,
  scratch: Scratch,
): Uint8Array {
  let runs = 0
  for (let row = 0; row < numbers.length; row++) if (row === 0 || numbers[row] !== numbers[row - 1]) runs++
  const { bytes, offset } = scratch.reserve(1 + runs * (VARINT_BYTES + 2))
  bytes[offset] = width
  let at = offset + 1
  for (let start = 0, end = 0; start < numbers.length; start = end) {
    while (end < numbers.length && numbers[end] === numbers[start]) end++
    const place = places.get(numbers[start])!
    at = writeVarint(bytes, at, (end - start) * 2)
    bytes[at++] = place & 0xff
    if (width > 8) bytes[at++] = place >> 8
  }
  return scratch.keep(at - offset)
}
