import assert from 'node:assert/strict'
import test from 'node:test'
import { parseCondition } from '../../../../src/embedded/dynamodb/expressions/condition.ts'
import { createPlaceholders } from '../../../../src/embedded/dynamodb/expressions/parameters.ts'
import { parseUpdate } from '../../../../src/embedded/dynamodb/expressions/update.ts'
import { placeholders } from './given.ts'

const refused: readonly (readonly [names: unknown, values: unknown, message: string])[] = [
  [{}, undefined, 'ExpressionAttributeNames must not be empty'],
  [undefined, {}, 'ExpressionAttributeValues must not be empty'],
  [{ s: 'a' }, undefined, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "s"'],
  [{ '#a.b': 'a' }, undefined, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#a.b"'],
  [{ '#': 'a' }, undefined, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#"'],
  [undefined, { '#v': { S: 'a' } }, 'ExpressionAttributeValues contains invalid key: Syntax error; key: "#v"'],
  [{ '#a': '' }, undefined, 'ExpressionAttributeNames contains invalid value: Empty attribute name for key #a'],
  [undefined, { ':v': { N: 'abc' } }, 'The parameter cannot be converted to a numeric value: abc'],
  [undefined, { ':v': {} }, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
  [{ '#a': 1 }, undefined, 'NUMBER_VALUE cannot be converted to String'],
]
for (const [names, values, message] of refused) {
  test(`names ${JSON.stringify(names)} and values ${JSON.stringify(values)} are refused`, () => {
    assert.throws(() => createPlaceholders(names, values), { message })
  })
}

test('a name or value that no expression uses is refused when all are parsed', () => {
  const given = placeholders({ used: { S: 'a' }, x: { S: 'b' }, y: { S: 'c' } }, { s: 'status', n: 'n', m: 'm' })
  parseUpdate('SET #s = :used', given)
  assert.throws(() => given.finish(), {
    message: 'Value provided in ExpressionAttributeNames unused in expressions: keys: {#n, #m}',
  })
  parseCondition('ConditionExpression', 'attribute_exists(#n) AND attribute_exists(#m)', given)
  assert.throws(() => given.finish(), {
    message: 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:x, :y}',
  })
  parseCondition('ConditionExpression', '#s IN (:x, :y)', given)
  given.finish()
})

test('a name or value that was not given is refused, the first of the text', () => {
  const parse = (text: string) => () => parseCondition('FilterExpression', text, placeholders())
  assert.throws(parse('#missing = :fv'), {
    message:
      'Invalid FilterExpression: An expression attribute name used in the document path is not defined; attribute name: #missing',
  })
  assert.throws(parse('a = :v AND #b = :w'), {
    message:
      'Invalid FilterExpression: An expression attribute value used in expression is not defined; attribute value: :v',
  })
  assert.throws(() => parseUpdate('SET a = :v', placeholders()), {
    message:
      'Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :v',
  })
})

test('one text with other names and values is another condition', () => {
  const parse = (value: string, name: string) =>
    parseCondition('ConditionExpression', '#n = :v', placeholders({ v: { S: value } }, { n: name }))
  const [first, second] = [parse('a', 'x'), parse('b', 'y')]
  assert.ok(first.matches({ x: { S: 'a' } }))
  assert.ok(!second.matches({ x: { S: 'a' } }))
  assert.ok(second.matches({ y: { S: 'b' } }))
})
