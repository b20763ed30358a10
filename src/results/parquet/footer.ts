import { InvalidObjectError } from '../invalid-object-error.ts'
import * as format from './format.ts'
import type { ColumnSchema, EncodingName } from './format.ts'
import { readThriftStruct, type ThriftStruct } from './thrift-reader.ts'
import { thriftStruct, type Field } from './thrift-writer.ts'

/** Where a column's pages are in the file; bytes from its start. */
export interface ColumnChunk {
  readonly encoding: EncodingName
  readonly dictionaryOffset: number | undefined
  readonly dataOffset: number
  /** Of all its pages, headers included. */
  readonly bytes: number
}

/** Rows that lie together: a chunk for each column, in the schema's order. */
export interface RowGroup {
  readonly rows: number
  readonly chunks: readonly ColumnChunk[]
}

/** The metadata of a file, in Thrift's compact protocol. */
export function encodeFooter(schema: readonly ColumnSchema[], groups: readonly RowGroup[]): Uint8Array {
  // prettier-ignore
  const root: Field[] = [[4, 'string', 'schema'], [5, 'i32', schema.length]]
  const elements = schema.map(({ name, type }): Field[] => [
    [1, 'i32', format.TYPE[type]],
    [3, 'i32', format.REQUIRED],
    [4, 'string', name],
    ...(type === 'BYTE_ARRAY' ? [[6, 'i32', format.UTF8] as const] : []),
  ])
  return thriftStruct([
    [1, 'i32', 2],
    [2, 'structs', [root, ...elements]],
    [3, 'i64', groups.reduce((sum, { rows }) => sum + rows, 0)],
    [4, 'structs', groups.map((group) => rowGroup(schema, group))],
    [6, 'string', format.CREATED_BY],
  ])
}

function rowGroup(schema: readonly ColumnSchema[], { rows, chunks }: RowGroup): Field[] {
  return [
    [1, 'structs', chunks.map((chunk, i) => columnChunk(schema[i], rows, chunk))],
    [2, 'i64', chunks.reduce((sum, chunk) => sum + chunk.bytes, 0)],
    [3, 'i64', rows],
  ]
}

function columnChunk({ name, type }: ColumnSchema, rows: number, chunk: ColumnChunk): Field[] {
  const encodings =
    chunk.encoding === 'RLE_DICTIONARY'
      ? [format.ENCODING.PLAIN, format.ENCODING.RLE, format.ENCODING.RLE_DICTIONARY]
      : [format.ENCODING[chunk.encoding], format.ENCODING.RLE]
  const metadata: Field[] = [
    [1, 'i32', format.TYPE[type]],
    [2, 'i32s', encodings],
    [3, 'strings', [name]],
    [4, 'i32', format.UNCOMPRESSED],
    [5, 'i64', rows],
    [6, 'i64', chunk.bytes],
    [7, 'i64', chunk.bytes],
    [9, 'i64', chunk.dataOffset],
  ]
  if (chunk.dictionaryOffset !== undefined) metadata.push([11, 'i64', chunk.dictionaryOffset])
  // prettier-ignore
  return [[2, 'i64', 0], [3, 'struct', metadata]]
}

/** What a reader needs of the metadata, checked against the one schema it may have. */
export interface Footer {
  readonly rows: number
  /** In the schema's order: the first byte of each column's pages, and the one after its last. */
  readonly chunks: readonly { readonly start: number; readonly end: number; readonly hasDictionary: boolean }[]
}

/** Finds and reads the metadata at the end of a file; everything it says is checked to lie in the file. */
export function decodeFooter(file: Uint8Array, schema: readonly ColumnSchema[]): Footer {
  const footerStart = findFooter(file)
  const metadata = readThriftStruct({ bytes: file, offset: footerStart, end: file.length - 8 })
  checkSchema(metadata.structs(2, 'schema'), schema)
  const rows = metadata.number(3, 'num_rows')
  if (rows < 1 || rows > format.MAX_ROWS) {
    throw new InvalidObjectError(`has ${rows} rows; it may have 1-${format.MAX_ROWS}`)
  }
  const groups = metadata.structs(4, 'row_groups')
  if (groups.length !== 1) throw new InvalidObjectError(`has ${groups.length} row groups, expected 1`)
  const columns = groups[0].structs(1, 'columns')
  if (columns.length !== schema.length) {
    throw new InvalidObjectError(`has ${columns.length} columns in its row group, expected ${schema.length}`)
  }
  return { rows, chunks: columns.map((column, i) => readChunk(column, schema[i].name, rows, footerStart)) }
}

function findFooter(file: Uint8Array): number {
  if (file.length < 12) throw new InvalidObjectError(`has ${file.length} bytes, too few for a parquet file`)
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  if (view.getUint32(0, true) !== format.MAGIC)
    throw new InvalidObjectError('does not begin with PAR1: not a parquet file')
  if (view.getUint32(file.length - 4, true) !== format.MAGIC) {
    throw new InvalidObjectError('does not end with PAR1: it is truncated, or not a parquet file')
  }
  const length = view.getUint32(file.length - 8, true)
  if (length > file.length - 12) {
    throw new InvalidObjectError(`has metadata of ${length} bytes in a file of ${file.length}`)
  }
  return file.length - 8 - length
}

function checkSchema(elements: readonly ThriftStruct[], schema: readonly ColumnSchema[]): void {
  const found = elements.slice(1).map(describeColumn).join(', ')
  const expected = schema.map(({ name, type }) => `${name} ${type}`).join(', ')
  if (found !== expected) throw new InvalidObjectError(`has the columns (${found}), expected (${expected})`)
}

function describeColumn(element: ThriftStruct): string {
  const type = element.has(1) ? format.nameOf(format.TYPE, element.number(1, 'type')) : 'group'
  const required = element.has(3) && element.number(3, 'repetition_type') === format.REQUIRED
  return `${element.string(4, 'column name')} ${type}${required ? '' : ' not required'}`
}

function readChunk(column: ThriftStruct, name: string, rows: number, footerStart: number) {
  const metadata = column.struct(3, `metadata of ${name}`)
  const codec = metadata.number(4, 'codec')
  if (codec !== format.UNCOMPRESSED)
    throw new InvalidObjectError(`has ${name} compressed (codec ${codec}), expected uncompressed`)
  const values = metadata.number(5, 'num_values')
  if (values !== rows) throw new InvalidObjectError(`has ${values} values in ${name}, but ${rows} rows`)
  const hasDictionary = metadata.has(11)
  const start = hasDictionary ? metadata.number(11, 'dictionary_page_offset') : metadata.number(9, 'data_page_offset')
  const end = start + metadata.number(7, 'total_compressed_size')
  if (!(start >= 4 && start < end && end <= footerStart)) {
    throw new InvalidObjectError(`has ${name} in bytes ${start}-${end}, outside its data (4-${footerStart})`)
  }
  return { start, end, hasDictionary }
}
