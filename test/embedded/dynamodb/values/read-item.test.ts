import assert from 'node:assert/strict'
import test from 'node:test'
import { readItem, readValue } from '../../../../src/embedded/dynamodb/values/read-item.ts'
import { SerializationError } from '../../../../src/embedded/shape.ts'

const invalid = 'One or more parameter values were invalid: '

function deep(levels: number): unknown {
  let value: unknown = { S: 'leaf' }
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? { M: { n: value } } : { L: [value] }
  return value
}

test('all types are read, numbers and sets in canonical form', () => {
  const raw = {
    s: { S: '' },
    n: { N: '01.50' },
    b: { B: 'AAE=' },
    yes: { BOOL: true },
    nothing: { NULL: true },
    l: { L: [{ N: '1e1' }, { S: 'a' }] },
    m: { M: { a: { S: 'b' } } },
    ss: { SS: ['b', '', 'a'] },
    ns: { NS: ['10', '9', '-1.0'] },
    bs: { BS: ['/w==', 'AA=='] },
  }
  assert.deepEqual(JSON.parse(JSON.stringify(readItem(raw))), {
    ...raw,
    n: { N: '1.5' },
    l: { L: [{ N: '10' }, { S: 'a' }] },
    ss: { SS: ['', 'a', 'b'] },
    ns: { NS: ['-1', '9', '10'] },
    bs: { BS: ['AA==', '/w=='] },
  })
})

test('names that every JavaScript object has are as good as others', () => {
  const item = readItem(JSON.parse('{"__proto__": {"S": "a"}, "constructor": {"M": {"toString": {"N": "1"}}}}'))
  assert.deepEqual(Object.keys(item), ['__proto__', 'constructor'])
  assert.deepEqual(item['__proto__'], { S: 'a' })
  assert.equal(item.toString, undefined)
})

test('members and attributes that are null are not there', () => {
  assert.deepEqual(readValue({ S: 'a', N: null, Unknown: 1 }), { S: 'a' })
  assert.deepEqual(Object.keys(readItem({ a: null, b: { S: 'b' } })), ['b'])
})

const refused: readonly (readonly [name: string, raw: unknown, message: string])[] = [
  ['no member', {}, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
  [
    'an unknown member',
    { X: 1 },
    'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
  ],
  [
    'two members',
    { S: 'a', N: '1' },
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
  ],
  ['a null that is not', { NULL: false }, `${invalid}Null attribute value types must have the value of true`],
  ['an empty string set', { SS: [] }, `${invalid}An string set  may not be empty`],
  ['an empty number set', { NS: [] }, `${invalid}An number set  may not be empty`],
  ['an empty binary set', { BS: [] }, `${invalid}Binary sets should not be empty`],
  // The repeats as captured from AWS: paritysuite/dynamodb-conformance, valueLayers.test.ts.
  ['a string twice', { SS: ['b', 'a', 'b'] }, `${invalid}Input collection ["a", "b", "b"] contains duplicates.`],
  [
    'a binary twice',
    { BS: ['/w==', 'AA==', 'AA=='] },
    `${invalid}Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.`,
  ],
  ['a number twice, however written', { NS: ['2', '1', '2.0'] }, `${invalid}Input collection contains duplicates.`],
  ['no number in a set', { NS: ['1', 'abc'] }, 'The parameter cannot be converted to a numeric value: abc'],
  ['no number deep inside', { M: { a: { L: [{ N: '' }] } } }, 'The parameter cannot be converted to a numeric value: '],
  ['a nameless member of a map', { M: { '': { S: 'a' } } }, 'Empty attribute name'],
]
for (const [name, raw, message] of refused) {
  test(`a value with ${name} is refused`, () => {
    assert.throws(() => readValue(raw), { status: 400, type: 'com.amazon.coral.validate#ValidationException', message })
  })
}

test('an attribute has a name', () => {
  assert.throws(() => readItem({ '': { S: 'a' } }), { message: 'Empty attribute name' })
})

test('values may be 32 levels deep, the attribute counted', () => {
  assert.ok(readItem({ a: deep(31) }))
  for (const levels of [32, 100]) {
    assert.throws(() => readItem({ a: deep(levels) }), {
      message:
        'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    })
  }
})

// The texts are those that dynalite was checked for against AWS.
const wrongTypes: readonly (readonly [raw: unknown, message: string])[] = [
  [{ S: 1 }, 'NUMBER_VALUE cannot be converted to String'],
  [{ S: 1.5 }, 'DECIMAL_VALUE cannot be converted to String'],
  [{ S: true }, 'TRUE_VALUE cannot be converted to String'],
  [{ S: [] }, 'Unrecognized collection type class java.lang.String'],
  [{ N: {} }, 'Start of structure or map found where not expected'],
  [{ BOOL: 'maybe' }, 'Unexpected token received from parser'],
  [{ BOOL: 1 }, 'NUMBER_VALUE cannot be converted to Boolean'],
  [{ B: 1 }, 'only base-64-encoded strings are convertible to bytes'],
  [{ B: [] }, 'Unrecognized collection type class java.nio.ByteBuffer'],
  [{ B: 'abc' }, 'Base64 encoded length is expected a multiple of 4 bytes but found: 3'],
  [{ B: 'AB==' }, 'Invalid last non-pad Base64 character dectected'],
  [{ SS: 'a' }, 'Unexpected field type'],
  [{ L: {} }, 'Start of structure or map found where not expected'],
  [{ M: 'a' }, 'Unexpected field type'],
  [{ M: { a: 1 } }, 'Unexpected value type in payload'],
  ['a', 'Unexpected value type in payload'],
  [[], 'Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue'],
]
for (const [raw, message] of wrongTypes) {
  test(`${JSON.stringify(raw)} is no attribute value`, () => {
    assert.throws(
      () => readValue(raw),
      (error) => error instanceof SerializationError && error.message === message,
    )
  })
}
