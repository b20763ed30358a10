import assert from 'node:assert/strict'
import test from 'node:test'
import { itemBytes, valueBytes } from '../../../../src/embedded/dynamodb/values/item-bytes.ts'
import { readItem, readValue } from '../../../../src/embedded/dynamodb/values/read-item.ts'

// Measured at the 400 KB limit of AWS: paritysuite/dynamodb-conformance, numberByteSize.test.ts.
const numbers: readonly (readonly [string, number])[] = [
  ['0', 1],
  ['1', 2],
  ['12', 2],
  ['123', 3],
  ['1234', 3],
  ['12345678901234567890123456789012345678', 20],
  ['0042', 2],
  ['100', 2],
  ['1010', 3],
  ['0.0000001', 2],
  ['1E125', 2],
  ['1E-100', 2],
  ['1.5', 3],
  ['1.200', 3],
  ['1.234', 4],
  ['3.14159', 5],
  ['123456', 4],
  ['100.5', 4],
  ['0.15', 2],
  ['-42', 3],
  ['-0', 1],
]
for (const [number, bytes] of numbers) {
  test(`${number} counts ${String(bytes)}`, () => assert.equal(valueBytes(readValue({ N: number })), bytes))
}

const values: readonly (readonly [string, unknown, number])[] = [
  ['a string its UTF-8 bytes', { S: 'aé€' }, 6],
  ['a binary its bytes', { B: 'AAAA/w==' }, 4],
  ['an empty binary nothing', { B: '' }, 0],
  ['a boolean one', { BOOL: false }, 1],
  ['a null one', { NULL: true }, 1],
  ['a set its members', { SS: ['ab', 'c'] }, 3],
  ['a number set its members', { NS: ['1', '100.5'] }, 6],
  ['a list three, and one more than each element', { L: [{ S: 'ab' }, { BOOL: true }] }, 3 + 3 + 2],
  ['a map three, and one more than each name and value', { M: { name: { S: 'ab' } } }, 3 + 7],
]
for (const [name, raw, bytes] of values) {
  test(`${name} counts`, () => assert.equal(valueBytes(readValue(raw)), bytes))
}

test('an item counts its names and values', () => {
  assert.equal(itemBytes(readItem({ pk: { S: 'abc' }, é: { N: '1' } })), 2 + 3 + 2 + 2)
})
