import { InvalidObjectError } from '../invalid-object-error.ts'
import { MAX_WIDTH, packBits, packedBytes, unpackBits } from './bit-packing.ts'
import type { EncodedColumn } from './format.ts'
import { decodePlain, encodePlain, plainBytes } from './plain.ts'
import type { Scratch } from './scratch.ts'
import { readByte, readVarint, writeVarint, VARINT_BYTES } from './varint.ts'
import { wholeRange } from '../whole-range.ts'

/** What a column of minutes is called and stored as. */
export interface MinutesColumn {
  readonly name: string
  readonly type: 'DOUBLE' | 'INT32'
}

/**
 * Minutes: whole numbers that lie close together. The dictionary is every whole number from the smallest to the
 * largest, so an index is a subtraction; the indices are bit-packed in one run. Where the values are not all whole, or
 * the dictionary would not be the shorter way, they are PLAIN. Throws RangeError where the type cannot hold a value.
 */
export function encodeSmallRange({ name, type }: MinutesColumn, values: Float64Array, scratch: Scratch): EncodedColumn {
  const range = wholeRange(values, 1 << MAX_WIDTH)
  const width = range && bitWidth(range.size)
  if (!range || !width || !isShorter(type, values.length, range.size, width)) {
    checkValues(name, type, values)
    return { encoding: 'PLAIN', data: encodePlain(type, values, scratch) }
  }
  const entries = Float64Array.from({ length: range.size }, (_, i) => range.smallest + i)
  const dictionary = { values: range.size, body: encodePlain(type, entries, scratch) }
  const { bytes, view, offset } = scratch.reserve(1 + VARINT_BYTES + packedBytes(values.length, width) + 1)
  bytes[offset] = width
  const packed = writeVarint(bytes, offset + 1, Math.ceil(values.length / 8) * 2 + 1)
  packBits(values, range.smallest, width, view, packed)
  const data = scratch.keep(packed - offset + packedBytes(values.length, width))
  return { encoding: 'RLE_DICTIONARY', dictionary, data }
}

export function decodeSmallRange({ type }: MinutesColumn, column: EncodedColumn, rows: number): Float64Array {
  if (column.encoding === 'PLAIN') return decodePlain(type, column.data, rows)
  if (column.encoding !== 'RLE_DICTIONARY' || !column.dictionary) {
    throw new InvalidObjectError(`is encoded as ${column.encoding}, expected PLAIN or RLE_DICTIONARY`)
  }
  const table = decodePlain(type, column.dictionary.body, column.dictionary.values)
  const cursor = { bytes: column.data, offset: 0, end: column.data.length }
  const width = readByte(cursor)
  if (width < 1 || width > MAX_WIDTH)
    throw new InvalidObjectError(`has indices of ${width} bits, expected 1-${MAX_WIDTH}`)
  const run = readVarint(cursor)
  const length = packedBytes(rows, width)
  if (run !== Math.ceil(rows / 8) * 2 + 1 || cursor.end - cursor.offset !== length) {
    throw new InvalidObjectError(`has ${cursor.end - cursor.offset} bytes of indices, expected one run of ${length}`)
  }
  // One byte beyond the page is looked at where its length is odd: the next page or the footer, always there.
  const view = new DataView(column.data.buffer, column.data.byteOffset + cursor.offset, length + (length % 2))
  const values = new Float64Array(rows)
  const largest = unpackBits(values, table, width, view, 0)
  if (largest >= table.length)
    throw new InvalidObjectError(`refers to entry ${largest} of a dictionary of ${table.length}`)
  return values
}

function checkValues(name: string, type: MinutesColumn['type'], values: Float64Array): void {
  const row = values.findIndex((value) => (type === 'INT32' ? (value | 0) !== value : !Number.isFinite(value)))
  if (row < 0) return
  const limit = type === 'INT32' ? 'a whole number of 32 bits' : 'a finite number'
  throw new RangeError(`${name} in row ${row} must be ${limit}, got ${values[row]}`)
}

/** A single entry still takes one bit: readers differ on runs of no bits. */
function bitWidth(size: number): number {
  return Math.max(1, 32 - Math.clz32(size - 1))
}

function isShorter(type: MinutesColumn['type'], rows: number, size: number, width: number): boolean {
  return plainBytes(type, size) + packedBytes(rows, width) < plainBytes(type, rows)
}
