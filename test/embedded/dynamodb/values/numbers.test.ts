import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { add, canonicalNumber, compareNumbers, subtract } from '../../../../src/embedded/dynamodb/values/numbers.ts'
import { canonical, compareExactly, exactNumber } from './arbitrary-number.ts'

const overflow = 'Number overflow. Attempting to store a number with magnitude larger than supported range'
const underflow = 'Number underflow. Attempting to store a number with magnitude smaller than supported range'
const notNumeric = 'The parameter cannot be converted to a numeric value: '
const tooPrecise = 'Attempting to store more than 38 significant digits in a Number'

const canonicalForms: readonly (readonly [string, string])[] = [
  ['0', '0'],
  ['-0', '0'],
  ['0.000', '0'],
  ['0e125', '0'],
  ['00042', '42'],
  ['+7', '7'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['1.0', '1'],
  ['0042.1200', '42.12'],
  ['1.5E2', '150'],
  ['-1.5e-3', '-0.0015'],
  ['1E125', `1${'0'.repeat(125)}`],
  ['1e-130', `0.${'0'.repeat(129)}1`],
  ['9.9999999999999999999999999999999999999E+125', `${'9'.repeat(38)}${'0'.repeat(88)}`],
  ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
]
for (const [text, form] of canonicalForms) {
  test(`${text} is kept as ${form.length > 40 ? `${form.slice(0, 12)}…` : form}`, () => {
    assert.equal(canonicalNumber(text), form)
  })
}

// As captured from AWS: paritysuite/dynamodb-conformance, valueLayers.test.ts and numberExponent.test.ts.
const refusedNumbers: readonly (readonly [string, string])[] = [
  ['1e99999999999', overflow],
  ['-1e99999999999', overflow],
  ['1e-99999999999', underflow],
  ['1e2147483648', overflow],
  ['1e126', overflow],
  ['-1E+126', overflow],
  ['0e126', overflow],
  ['1e-131', underflow],
  ['0e-131', underflow],
  ['1e9223372036854775808', `${notNumeric}1e9223372036854775808`],
  ['abc', `${notNumeric}abc`],
  ['1.2.3', `${notNumeric}1.2.3`],
  ['', notNumeric],
  ['.', `${notNumeric}.`],
  [' 1', `${notNumeric} 1`],
  ['1 ', `${notNumeric}1 `],
  ['0x10', `${notNumeric}0x10`],
  ['1e', `${notNumeric}1e`],
  ['NaN', `${notNumeric}NaN`],
  ['Infinity', `${notNumeric}Infinity`],
  ['1234567890123456789012345678901234567890', tooPrecise],
  ['123456789012345678901234567890123456789', tooPrecise],
]
for (const [text, message] of refusedNumbers) {
  test(`"${text}" is refused: ${message}`, () => {
    assert.throws(() => canonicalNumber(text), { status: 400, message })
  })
}

test('the canonical form is the same number, and its own canonical form', () => {
  fc.assert(
    fc.property(exactNumber(), ({ digits, power, text }) => {
      const form = canonicalNumber(text)
      assert.equal(canonicalNumber(form), form)
      assert.equal(form, canonicalNumber(`${String(digits)}E${String(power)}`))
      assert.match(form, /^(0|-?([1-9]\d*|0)(\.\d*[1-9])?)$/)
    }),
  )
})

test('numbers are ordered by value, with all their digits', () => {
  fc.assert(
    fc.property(exactNumber(), exactNumber(), (a, b) => {
      const order = compareNumbers(canonicalNumber(a.text), canonicalNumber(b.text))
      assert.equal(Math.sign(order), compareExactly(a, b))
    }),
  )
})

test('sums and differences are exact', () => {
  const close = fc.record({ digits: fc.bigInt(-(10n ** 18n), 10n ** 18n), power: fc.integer({ min: -9, max: 9 }) })
  fc.assert(
    fc.property(close, close, (a, b) => {
      const scale = Math.min(a.power, b.power)
      const [x, y] = [a, b].map(({ digits, power }) => digits * 10n ** BigInt(power - scale))
      const [left, right] = [a, b].map(({ digits, power }) => canonicalNumber(`${String(digits)}E${String(power)}`))
      assert.equal(add(left, right), canonicalNumber(`${String(x + y)}E${String(scale)}`))
      assert.equal(subtract(left, right), canonicalNumber(`${String(x - y)}E${String(scale)}`))
    }),
  )
})

test('what is added can be subtracted again', () => {
  fc.assert(
    fc.property(canonical, (number) => {
      assert.equal(add(number, '0'), number)
      assert.equal(subtract(number, number), '0')
    }),
  )
})

test('0.1 + 0.2 is 0.3', () => {
  assert.equal(add('0.1', '0.2'), '0.3')
  assert.equal(add('9007199254740991', '2'), '9007199254740993')
})

test('a sum is refused where it leaves the range or needs more than 38 digits', () => {
  const large = canonicalNumber('9.9e125')
  assert.throws(() => add(large, large), { message: overflow })
  assert.throws(() => add(canonicalNumber('1e50'), '1'), { message: tooPrecise })
})
