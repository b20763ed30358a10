import { InvalidObjectError } from '../invalid-object-error.ts'

/** The most bytes `writeVarint` uses for a number below 2^53, and for a 64-bit one. */
export const VARINT_BYTES = 10

/** Writes a whole number 0 … 2^53 - 1, seven bits at a time, lowest first; answers the offset after it. */
export function writeVarint(bytes: { [offset: number]: number }, offset: number, value: number): number {
  let rest = value
  while (rest >= 128) {
    bytes[offset++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  bytes[offset++] = rest
  return offset
}

/** Signed numbers as unsigned ones, small ones first: 0, -1, 1, -2, … */
export function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1
}

/** A place in a file; reading moves it and never beyond `end`. */
export interface Cursor {
  readonly bytes: Uint8Array
  offset: number
  readonly end: number
}

export function readByte(cursor: Cursor): number {
  if (cursor.offset >= cursor.end) throw new InvalidObjectError(`ends too early, at byte ${cursor.end}`)
  return cursor.bytes[cursor.offset++]
}

/** Reads what `writeVarint` wrote. Throws where the number is not below 2^53, which nothing in our files is. */
export function readVarint(cursor: Cursor): number {
  const start = cursor.offset
  let value = 0
  let scale = 1
  for (;;) {
    const byte = readByte(cursor)
    value += (byte & 127) * scale
    if (value > Number.MAX_SAFE_INTEGER) throw new InvalidObjectError(`holds too large a number at byte ${start}`)
    if (byte < 128) return value
    if (cursor.offset - start >= VARINT_BYTES) throw new InvalidObjectError(`holds no number at byte ${start}`)
    scale *= 128
  }
}

export function readZigzag(cursor: Cursor): number {
  const value = readVarint(cursor)
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
