import assert from 'node:assert/strict'
import test from 'node:test'
import type { AttributeValue } from '../../../../src/embedded/dynamodb/values/attribute-value.ts'
import { compareValues, equalValues } from '../../../../src/embedded/dynamodb/values/compare.ts'
import { readValue } from '../../../../src/embedded/dynamodb/values/read-item.ts'

const pairs: readonly (readonly [name: string, a: unknown, b: unknown, equal: boolean])[] = [
  ['numbers of one value', { N: '1.50' }, { N: '15e-1' }, true],
  ['a number and its text', { N: '1' }, { S: '1' }, false],
  ['sets in another order', { SS: ['b', 'a'] }, { SS: ['a', 'b'] }, true],
  ['number sets of equal values', { NS: ['1.0', '2'] }, { NS: ['2', '1'] }, true],
  ['sets of different types', { SS: ['1'] }, { NS: ['1'] }, false],
  ['a set and a part of it', { SS: ['a', 'b'] }, { SS: ['a'] }, false],
  ['lists in another order', { L: [{ S: 'a' }, { S: 'b' }] }, { L: [{ S: 'b' }, { S: 'a' }] }, false],
  ['maps in another order', { M: { a: { N: '1' }, b: { N: '2' } } }, { M: { b: { N: '2' }, a: { N: '1.0' } } }, true],
  ['maps with other names', { M: { a: { N: '1' } } }, { M: { b: { N: '1' } } }, false],
  ['two nulls', { NULL: true }, { NULL: true }, true],
  ['true and false', { BOOL: true }, { BOOL: false }, false],
  ['equal binaries', { B: 'AA==' }, { B: 'AA==' }, true],
]
for (const [name, a, b, equal] of pairs) {
  test(`${name} are ${equal ? '' : 'not '}equal`, () => {
    assert.equal(equalValues(readValue(a), readValue(b)), equal)
    assert.equal(equalValues(readValue(b), readValue(a)), equal)
  })
}

test('only strings, numbers and binaries of the same type have an order', () => {
  const values: readonly AttributeValue[] = [
    { S: 'a' },
    { N: '1' },
    { B: 'AA==' },
    { BOOL: true },
    { NULL: true },
    { L: [] },
    { SS: ['a'] },
  ]
  for (const [i, a] of values.entries()) {
    for (const [j, b] of values.entries()) assert.equal(compareValues(a, b), i === j && i < 3 ? 0 : undefined)
  }
})
