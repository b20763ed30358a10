import { InvalidObjectError } from '../invalid-object-error.ts'
import { decodeDeltaPacked, encodeDeltaPacked } from './delta-packed.ts'
import type { EncodedColumn } from './format.ts'
import { decodePlain, encodePlain } from './plain.ts'
import type { Scratch } from './scratch.ts'

/**
 * INT64 from whole numbers in doubles: delta-packed, or PLAIN where one of them is negative or 2^47 and above. Throws
 * RangeError where one is not a safe integer.
 */
export function encodeWholeNumbers(name: string, values: Float64Array, scratch: Scratch): EncodedColumn {
  const packed = encodeDeltaPacked(values, scratch)
  if (packed) return { encoding: 'DELTA_BINARY_PACKED', data: packed }
  const row = values.findIndex((value) => !Number.isSafeInteger(value))
  if (row >= 0) throw new RangeError(`${name} in row ${row} must be a whole number below 2^53, got ${values[row]}`)
  return { encoding: 'PLAIN', data: encodePlain('INT64', values, scratch) }
}

/** Throws where a value cannot be held exactly by a double. */
export function decodeWholeNumbers(column: EncodedColumn, rows: number): Float64Array {
  if (column.encoding === 'DELTA_BINARY_PACKED') return decodeDeltaPacked(column.data, rows)
  if (column.encoding !== 'PLAIN') {
    throw new InvalidObjectError(`is encoded as ${column.encoding}, expected DELTA_BINARY_PACKED or PLAIN`)
  }
  const values = decodePlain('INT64', column.data, rows)
  const row = values.findIndex((value) => !Number.isSafeInteger(value))
  if (row >= 0) throw new InvalidObjectError(`holds ${values[row]} in row ${row}; whole numbers must be below 2^53`)
  return values
}
