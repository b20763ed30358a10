import { crc32 } from 'node:zlib'
import { InvalidObjectError } from '../invalid-object-error.ts'
import { ENCODING, nameOf, PAGE, type EncodingName } from './format.ts'
import { readThriftStruct, type ThriftStruct } from './thrift-reader.ts'
import { thriftStruct } from './thrift-writer.ts'
import type { Cursor } from './varint.ts'

/** The header of a dictionary page; the dictionary ascends. */
export function dictionaryPageHeader(body: Uint8Array, values: number): Uint8Array {
  return thriftStruct([
    [1, 'i32', PAGE.DICTIONARY],
    [2, 'i32', body.length],
    [3, 'i32', body.length],
    [4, 'i32', checksum(body)],
    // prettier-ignore
    [7, 'struct', [[1, 'i32', values], [2, 'i32', ENCODING.PLAIN], [3, 'boolean', true]]],
  ])
}

/** The header of a data page. Our columns are required, so it holds values and no levels. */
export function dataPageHeader(body: Uint8Array, values: number, encoding: EncodingName): Uint8Array {
  return thriftStruct([
    [1, 'i32', PAGE.DATA],
    [2, 'i32', body.length],
    [3, 'i32', body.length],
    [4, 'i32', checksum(body)],
    // prettier-ignore
    [5, 'struct', [[1, 'i32', values], [2, 'i32', ENCODING[encoding]], [3, 'i32', ENCODING.RLE], [4, 'i32', ENCODING.RLE]]],
  ])
}

/** Reads a dictionary page at the cursor and leaves the cursor behind it. */
export function readDictionaryPage(cursor: Cursor): { values: number; body: Uint8Array } {
  const header = readHeader(cursor, PAGE.DICTIONARY)
  const values = header.struct(7, 'dictionary_page_header').number(1, 'num_values')
  return { values, body: readBody(cursor, header) }
}

/** Reads a data page at the cursor, which must hold `rows` values, and leaves the cursor behind it. */
export function readDataPage(cursor: Cursor, rows: number): { encoding: EncodingName; body: Uint8Array } {
  const header = readHeader(cursor, PAGE.DATA)
  const data = header.struct(5, 'data_page_header')
  const values = data.number(1, 'num_values')
  if (values !== rows) throw new InvalidObjectError(`has a page of ${values} values, but ${rows} rows`)
  const encoding = nameOf(ENCODING, data.number(2, 'encoding'))
  if (!isEncoding(encoding)) throw new InvalidObjectError(`is encoded in a way we do not write (${encoding})`)
  return { encoding, body: readBody(cursor, header) }
}

function readHeader(cursor: Cursor, type: number): ThriftStruct {
  const header = readThriftStruct(cursor)
  const found = header.number(1, 'page type')
  if (found !== type)
    throw new InvalidObjectError(`has a page of type ${nameOf(PAGE, found)} for ${nameOf(PAGE, type)}`)
  return header
}

function readBody(cursor: Cursor, header: ThriftStruct): Uint8Array {
  const length = header.number(3, 'compressed_page_size')
  const available = cursor.end - cursor.offset
  if (length < 0 || length > available) {
    throw new InvalidObjectError(`has a page of ${length} bytes where ${available} are left`)
  }
  const body = cursor.bytes.subarray(cursor.offset, cursor.offset + length)
  if (header.number(4, 'page checksum') !== checksum(body)) {
    throw new InvalidObjectError(`is damaged: the page at byte ${cursor.offset} does not match its checksum`)
  }
  cursor.offset += length
  return body
}

/** CRC-32 of the page, as Parquet keeps it: a signed 32-bit number. */
function checksum(body: Uint8Array): number {
  return crc32(body) | 0
}

function isEncoding(name: string): name is EncodingName {
  return name in ENCODING
}
