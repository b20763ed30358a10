/**
 * The bit-packed form of Parquet's RLE / bit-packing hybrid for small numbers of 1 to 16 bits, in one run:
 * eight values take `width` bytes, the first value in the lowest bits.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export const MAX_WIDTH = 16

/** Bytes of `count` values: whole groups of eight. */
export function packedBytes(count: number, width: number): number {
  return Math.ceil(count / 8) * width
}

/**
 * Packs `values[i] - base`, whole numbers below 2^width, from `offset` on. The view must hold the bytes of
 * `packedBytes` and one more.
 */
export function packBits(values: Float64Array, base: number, width: number, view: DataView, offset: number): void {
  const end = offset + packedBytes(values.length, width)
  let at = offset
  let pending = 0
  let bits = 0 // of `pending`, 15 at most when a value is added: 31 with it, so that int32 arithmetic holds
  for (let i = 0; i < values.length; i++) {
    pending |= (values[i] - base) << bits
    bits += width
    if (bits >= 16) {
      view.setUint16(at, pending, true)
      at += 2
      pending >>>= 16
      bits -= 16
    }
  }
  for (; at < end; at += 2, pending = 0) view.setUint16(at, pending, true)
}

/**
 * Unpacks `values.length` numbers as `table[number]`. The view must hold the bytes of `packedBytes` and one more.
 * Answers the largest number met: where it is not below the table's length, the values are garbage.
 */
export function unpackBits(
  values: Float64Array,
  table: Float64Array,
  width: number,
  view: DataView,
  offset: number,
): number {
  const mask = (1 << width) - 1
  let at = offset
  let pending = 0
  let bits = 0
  let largest = 0
  for (let i = 0; i < values.length; i++) {
    if (bits < width) {
      pending |= view.getUint16(at, true) << bits
      at += 2
      bits += 16
    }
    const number = pending & mask
    if (number > largest) largest = number
    values[i] = table[number]
    pending >>>= width
    bits -= width
  }
  return largest
}
