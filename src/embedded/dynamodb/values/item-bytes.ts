import type { AttributeValue, Item } from './attribute-value.ts'

const documentBytes = 3
const elementBytes = 1

/**
 * What an item counts, names included; the limit of 400 KB and capacity units are in terms of it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Item): number {
  let bytes = 0
  for (const name in item) bytes += Buffer.byteLength(name) + valueBytes(item[name])
  return bytes
}

export function valueBytes(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S)
  if ('N' in value) return numberBytes(value.N)
  if ('B' in value) return binaryBytes(value.B)
  if ('M' in value) return documentBytes + Object.keys(value.M).length * elementBytes + itemBytes(value.M)
  if ('L' in value) return documentBytes + value.L.length * elementBytes + sum(value.L, valueBytes)
  if ('SS' in value) return sum(value.SS, (member) => Buffer.byteLength(member))
  if ('NS' in value) return sum(value.NS, numberBytes)
  if ('BS' in value) return sum(value.BS, binaryBytes)
  return 1
}

/**
 * A byte, one for each two significant digits before the point and for each two behind it, one for a minus. (AWS's page
 * says about as much; the rounding is as measured at the 400 KB limit, paritysuite/dynamodb-conformance,
 * tests/tier3/limits/numberByteSize.test.ts.)
 */
function numberBytes(text: string): number {
  if (text === '0') return 1
  const negative = text.startsWith('-') ? 1 : 0
  const [whole, fraction = ''] = text.slice(negative).split('.')
  const wholeDigits = fraction === '' ? whole.replace(/0+$/, '').length : whole === '0' ? 0 : whole.length
  const fractionDigits = whole === '0' ? fraction.replace(/^0+/, '').length : fraction.length
  return 1 + Math.ceil(wholeDigits / 2) + Math.ceil(fractionDigits / 2) + negative
}

function binaryBytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return (base64.length / 4) * 3 - padding
}

function sum<T>(values: readonly T[], bytesOf: (value: T) => number): number {
  return values.reduce((total, value) => total + bytesOf(value), 0)
}
