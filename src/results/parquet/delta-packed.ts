import { InvalidObjectError } from '../invalid-object-error.ts'
import type { Scratch } from './scratch.ts'
import { readByte, readVarint, readZigzag, writeVarint, zigzag, VARINT_BYTES, type Cursor } from './varint.ts'

/**
 * DELTA_BINARY_PACKED for whole numbers: each value as its step from the one before, less the block's smallest step,
 * in as few bytes as the block's largest needs. The format packs bits; taking widths of whole bytes only makes a value
 * one store and one load. One miniblock per block.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#delta-encoding-delta_binary_packed--5
 */
export const BLOCK_VALUES = 1024

/** Values must be below this: then a step less the smallest step is below 2^48, six bytes. */
export const DELTA_LIMIT = 2 ** 47

const MAX_WIDTH_BYTES = 6
const TWO_52 = 2 ** 52
const TWO_32 = 4294967296

/** The page, or undefined where a value is not a whole number 0 … 2^47 - 1. */
export function encodeDeltaPacked(values: Float64Array, scratch: Scratch): Uint8Array | undefined {
  if (!allPackable(values)) return undefined
  const { bytes, view, offset } = scratch.reserve(maximumBytes(values.length))
  let at = writeDeltaHeader(bytes, offset, values.length, values[0])
  for (let start = 1; start < values.length; start += BLOCK_VALUES) {
    const end = Math.min(start + BLOCK_VALUES, values.length)
    const { smallest, largest } = stepRange(values, start, end)
    const width = byteWidth(largest - smallest)
    at = writeVarint(bytes, at, zigzag(smallest))
    bytes[at++] = width * 8
    if (width > 0) storeSteps(values, start, end, smallest, view, at, width)
    bytes.fill(0, at + (end - start) * width, at + BLOCK_VALUES * width)
    at += BLOCK_VALUES * width
  }
  return scratch.keep(at - offset)
}

function stepRange(values: Float64Array, start: number, end: number): { smallest: number; largest: number } {
  let smallest = Infinity
  let largest = -Infinity
  let previous = values[start - 1]
  for (let i = start; i < end; i++) {
    const value = values[i]
    const step = value - previous
    previous = value
    if (step < smallest) smallest = step
    if (step > largest) largest = step
  }
  return { smallest, largest }
}

/**
 * A double from 2^52 to 2^53 has the whole number above 2^52 in its low 52 bits. It is stored whole, eight bytes for a
 * value of six or less; the next one overwrites what is too much.
 */
function storeSteps(
  values: Float64Array,
  start: number,
  end: number,
  smallest: number,
  view: DataView,
  offset: number,
  width: number,
): void {
  const base = TWO_52 - smallest
  let previous = values[start - 1]
  for (let i = start, at = offset; i < end; i++, at += width) {
    const value = values[i]
    view.setFloat64(at, value - previous + base, true)
    previous = value
  }
}

export function decodeDeltaPacked(page: Uint8Array, rows: number): Float64Array {
  const cursor = { bytes: page, offset: 0, end: page.length }
  const first = readDeltaHeader(cursor, rows)
  // A block takes two bytes at least: without this, a few bytes could ask for the memory of ten million rows.
  if (Math.ceil((rows - 1) / BLOCK_VALUES) * 2 > cursor.end - cursor.offset) {
    throw new InvalidObjectError(`has ${page.length} bytes, too few for ${rows} rows`)
  }
  const view = new DataView(page.buffer, page.byteOffset, page.length)
  const values = new Float64Array(rows)
  values[0] = first
  for (let start = 1; start < rows; start += BLOCK_VALUES) {
    const smallest = readZigzag(cursor)
    const width = readByte(cursor) / 8
    const length = width * BLOCK_VALUES
    if (!Number.isInteger(width) || width > MAX_WIDTH_BYTES) {
      throw new InvalidObjectError(
        `has a block of ${width * 8} bits a value, expected whole bytes up to ${MAX_WIDTH_BYTES}`,
      )
    }
    if (length > cursor.end - cursor.offset) throw new InvalidObjectError(`ends in the block of row ${start}`)
    addSteps(values, start, Math.min(start + BLOCK_VALUES, rows), smallest, view, cursor.offset, width)
    cursor.offset += length
  }
  if (cursor.offset !== cursor.end) throw new InvalidObjectError(`has ${cursor.end - cursor.offset} bytes too many`)
  return values
}

/** One loop for each width: a choice inside the loop would cost more than the load it chooses. */
function addSteps(
  values: Float64Array,
  start: number,
  end: number,
  smallest: number,
  view: DataView,
  offset: number,
  width: number,
): void {
  let value = values[start - 1]
  let at = offset
  if (width === 5) {
    for (let i = start; i < end; i++, at += 5) {
      value += smallest + view.getUint32(at, true) + view.getUint8(at + 4) * TWO_32
      values[i] = value
    }
  } else if (width === 4) {
    for (let i = start; i < end; i++, at += 4) values[i] = value += smallest + view.getUint32(at, true)
  } else if (width === 6) {
    for (let i = start; i < end; i++, at += 6) {
      value += smallest + view.getUint32(at, true) + view.getUint16(at + 4, true) * TWO_32
      values[i] = value
    }
  } else if (width === 3) {
    for (let i = start; i < end; i++, at += 3) {
      value += smallest + view.getUint16(at, true) + view.getUint8(at + 2) * 65536
      values[i] = value
    }
  } else if (width === 2) {
    for (let i = start; i < end; i++, at += 2) values[i] = value += smallest + view.getUint16(at, true)
  } else if (width === 1) {
    for (let i = start; i < end; i++) values[i] = value += smallest + view.getUint8(at++)
  } else {
    for (let i = start; i < end; i++) values[i] = value += smallest
  }
}

export function writeDeltaHeader(bytes: Uint8Array, offset: number, rows: number, first: number): number {
  let at = writeVarint(bytes, offset, BLOCK_VALUES)
  at = writeVarint(bytes, at, 1)
  at = writeVarint(bytes, at, rows)
  return writeVarint(bytes, at, zigzag(first))
}

/** Reads the header and answers the first value. */
function readDeltaHeader(cursor: Cursor, rows: number): number {
  const block = readVarint(cursor)
  const miniblocks = readVarint(cursor)
  if (block !== BLOCK_VALUES || miniblocks !== 1) {
    throw new InvalidObjectError(`has blocks of ${block} in ${miniblocks}, expected ${BLOCK_VALUES} in 1`)
  }
  const values = readVarint(cursor)
  if (values !== rows) throw new InvalidObjectError(`counts ${values} values, but ${rows} rows`)
  return readZigzag(cursor)
}

function maximumBytes(rows: number): number {
  const blocks = Math.ceil((rows - 1) / BLOCK_VALUES)
  return 4 * VARINT_BYTES + blocks * (VARINT_BYTES + 1 + BLOCK_VALUES * MAX_WIDTH_BYTES) + 8
}

function allPackable(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (!(value >= 0 && value < DELTA_LIMIT && Math.floor(value) === value)) return false
  }
  return true
}

function byteWidth(range: number): number {
  if (range < TWO_32) return range < 65536 ? (range < 256 ? (range === 0 ? 0 : 1) : 2) : range < 16777216 ? 3 : 4
  return range < 2 ** 40 ? 5 : 6
}
