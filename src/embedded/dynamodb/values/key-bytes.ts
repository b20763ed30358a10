import type { AttributeValue } from './attribute-value.ts'
import { parseCanonical } from './numbers.ts'

/**
 * Bytes whose memcmp order is DynamoDB's order of keys of one type: strings by UTF-8, binaries by bytes, numbers by
 * value. Throws for the types that no key has.
 */
export function keyBytes(value: AttributeValue): Buffer {
  if ('S' in value) return Buffer.from(value.S)
  if ('N' in value) return numberBytes(value.N)
  if ('B' in value) return Buffer.from(value.B, 'base64')
  throw new Error(`Only S, N and B can be keys, got ${Object.keys(value).join()}`)
}

const negative = 0x00
const zero = 0x01
const positive = 0x02
const exponentOffset = 130

/**
 *     sign | exponent + 130 | two digits a byte, plus one | …
 *
 * Negative numbers have all but the sign inverted, and 0xff behind, so that of two with the same beginning the one with
 * more digits comes first.
 */
function numberBytes(text: string): Buffer {
  const decimal = parseCanonical(text)
  const { digits } = decimal
  if (digits === '') return Buffer.of(zero)
  const bytes = [decimal.negative ? negative : positive, decimal.exponent + exponentOffset]
  for (let i = 0; i < digits.length; i += 2) bytes.push(Number(digits.slice(i, i + 2).padEnd(2, '0')) + 1)
  return Buffer.from(decimal.negative ? [negative, ...bytes.slice(1).map((byte) => 0xff - byte), 0xff] : bytes)
}
