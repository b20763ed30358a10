import assert from 'node:assert/strict'
import test from 'node:test'
import { parseProjection, pickPaths } from '../../../../src/embedded/dynamodb/expressions/projection.ts'
import { item, placeholders, plain } from './given.ts'

const stored = item({
  pk: { S: 'key' },
  m: { M: { a: { S: 'aa' }, b: { M: { c: { S: 'cc' }, d: { S: 'dd' } } } } },
  l: { L: [{ S: 'l0' }, { M: { x: { N: '1' }, y: { N: '2' } } }, { S: 'l2' }] },
})

const projections: readonly (readonly [text: string, projected: unknown])[] = [
  ['pk', { pk: { S: 'key' } }],
  ['pk, gone', { pk: { S: 'key' } }],
  ['gone, m.gone, l[7], pk.a', {}],
  ['l.a, m[0]', {}],
  ['m.a', { m: { M: { a: { S: 'aa' } } } }],
  ['m.b.c, m.b.d, m.a', { m: { M: { a: { S: 'aa' }, b: { M: { c: { S: 'cc' }, d: { S: 'dd' } } } } } }],
  // Elements come in their order and without gaps, as from AWS (dynamodb-conformance, projectionValidation.test.ts).
  ['l[2], l[0]', { l: { L: [{ S: 'l0' }, { S: 'l2' }] } }],
  ['l[1].y, l[2], l[1].x', { l: { L: [{ M: { x: { N: '1' }, y: { N: '2' } } }, { S: 'l2' }] } }],
]
for (const [text, projected] of projections) {
  test(`${text} is projected`, () => {
    assert.deepEqual(plain(parseProjection(text, placeholders()).project(stored)), projected)
  })
}

test('placeholders stand for names with any characters', () => {
  const projection = parseProjection('#m.#dotted', placeholders({}, { m: 'm', dotted: 'a.b' }))
  assert.deepEqual(projection.paths, [['m', 'a.b']])
  assert.deepEqual(plain(projection.project(item({ m: { M: { 'a.b': { N: '1' } } } }))), {
    m: { M: { 'a.b': { N: '1' } } },
  })
})

const reason = (relation: string, one: string, two: string): string =>
  `Invalid ProjectionExpression: Two document paths ${relation} with each other; ` +
  `must remove or rewrite one of these paths; path one: ${one}, path two: ${two}`
const refused: readonly (readonly [text: string, message: string])[] = [
  ['a, a', reason('overlap', '[a]', '[a]')],
  ['a, a.b', reason('overlap', '[a]', '[a, b]')],
  ['b, a.b.c, a.b', reason('overlap', '[a, b, c]', '[a, b]')],
  ['a[0], a[0].b', reason('overlap', '[a, [0]]', '[a, [0], b]')],
  ['a.b, a[1]', reason('conflict', '[a, b]', '[a, [1]]')],
]
for (const [text, message] of refused) {
  test(`${text} is refused`, () => assert.throws(() => parseProjection(text, placeholders()), { message }))
}

test('what an update has changed can be picked', () => {
  assert.deepEqual(plain(pickPaths(stored, [['m', 'a'], ['gone'], ['l', 2]])), {
    m: { M: { a: { S: 'aa' } } },
    l: { L: [{ S: 'l2' }] },
  })
})
