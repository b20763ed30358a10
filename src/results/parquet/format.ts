/**
 * The few words of the Parquet format that our tables use, with the numbers its Thrift definition gives them.
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export const TYPE = { INT32: 1, INT64: 2, DOUBLE: 5, BYTE_ARRAY: 6 } as const
export type TypeName = keyof typeof TYPE
export type NumberTypeName = Exclude<TypeName, 'BYTE_ARRAY'>

export const ENCODING = { PLAIN: 0, RLE: 3, DELTA_BINARY_PACKED: 5, RLE_DICTIONARY: 8 } as const
export type EncodingName = keyof typeof ENCODING

export const PAGE = { DATA: 0, DICTIONARY: 2 } as const

export const REQUIRED = 0
/** A converted type: the bytes of a BYTE_ARRAY are text. */
export const UTF8 = 0
export const UNCOMPRESSED = 0

/** First and last four bytes of every file: "PAR1". */
export const MAGIC = 0x31524150

/** `created_by`: fixed, because the bytes of a result depend on nothing but the result. */
export const CREATED_BY = 'turnaround'

/** Most rows in one table; pages are counted with 32-bit integers. */
export const MAX_ROWS = 10_000_000

/** A column's pages before or after their headers: what it holds, without where it is. */
export interface EncodedColumn {
  readonly encoding: EncodingName
  /** Present exactly where the encoding is RLE_DICTIONARY. */
  readonly dictionary?: { readonly values: number; readonly body: Uint8Array }
  readonly data: Uint8Array
}

export interface ColumnSchema {
  readonly name: string
  readonly type: TypeName
}

/** The name of a number in one of the tables above, for messages. */
export function nameOf(table: { readonly [name: string]: number }, value: unknown): string {
  return Object.keys(table).find((name) => table[name] === value) ?? String(value)
}
