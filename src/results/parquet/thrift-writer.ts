import { writeVarint, zigzag } from './varint.ts'

/** A field of a Thrift struct: its number and its value. Fields are written in the order given, which must ascend. */
export type Field =
  | readonly [id: number, type: 'i32' | 'i64', value: number]
  | readonly [id: number, type: 'string', value: string]
  | readonly [id: number, type: 'boolean', value: boolean]
  | readonly [id: number, type: 'struct', value: readonly Field[]]
  | readonly [id: number, type: 'i32s', value: readonly number[]]
  | readonly [id: number, type: 'strings', value: readonly string[]]
  | readonly [id: number, type: 'structs', value: readonly (readonly Field[])[]]

const WIRE = { i32: 5, i64: 6, string: 8, boolean: 1, struct: 12, i32s: 9, strings: 9, structs: 9 } as const

/**
 * A struct in Thrift's compact protocol.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export function thriftStruct(fields: readonly Field[]): Uint8Array {
  const out: number[] = []
  writeStruct(out, fields)
  return Uint8Array.from(out)
}

function writeStruct(out: number[], fields: readonly Field[]): void {
  let last = 0
  for (const field of fields) {
    const [id, type, value] = field
    // A boolean's value is its type: 1 is true, 2 is false. Field numbers travel as the step from the last one.
    out.push(((id - last) << 4) | (type === 'boolean' && !value ? 2 : WIRE[type]))
    last = id
    writeValue(out, field)
  }
  out.push(0)
}

function writeValue(out: number[], field: Field): void {
  const [, type, value] = field
  switch (type) {
    case 'i32':
    case 'i64':
      return pushVarint(out, zigzag(value))
    case 'string':
      return writeString(out, value)
    case 'boolean':
      return
    case 'struct':
      return writeStruct(out, value)
    case 'i32s':
      writeListHeader(out, value.length, WIRE.i32)
      return value.forEach((item) => pushVarint(out, zigzag(item)))
    case 'strings':
      writeListHeader(out, value.length, WIRE.string)
      return value.forEach((item) => writeString(out, item))
    case 'structs':
      writeListHeader(out, value.length, WIRE.struct)
      return value.forEach((item) => writeStruct(out, item))
  }
}

function writeListHeader(out: number[], length: number, itemType: number): void {
  if (length < 15) out.push((length << 4) | itemType)
  else {
    out.push(0xf0 | itemType)
    pushVarint(out, length)
  }
}

function writeString(out: number[], text: string): void {
  const bytes = Buffer.from(text)
  pushVarint(out, bytes.length)
  out.push(...bytes)
}

function pushVarint(out: number[], value: number): void {
  writeVarint(out, out.length, value)
}
