import { InvalidObjectError } from '../invalid-object-error.ts'
import { readByte, readVarint, readZigzag, type Cursor } from './varint.ts'

/** A struct as found: values by field number. What they should be is for `struct.number(…)` and its sisters to say. */
export type ThriftValue = number | boolean | string | readonly ThriftValue[] | ThriftStruct

const TYPE = {
  TRUE: 1,
  FALSE: 2,
  BYTE: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  SET: 10,
  MAP: 11,
  STRUCT: 12,
}

/** Structs inside structs: Parquet's own go 5 deep; more is not a file but an attack on the stack. */
const MAX_DEPTH = 16

export class ThriftStruct {
  readonly #fields: ReadonlyMap<number, ThriftValue>

  constructor(fields: ReadonlyMap<number, ThriftValue>) {
    this.#fields = fields
  }

  /** `name` is what the field is called in messages. */
  number(id: number, name: string): number {
    return this.#get(id, name, (value): value is number => typeof value === 'number')
  }

  string(id: number, name: string): string {
    return this.#get(id, name, (value): value is string => typeof value === 'string')
  }

  struct(id: number, name: string): ThriftStruct {
    return this.#get(id, name, isStruct)
  }

  structs(id: number, name: string): readonly ThriftStruct[] {
    return this.#get(id, name, (value): value is ThriftStruct[] => Array.isArray(value) && value.every(isStruct))
  }

  has(id: number): boolean {
    return this.#fields.has(id)
  }

  #get<T>(id: number, name: string, fits: (value: unknown) => value is T): T {
    const value: unknown = this.#fields.get(id)
    if (!fits(value)) throw new InvalidObjectError(`has no valid ${name} in its metadata`)
    return value
  }
}

/** Reads a struct of Thrift's compact protocol, and never beyond the cursor's end. */
export function readThriftStruct(cursor: Cursor, depth = 0): ThriftStruct {
  if (depth > MAX_DEPTH) throw new InvalidObjectError(`has metadata nested more than ${MAX_DEPTH} deep`)
  const fields = new Map<number, ThriftValue>()
  let id = 0
  for (;;) {
    const header = readByte(cursor)
    if (header === 0) return new ThriftStruct(fields)
    const step = header >> 4
    id = step === 0 ? readZigzag(cursor) : id + step
    const type = header & 15
    fields.set(id, type <= TYPE.FALSE ? type === TYPE.TRUE : readValue(cursor, type, depth))
  }
}

function readValue(cursor: Cursor, type: number, depth: number): ThriftValue {
  switch (type) {
    case TYPE.TRUE:
    case TYPE.FALSE:
    case TYPE.BYTE:
      return readByte(cursor)
    case TYPE.I16:
    case TYPE.I32:
    case TYPE.I64:
      return readZigzag(cursor)
    case TYPE.BINARY:
      return readText(cursor)
    case TYPE.LIST:
    case TYPE.SET:
      return readList(cursor, depth + 1)
    case TYPE.STRUCT:
      return readThriftStruct(cursor, depth + 1)
    default:
      throw new InvalidObjectError(`has metadata of an unknown kind (${type}) at byte ${cursor.offset}`)
  }
}

function readText(cursor: Cursor): string {
  const length = readVarint(cursor)
  const start = cursor.offset
  if (length > cursor.end - start) throw new InvalidObjectError(`ends too early: a text of ${length} bytes at ${start}`)
  cursor.offset += length
  return Buffer.from(cursor.bytes.subarray(start, cursor.offset)).toString('utf8')
}

function readList(cursor: Cursor, depth: number): ThriftValue[] {
  if (depth > MAX_DEPTH) throw new InvalidObjectError(`has metadata nested more than ${MAX_DEPTH} deep`)
  const header = readByte(cursor)
  const length = header >> 4 === 15 ? readVarint(cursor) : header >> 4
  // Every item takes a byte at least, so the file's own size bounds the list.
  if (length > cursor.end - cursor.offset) throw new InvalidObjectError(`ends too early: a list of ${length}`)
  return Array.from({ length }, () => readValue(cursor, header & 15, depth))
}

function isStruct(value: unknown): value is ThriftStruct {
  return value instanceof ThriftStruct
}
