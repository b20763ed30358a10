import type { AttributeType, AttributeValue } from '../values/attribute-value.ts'
import { compareValues, equalValues } from '../values/compare.ts'
import { typeOf } from '../values/type-of.ts'

/**
 * What conditions ask about values; a missing one (undefined) satisfies nothing but `<>` and its like.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
type Value = AttributeValue | undefined

export function areEqual(a: Value, b: Value): boolean {
  return a !== undefined && b !== undefined && equalValues(a, b)
}

/** Values of different types have no order. */
export function isOrdered(operator: '<' | '<=' | '>' | '>=', a: Value, b: Value): boolean {
  const order = a === undefined || b === undefined ? undefined : compareValues(a, b)
  return order !== undefined && satisfies[operator](order)
}

const satisfies: Readonly<Record<'<' | '<=' | '>' | '>=', (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

export function isBetween(value: Value, low: Value, high: Value): boolean {
  return isOrdered('>=', value, low) && isOrdered('<=', value, high)
}

export function beginsWith(value: Value, prefix: Value): boolean {
  if (value === undefined || prefix === undefined) return false
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S)
  if (!('B' in value && 'B' in prefix)) return false
  const start = bytes(prefix.B)
  return bytes(value.B).subarray(0, start.length).equals(start)
}

/** A part of a string or binary, a member of a set, an element of a list. */
export function contains(value: Value, wanted: Value): boolean {
  if (value === undefined || wanted === undefined) return false
  if ('S' in wanted && 'S' in value) return value.S.includes(wanted.S)
  if ('B' in wanted && 'B' in value) return bytes(value.B).includes(bytes(wanted.B))
  if ('S' in wanted && 'SS' in value) return value.SS.includes(wanted.S)
  if ('N' in wanted && 'NS' in value) return value.NS.includes(wanted.N)
  if ('B' in wanted && 'BS' in value) return value.BS.includes(wanted.B)
  return 'L' in value && value.L.some((element) => equalValues(element, wanted))
}

export function hasType(value: Value, type: AttributeType): boolean {
  return value !== undefined && typeOf(value) === type
}

/** Undefined for the types that have no size: N, BOOL and NULL. */
export function sizeOf(value: Value): AttributeValue | undefined {
  const size = value === undefined ? undefined : countOf(value)
  return size === undefined ? undefined : { N: String(size) }
}

function countOf(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length
  if ('B' in value) return bytes(value.B).length
  if ('L' in value) return value.L.length
  if ('M' in value) return Object.keys(value.M).length
  if ('SS' in value) return value.SS.length
  if ('NS' in value) return value.NS.length
  return 'BS' in value ? value.BS.length : undefined
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}
