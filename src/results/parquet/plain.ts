import { InvalidObjectError } from '../invalid-object-error.ts'
import type { NumberTypeName } from './format.ts'
import type { Scratch } from './scratch.ts'

const TWO_32 = 4294967296
const BYTES = { INT32: 4, INT64: 8, DOUBLE: 8 } as const

export function plainBytes(type: NumberTypeName, values: number): number {
  return values * BYTES[type]
}

/** PLAIN encoding: the values one after the other, little-endian. Whole numbers must be safe integers. */
export function encodePlain(type: NumberTypeName, values: Float64Array, scratch: Scratch): Uint8Array {
  const length = plainBytes(type, values.length)
  const { view, offset } = scratch.reserve(length)
  for (let i = 0, at = offset; i < values.length; i++, at += BYTES[type]) {
    const value = values[i]
    if (type === 'DOUBLE') view.setFloat64(at, value, true)
    else if (type === 'INT32') view.setInt32(at, value, true)
    else {
      const high = Math.floor(value / TWO_32)
      view.setUint32(at, value - high * TWO_32, true)
      view.setInt32(at + 4, high, true)
    }
  }
  return scratch.keep(length)
}

export function decodePlain(type: NumberTypeName, body: Uint8Array, rows: number): Float64Array {
  if (body.length !== plainBytes(type, rows)) {
    throw new InvalidObjectError(`has ${body.length} bytes for ${rows} ${type} values`)
  }
  const view = new DataView(body.buffer, body.byteOffset, body.length)
  const values = new Float64Array(rows)
  for (let i = 0, at = 0; i < rows; i++, at += BYTES[type]) {
    if (type === 'DOUBLE') values[i] = view.getFloat64(at, true)
    else if (type === 'INT32') values[i] = view.getInt32(at, true)
    else values[i] = view.getInt32(at + 4, true) * TWO_32 + view.getUint32(at, true)
  }
  return values
}
