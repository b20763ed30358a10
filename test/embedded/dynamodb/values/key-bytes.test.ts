import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { compareValues } from '../../../../src/embedded/dynamodb/values/compare.ts'
import { keyBytes } from '../../../../src/embedded/dynamodb/values/key-bytes.ts'
import { canonicalNumber } from '../../../../src/embedded/dynamodb/values/numbers.ts'
import { compareExactly, exactNumber } from './arbitrary-number.ts'

test('numbers as keys are ordered by value', () => {
  const close = fc.integer({ min: -1200, max: 1200 }).map((n) => {
    return { digits: BigInt(n), power: -2, text: `${String(n)}E-2` }
  })
  const number = fc.oneof(exactNumber(), exactNumber(3), close)
  fc.assert(
    fc.property(number, number, (a, b) => {
      const [left, right] = [a, b].map(({ text }) => keyBytes({ N: canonicalNumber(text) }))
      assert.equal(Buffer.compare(left, right), compareExactly(a, b))
    }),
    { numRuns: 2000 },
  )
})

test('strings as keys are ordered by their UTF-8 bytes, as comparisons order them', () => {
  const string = fc.string({ unit: 'grapheme', maxLength: 6 })
  fc.assert(
    fc.property(string, string, (a, b) => {
      const order = Buffer.compare(keyBytes({ S: a }), keyBytes({ S: b }))
      assert.equal(Math.sign(compareValues({ S: a }, { S: b })!), order)
    }),
  )
  assert.ok(compareValues({ S: '\u{1F600}' }, { S: '\uFFFD' })! > 0)
  assert.deepEqual(['\uFFFD', '\u{1F600}'].sort(), ['\u{1F600}', '\uFFFD'], 'which JavaScript orders the other way')
})

test('binaries as keys are ordered by their bytes, unsigned', () => {
  const binary = fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(binary, binary, (a, b) => {
      const [left, right] = [a, b].map((bytes) => ({ B: bytes.toString('base64') }))
      assert.deepEqual(keyBytes(left), a)
      assert.equal(Math.sign(compareValues(left, right)!), Buffer.compare(a, b))
    }),
  )
})

test('nothing else is a key', () => {
  assert.throws(() => keyBytes({ BOOL: true }), /Only S, N and B can be keys, got BOOL/)
})
