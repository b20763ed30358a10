import assert from 'node:assert/strict'
import test from 'node:test'
import {
  checkParameterKinds,
  readAttributesToGet,
  readAttributeUpdates,
  readExpected,
  readFilter,
  readKeyConditions,
} from '../../../../src/embedded/dynamodb/expressions/legacy.ts'
import { resolveKeyCondition } from '../../../../src/embedded/dynamodb/expressions/key-condition.ts'
import { item, plain } from './given.ts'

const invalid = 'One or more parameter values were invalid: '
const stored = item({
  s: { S: 'banana' },
  n: { N: '5' },
  tags: { SS: ['a', 'b'] },
  l: { L: [{ S: 'x' }] },
})

function compare(ComparisonOperator: string, ...AttributeValueList: unknown[]): unknown {
  return { ComparisonOperator, AttributeValueList }
}

const filters: readonly (readonly [filter: unknown, matches: boolean])[] = [
  [{ s: compare('EQ', { S: 'banana' }) }, true],
  [{ l: compare('EQ', { L: [{ S: 'x' }] }) }, true],
  [{ s: compare('NE', { S: 'banana' }) }, false],
  [{ gone: compare('NE', { S: 'banana' }) }, true],
  [{ n: compare('LE', { N: '5.0' }) }, true],
  [{ n: compare('LT', { N: '5' }) }, false],
  [{ n: compare('GE', { N: '4' }) }, true],
  [{ n: compare('GT', { S: '4' }) }, false],
  [{ s: compare('NOT_NULL') }, true],
  [{ s: { ComparisonOperator: 'NULL' } }, false],
  [{ gone: compare('NULL') }, true],
  [{ s: compare('CONTAINS', { S: 'nan' }) }, true],
  [{ tags: compare('CONTAINS', { S: 'a' }) }, true],
  [{ tags: compare('NOT_CONTAINS', { S: 'a' }) }, false],
  [{ gone: compare('NOT_CONTAINS', { S: 'a' }) }, false],
  [{ s: compare('BEGINS_WITH', { S: 'ban' }) }, true],
  [{ s: compare('IN', { S: 'x' }, { S: 'banana' }) }, true],
  [{ n: compare('BETWEEN', { N: '1' }, { N: '5' }) }, true],
  [{ s: compare('NOT_NULL'), gone: compare('NOT_NULL') }, false],
  [{}, true],
]
for (const [filter, matches] of filters) {
  test(`the filter ${JSON.stringify(filter)} is ${String(matches)}`, () => {
    assert.equal(readFilter(filter, undefined).matches(stored), matches)
  })
}

test('conditions are all needed, or with OR one of them', () => {
  const expected = { s: { Exists: false }, n: { Value: { N: '5' } } }
  assert.ok(!readExpected(expected, undefined).matches(stored))
  assert.ok(!readExpected(expected, 'AND').matches(stored))
  assert.ok(readExpected(expected, 'OR').matches(stored))
  assert.deepEqual(readExpected(expected, 'OR').paths, [['s'], ['n']])
})

test('what is expected is a value, none, or a comparison', () => {
  assert.ok(readExpected({ n: { Value: { N: '5.0' } } }, undefined).matches(stored))
  assert.ok(readExpected({ n: { Exists: true, Value: { N: '5' } } }, undefined).matches(stored))
  assert.ok(!readExpected({ n: { Exists: false } }, undefined).matches(stored))
  assert.ok(readExpected({ n: { Exists: false } }, undefined).matches(undefined))
  assert.ok(readExpected({ n: { ComparisonOperator: 'GT', Value: { N: '4' } } }, undefined).matches(stored))
  assert.ok(readExpected(undefined, undefined).matches(undefined))
})

const refusedExpected: readonly (readonly [expected: unknown, message: string])[] = [
  [{ a: {} }, `${invalid}Value must be provided when Exists is null for Attribute: a`],
  [{ a: { Exists: true } }, `${invalid}Value must be provided when Exists is true for Attribute: a`],
  [{ a: { Exists: false, Value: { S: 'a' } } }, `${invalid}Value cannot be used when Exists is false for Attribute: a`],
  [
    { a: { ComparisonOperator: 'EQ' } },
    `${invalid}Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a`,
  ],
  [
    { a: { ComparisonOperator: 'EQ', Exists: true, Value: { S: 'a' } } },
    `${invalid}Exists and ComparisonOperator cannot be used together for Attribute: a`,
  ],
  [
    { a: { Value: { S: 'a' }, AttributeValueList: [] } },
    `${invalid}Value and AttributeValueList cannot be used together for Attribute: a`,
  ],
  [
    { a: { AttributeValueList: [{ S: 'a' }] } },
    `${invalid}AttributeValueList can only be used with a ComparisonOperator for Attribute: a`,
  ],
  [{ a: compare('NULL', { S: 'a' }) }, `${invalid}Invalid number of argument(s) for the NULL ComparisonOperator`],
  [{ a: compare('IN') }, `${invalid}Invalid number of argument(s) for the IN ComparisonOperator`],
  [
    { a: compare('IN', { S: 'a' }, { N: '1' }) },
    `${invalid}AttributeValues inside AttributeValueList must be of same type`,
  ],
  [{ a: compare('LT', { BOOL: true }) }, `${invalid}ComparisonOperator LT is not valid for BOOL AttributeValue type`],
  [
    { a: compare('BETWEEN', { N: '2' }, { N: '1' }) },
    'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
  ],
  [{ a: { Value: { N: 'x' } } }, 'The parameter cannot be converted to a numeric value: x'],
  [
    { a: compare('ALIKE', { S: 'a' }) },
    "1 validation error detected: Value 'ALIKE' at 'expected.a.member.comparisonOperator' failed to satisfy constraint: " +
      'Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]',
  ],
]
for (const [expected, message] of refusedExpected) {
  test(`${JSON.stringify(expected)} cannot be expected`, () => {
    assert.throws(() => readExpected(expected, undefined), { status: 400, message })
  })
}

test('a filter needs its operator', () => {
  assert.throws(() => readFilter({ a: {} }, undefined, 'scanFilter'), {
    message:
      "1 validation error detected: Value null at 'scanFilter.a.member.comparisonOperator' failed to satisfy constraint: Member must not be null",
  })
})

test('ConditionalOperator needs two conditions to be between', () => {
  const one = { s: compare('NOT_NULL') }
  const two = { ...one, n: compare('NOT_NULL') }
  assert.throws(() => readFilter(undefined, 'AND'), {
    message: 'ConditionalOperator cannot be used without Filter or Expected',
  })
  assert.throws(() => readFilter(one, 'AND'), {
    message: 'ConditionalOperator can only be used when Filter or Expected has two or more elements',
  })
  assert.throws(() => readFilter(two, 'XOR'), {
    message: 'Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]',
  })
})

test('key conditions are those of expressions', () => {
  const condition = readKeyConditions({
    pk: compare('EQ', { S: 'p' }),
    sk: compare('BETWEEN', { N: '1' }, { N: '2' }),
  })
  assert.deepEqual(resolveKeyCondition(condition, { hash: 'pk', range: 'sk' }), {
    hash: { S: 'p' },
    range: { operator: 'between', values: [{ N: '1' }, { N: '2' }] },
  })
  assert.throws(() => readKeyConditions({ pk: compare('NE', { S: 'p' }) }), {
    message: 'Attempted conditional constraint is not an indexable operation',
  })
  assert.throws(() => readKeyConditions({}), { message: 'Conditions can be of length 1 or 2 only' })
})

const updates: readonly (readonly [updates: unknown, changed: Readonly<Record<string, unknown>>])[] = [
  [{ a: { Value: { S: 'x' } } }, { a: { S: 'x' } }],
  [{ s: { Action: 'PUT', Value: { N: '01' } } }, { s: { N: '1' } }],
  [{ s: { Action: 'DELETE' }, gone: { Action: 'DELETE' } }, { s: undefined }],
  [{ tags: { Action: 'DELETE', Value: { SS: ['a'] } } }, { tags: { SS: ['b'] } }],
  [{ tags: { Action: 'DELETE', Value: { SS: ['a', 'b'] } } }, { tags: undefined }],
  [{ n: { Action: 'ADD', Value: { N: '-7' } } }, { n: { N: '-2' } }],
  [{ tags: { Action: 'ADD', Value: { SS: ['c', 'a'] } } }, { tags: { SS: ['a', 'b', 'c'] } }],
  [{ l: { Action: 'ADD', Value: { L: [{ S: 'y' }] } } }, { l: { L: [{ S: 'x' }, { S: 'y' }] } }],
  [{ new: { Action: 'ADD', Value: { N: '3' } } }, { new: { N: '3' } }],
]
for (const [given, changed] of updates) {
  test(`AttributeUpdates ${JSON.stringify(given)}`, () => {
    const update = readAttributeUpdates(given)
    assert.deepEqual(plain(update.apply(stored).item), plain({ ...stored, ...changed }))
    assert.deepEqual(update.topLevelNames, Object.keys(given as object))
  })
}

const refusedUpdates: readonly (readonly [updates: unknown, message: string])[] = [
  [{ a: {} }, `${invalid}Only DELETE action is allowed when no attribute value is specified`],
  [{ a: { Action: 'ADD' } }, `${invalid}Only DELETE action is allowed when no attribute value is specified`],
  [
    { a: { Action: 'DELETE', Value: { S: 'a' } } },
    `${invalid}DELETE action with value is not supported for the type S`,
  ],
  [{ a: { Action: 'ADD', Value: { S: 'a' } } }, `${invalid}ADD action is not supported for the type S`],
  [{ s: { Action: 'ADD', Value: { N: '1' } } }, 'Type mismatch for attribute to update'],
  [{ s: { Action: 'ADD', Value: { L: [] } } }, 'Type mismatch for attribute to update'],
  [{ tags: { Action: 'DELETE', Value: { NS: ['1'] } } }, 'Type mismatch for attribute to update'],
]
for (const [given, message] of refusedUpdates) {
  test(`AttributeUpdates ${JSON.stringify(given)} are refused`, () => {
    assert.throws(() => readAttributeUpdates(given).apply(stored), { status: 400, message })
  })
}

test('AttributesToGet are names, not paths', () => {
  const dotted = item({ 'a.b': { S: 'x' }, a: { M: { b: { S: 'y' } } } })
  assert.deepEqual(plain(readAttributesToGet(['a.b', 'gone']).project(dotted)), { 'a.b': { S: 'x' } })
  assert.throws(() => readAttributesToGet(['a', 'b', 'a']), {
    message: `${invalid}Duplicate value in attribute name: a`,
  })
  assert.throws(() => readAttributesToGet([]), {
    message:
      "1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy constraint: Member must have length greater than or equal to 1",
  })
})

const queryKinds = {
  expressions: ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'],
  older: ['AttributesToGet', 'QueryFilter', 'ConditionalOperator', 'KeyConditions'],
}
const putKinds = { expressions: ['ConditionExpression'], older: ['Expected'] }

test('parameters of both kinds do not go together', () => {
  assert.throws(
    () =>
      checkParameterKinds({ AttributesToGet: ['a'], ProjectionExpression: 'a', FilterExpression: null }, queryKinds),
    {
      message:
        'Can not use both expression and non-expression parameters in the same request: ' +
        'Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}',
    },
  )
  checkParameterKinds({ KeyConditions: {}, FilterExpression: 'a = :v', ExpressionAttributeValues: {} }, queryKinds)
  assert.throws(() => checkParameterKinds({ KeyConditions: {}, KeyConditionExpression: 'a = :v' }, queryKinds), {
    message: /Non-expression parameters: \{KeyConditions\} Expression parameters: \{KeyConditionExpression\}$/,
  })
})

test('names and values do not come without an expression', () => {
  assert.throws(() => checkParameterKinds({ ExpressionAttributeNames: {} }, putKinds), {
    message: 'ExpressionAttributeNames can only be specified when using expressions',
  })
  assert.throws(() => checkParameterKinds({ ExpressionAttributeValues: {} }, putKinds), {
    message: 'ExpressionAttributeValues can only be specified when using expressions',
  })
  assert.throws(() => checkParameterKinds({ ExpressionAttributeValues: {}, ProjectionExpression: 'a' }, queryKinds), {
    message:
      'ExpressionAttributeValues can only be specified when using expressions: FilterExpression and KeyConditionExpression are null',
  })
  checkParameterKinds({ ExpressionAttributeNames: {}, ProjectionExpression: '#a' }, queryKinds)
})
