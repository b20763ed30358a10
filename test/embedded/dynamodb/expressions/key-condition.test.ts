import assert from 'node:assert/strict'
import test from 'node:test'
import { parseKeyCondition, resolveKeyCondition } from '../../../../src/embedded/dynamodb/expressions/key-condition.ts'
import { placeholders } from './given.ts'

const values = { p: { S: 'p' }, q: { S: 'q' }, n: { N: '1' }, yes: { BOOL: true } }
const schema = { hash: 'pk', range: 'sk' }

function resolve(text: string, of: { hash: string; range?: string } = schema): unknown {
  return resolveKeyCondition(parseKeyCondition(text, placeholders(values, text.includes('#k') ? { k: 'pk' } : {})), of)
}

const conditions: readonly (readonly [text: string, range: unknown])[] = [
  ['pk = :p', undefined],
  ['(pk = :p)', undefined],
  [':p = #k', undefined],
  ['pk = :p AND sk = :q', { operator: '=', values: [values.q] }],
  ['sk < :q AND pk = :p', { operator: '<', values: [values.q] }],
  ['(pk = :p AND (sk >= :q))', { operator: '>=', values: [values.q] }],
  ['pk = :p AND :q <= sk', { operator: '>=', values: [values.q] }],
  ['pk = :p AND :q > sk', { operator: '<', values: [values.q] }],
  ['pk = :p AND sk BETWEEN :p AND :q', { operator: 'between', values: [values.p, values.q] }],
  ['pk = :p AND begins_with(sk, :q)', { operator: 'begins_with', values: [values.q] }],
]
for (const [text, range] of conditions) {
  test(`${text} is understood`, () => {
    assert.deepEqual(resolve(text), range === undefined ? { hash: values.p } : { hash: values.p, range })
  })
}

const wrongType = (operator: string, type: string): string =>
  `Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`
// As captured from AWS where they are in paritysuite/dynamodb-conformance, queryKeyConditionOperands.test.ts and others.
const refused: readonly (readonly [text: string, message: string])[] = [
  ['sk = :p', 'Query condition missed key schema element: pk'],
  ['attr = :p', 'Query condition missed key schema element: pk'],
  ['pk = :p AND attr = :q', 'Query condition missed key schema element: sk'],
  ['pk > :p', 'Query key condition not supported'],
  ['begins_with(pk, :p) AND sk = :q', 'Query key condition not supported'],
  [
    'pk = :p AND sk > :p AND attr = :q',
    'The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)',
  ],
  [
    'pk = :p AND sk > :p AND sk < :q',
    'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
  ],
  [
    'pk = :p AND sk.foo = :q',
    'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes',
  ],
  [
    'pk = :p AND size(sk) = :n',
    'Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations',
  ],
  ['pk = :p OR sk = :q', 'Invalid operator used in KeyConditionExpression: OR'],
  ['NOT pk = :p', 'Invalid operator used in KeyConditionExpression: NOT'],
  ['pk = :p AND sk <> :q', 'Invalid operator used in KeyConditionExpression: <>'],
  ['pk = :p AND sk IN (:q)', 'Invalid operator used in KeyConditionExpression: IN'],
  ['attribute_exists(pk)', 'Invalid operator used in KeyConditionExpression: attribute_exists'],
  [
    'pk = :p AND :q BETWEEN sk AND pk',
    'Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand',
  ],
  ['pk = sk', 'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition'],
  [':p = :q', 'Invalid condition in KeyConditionExpression: No key attribute specified'],
  ['pk = :p AND begins_with(sk, :n)', wrongType('begins_with', 'N')],
  ['pk = :p AND :yes >= sk', wrongType('>=', 'BOOL')],
  [
    'pk = :p AND sk BETWEEN :q AND :p',
    'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
      'lower bound operand: AttributeValue: {S:q}, upper bound operand: AttributeValue: {S:p}',
  ],
  ['', 'Invalid KeyConditionExpression: The expression can not be empty;'],
  // What is wrong with an operand goes before the number of conditions.
  ['pk = :p AND begins_with(sk, :n) AND sk > :q', wrongType('begins_with', 'N')],
]
for (const [text, message] of refused) {
  test(`"${text}" is refused: ${message}`, () => assert.throws(() => resolve(text), { status: 400, message }))
}

test('a key of one attribute takes one condition', () => {
  assert.deepEqual(resolve('pk = :p', { hash: 'pk' }), { hash: values.p })
  assert.throws(() => resolve('pk = :p AND sk = :q', { hash: 'pk' }), {
    message: 'The number of query conditions (2) exceeds the number of key attributes defined in the schema (1)',
  })
})
