import assert from 'node:assert/strict'
import test from 'node:test'
import { parseCondition } from '../../../../src/embedded/dynamodb/expressions/condition.ts'
import { item, placeholders } from './given.ts'

const stored = item({
  pk: { S: 'key' },
  s: { S: 'banana' },
  n: { N: '20' },
  b: { B: 'AwQ=' },
  yes: { BOOL: true },
  nothing: { NULL: true },
  tags: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2'] },
  bins: { BS: ['AA==', '/w=='] },
  arr: { L: [{ S: 'x' }, { N: '5' }, { M: { deep: { L: [{ S: 'y' }] } } }, { SS: ['q'] }] },
  doc: { M: { part: { M: { 'a.b': { N: '1' } } }, fruit: { S: 'banana' } } },
  blank: { S: '' },
})

const values = {
  s: { S: 'banana' },
  z: { S: 'z' },
  an: { S: 'an' },
  ban: { S: 'ban' },
  n: { N: '2e1' },
  one: { N: '1' },
  two: { N: '2' },
  thirty: { N: '30' },
  bin: { B: 'Aw==' },
  bin2: { B: '/w==' },
  tags: { SS: ['b', 'a'] },
  yes: { BOOL: true },
  nothing: { NULL: true },
  str: { S: 'S' },
  set: { SS: ['q'] },
  x: { S: 'x' },
}

const truths: readonly (readonly [text: string, expected: boolean])[] = [
  ['s = :s', true],
  ['s <> :s', false],
  ['s = :z', false],
  ['n = :n', true],
  ['n = :s', false],
  ['n <> :s', true],
  ['tags = :tags', true],
  ['yes = :yes AND nothing = :nothing', true],
  ['n > :one', true],
  ['n >= :n AND n <= :n AND NOT n < :n AND NOT n > :n', true],
  ['s < :z', true],
  ['b > :bin', true],
  ['n < :z', false],
  ['n > :z', false],
  [':one < n', true],
  ['s = doc.fruit', true],
  ['n BETWEEN :one AND :thirty', true],
  ['n BETWEEN :one AND :two', false],
  ['n BETWEEN :n AND :n', true],
  [':two BETWEEN arr[1] AND n', false],
  ['s IN (:z, :s)', true],
  ['n IN (:z, :one)', false],
  ['arr[1] = :n', false],
  ['arr[0] = :x AND arr[2].deep[0] <> :x', true],
  ['attribute_exists(doc.part.#dotted)', true],
  ['attribute_exists(doc.part.dotted)', false],
  ['attribute_exists(arr[4])', false],
  ['attribute_exists(arr[3])', true],
  ['attribute_exists(s.deeper)', false],
  ['attribute_exists(doc[0])', false],
  ['attribute_exists(blank)', true],
  ['attribute_not_exists(gone)', true],
  ['attribute_not_exists(s)', false],
  ['attribute_type(s, :str)', true],
  ['attribute_type(n, :str)', false],
  ['attribute_type(gone, :str)', false],
  ['begins_with(s, :ban)', true],
  ['begins_with(s, :an)', false],
  ['begins_with(b, :bin)', true],
  ['begins_with(n, :ban)', false],
  ['begins_with(gone, :ban)', false],
  ['contains(s, :an)', true],
  ['contains(s, :z)', false],
  ['contains(tags, :x)', false],
  ['contains(numbers, :two)', true],
  ['contains(bins, :bin2)', true],
  ['contains(b, :bin)', true],
  ['contains(arr, :x)', true],
  ['contains(arr, :set)', true],
  ['contains(n, :two)', false],
  ['contains(gone, :x)', false],
  ['size(s) > :one', true],
  ['size(tags) = :two AND size(numbers) = :two AND size(bins) = :two', true],
  ['size(b) = :two', true],
  ['size(doc) = :two', true],
  ['size(arr) > :two', true],
  ['size(n) > :one OR size(yes) > :one OR size(gone) > :one', false],
  // What is not there is unequal to anything, and has no order.
  ['gone <> :s', true],
  ['gone = :s', false],
  ['gone < :s OR gone >= :s OR gone BETWEEN :an AND :z OR gone IN (:s)', false],
  ['gone = absent', false],
  ['gone <> absent', true],
]
for (const [text, expected] of truths) {
  test(`${text} is ${String(expected)}`, () => {
    const names: Record<string, string> = text.includes('#dotted') ? { dotted: 'a.b' } : {}
    const condition = parseCondition('ConditionExpression', text, placeholders(values, names))
    assert.equal(condition.matches(stored), expected)
  })
}

test('an item that does not exist has no attributes', () => {
  const matches = (text: string): boolean =>
    parseCondition('ConditionExpression', text, placeholders(values)).matches(undefined)
  assert.ok(matches('attribute_not_exists(pk) OR s = :s'))
  assert.ok(matches('s <> :s'))
  assert.ok(!matches('attribute_exists(pk)'))
})

test('a condition tells which paths it names', () => {
  const condition = parseCondition(
    'FilterExpression',
    'a = :x AND (NOT size(b.c[1]) > :one OR #d BETWEEN e AND :z)',
    placeholders(values, { d: 'status' }),
  )
  assert.deepEqual(condition.paths, [['a'], ['b', 'c', 1], ['status'], ['e']])
})

const wrongType = 'Incorrect operand type for operator or function; operator or function:'
const refused: readonly (readonly [text: string, reason: string])[] = [
  ['begins_with(a, :n)', `${wrongType} begins_with, operand type: N`],
  ['begins_with(:yes, a)', `${wrongType} begins_with, operand type: BOOL`],
  ['begins_with(size(a), :s)', `${wrongType} begins_with, operand type: N`],
  ['size(:n) > a', `${wrongType} size, operand type: N`],
  ['size(size(a)) > :n', `${wrongType} size, operand type: N`],
  ['attribute_type(a, :n)', `${wrongType} attribute_type, operand type: N`],
  ['attribute_type(a, b)', `${wrongType} attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}`],
  [
    'attribute_type(a, :s)',
    'Invalid attribute type name found; type: banana, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
  ],
  ['a < :yes', `${wrongType} <, operand type: BOOL`],
  [':yes >= a', `${wrongType} >=, operand type: BOOL`],
  ['a BETWEEN :yes AND :yes', `${wrongType} BETWEEN, operand type: BOOL`],
  [
    'a BETWEEN :one AND :s',
    'The BETWEEN operator requires same data type for lower and upper bounds; ' +
      'lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:banana}',
  ],
  [
    'a BETWEEN :n AND :one',
    'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
      'lower bound operand: AttributeValue: {N:20}, upper bound operand: AttributeValue: {N:1}',
  ],
  [
    'attribute_exists(a, b)',
    'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2',
  ],
  [
    'contains(a)',
    'Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1',
  ],
  ['attribute_exists(:s)', 'Operator or function requires a document path; operator or function: attribute_exists'],
  [
    'attribute_not_exists(size(a))',
    'Operator or function requires a document path; operator or function: attribute_not_exists',
  ],
  [
    'contains(a, a)',
    'The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]',
  ],
  [
    'a.b[1] = a.b[1]',
    'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, b, [1]]',
  ],
  // The clause that is written first is what is reported.
  ['begins_with(a, :n) AND b = :undefined', `${wrongType} begins_with, operand type: N`],
  [
    'b = :undefined AND begins_with(a, :n)',
    'An expression attribute value used in expression is not defined; attribute value: :undefined',
  ],
]
for (const [text, reason] of refused) {
  test(`${text} is refused: ${reason}`, () => {
    assert.throws(() => parseCondition('FilterExpression', text, placeholders(values)), {
      message: `Invalid FilterExpression: ${reason}`,
    })
  })
}
