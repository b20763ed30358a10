import { InvalidObjectError } from '../invalid-object-error.ts'
import { BLOCK_VALUES, writeDeltaHeader } from './delta-packed.ts'
import type { EncodedColumn } from './format.ts'
import type { Scratch } from './scratch.ts'
import { VARINT_BYTES, zigzag } from './varint.ts'

/**
 * scenario_id: 0, 1, 2, … rows - 1, known from the number of rows alone. Delta-packed it is two bytes for each block of
 * 1,024: the step of one, and no bits beyond it.
 */
export function encodeRowNumbers(rows: number, scratch: Scratch): EncodedColumn {
  const blocks = Math.ceil((rows - 1) / BLOCK_VALUES)
  const { bytes, offset } = scratch.reserve(4 * VARINT_BYTES + blocks * 2)
  let at = writeDeltaHeader(bytes, offset, rows, 0)
  for (let block = 0; block < blocks; block++) {
    bytes[at++] = zigzag(1)
    bytes[at++] = 0
  }
  return { encoding: 'DELTA_BINARY_PACKED', data: scratch.keep(at - offset) }
}

/** There is one way to write the numbers of the rows, so reading them is comparing. */
export function checkRowNumbers(column: EncodedColumn, rows: number, scratch: Scratch): void {
  const expected = encodeRowNumbers(rows, scratch)
  if (column.encoding !== expected.encoding || Buffer.compare(column.data, expected.data) !== 0) {
    throw new InvalidObjectError(`does not count the ${rows} rows from 0 to ${rows - 1}`)
  }
}
