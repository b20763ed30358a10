import assert from 'node:assert/strict'
import test from 'node:test'
import { parseUpdate } from '../../../../src/embedded/dynamodb/expressions/update.ts'
import { item, placeholders, plain } from './given.ts'

const values = {
  one: { N: '1' },
  ten: { N: '10' },
  half: { N: '0.5' },
  s: { S: 'new' },
  list: { L: [{ S: 'p' }, { S: 'q' }] },
  none: { L: [] },
  tags: { SS: ['c', 'a'] },
  numbers: { NS: ['3', '1'] },
  bins: { BS: ['/w=='] },
  map: { M: { x: { N: '1' } } },
  yes: { BOOL: true },
}

const stored = {
  pk: { S: 'key' },
  n: { N: '5' },
  s: { S: 'old' },
  tags: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2'] },
  bins: { BS: ['AA=='] },
  l: { L: [{ S: '0' }, { S: '1' }, { S: '2' }, { S: '3' }] },
  m: { M: { a: { N: '1' }, b: { M: { c: { S: 'deep' } } }, l: { L: [{ M: { k: { N: '7' } } }] } } },
}

function run(text: string, names: Record<string, string> = {}): Record<string, unknown> {
  const { item: updated } = parseUpdate(text, placeholders(values, names)).apply(item(stored))
  return plain(updated) as Record<string, unknown>
}

const updates: readonly (readonly [text: string, changed: Readonly<Record<string, unknown>>])[] = [
  ['SET s = :s', { s: { S: 'new' } }],
  ['SET fresh = :s', { fresh: { S: 'new' } }],
  ['SET n = n + :one', { n: { N: '6' } }],
  ['SET n = (n - :half)', { n: { N: '4.5' } }],
  ['SET n = :one - n', { n: { N: '-4' } }],
  ['SET c = if_not_exists(c, :ten) + :one', { c: { N: '11' } }],
  ['SET n = if_not_exists(n, :ten) + :one', { n: { N: '6' } }],
  ['SET c = if_not_exists(c, s)', { c: { S: 'old' } }],
  ['SET l = list_append(l, :list)', { l: { L: [...stored.l.L, { S: 'p' }, { S: 'q' }] } }],
  ['SET l = list_append(:list, l)', { l: { L: [{ S: 'p' }, { S: 'q' }, ...stored.l.L] } }],
  ['SET fresh = list_append(if_not_exists(fresh, :none), :list)', { fresh: { L: [{ S: 'p' }, { S: 'q' }] } }],
  ['SET m.b.c = :s', { m: { M: { ...stored.m.M, b: { M: { c: { S: 'new' } } } } } }],
  ['SET m.l[0].k = m.l[0].k + n', { m: { M: { ...stored.m.M, l: { L: [{ M: { k: { N: '12' } } }] } } } }],
  ['SET l[1] = :s', { l: { L: [{ S: '0' }, { S: 'new' }, { S: '2' }, { S: '3' }] } }],
  // Beyond the end is behind it, without gaps, in the order of the indexes.
  ['SET l[9] = :s, l[7] = :one', { l: { L: [...stored.l.L, { N: '1' }, { S: 'new' }] } }],
  ['REMOVE s', { s: undefined }],
  ['REMOVE gone, m.gone, l[9]', {}],
  ['REMOVE l[0], l[2]', { l: { L: [{ S: '1' }, { S: '3' }] } }],
  // Indexes are those of the list before the update.
  ['REMOVE l[0] SET l[1] = :s, l[8] = :one', { l: { L: [{ S: 'new' }, { S: '2' }, { S: '3' }, { N: '1' }] } }],
  ['REMOVE m.b.c', { m: { M: { ...stored.m.M, b: { M: {} } } } }],
  ['ADD n :ten', { n: { N: '15' } }],
  ['ADD c :ten', { c: { N: '10' } }],
  ['ADD tags :tags', { tags: { SS: ['a', 'b', 'c'] } }],
  ['ADD numbers :numbers, bins :bins', { numbers: { NS: ['1', '2', '3'] }, bins: { BS: ['AA==', '/w=='] } }],
  ['ADD fresh :tags, m.a :one', { fresh: { SS: ['a', 'c'] }, m: { M: { ...stored.m.M, a: { N: '2' } } } }],
  ['DELETE tags :tags', { tags: { SS: ['b'] } }],
  ['DELETE numbers :numbers', { numbers: { NS: ['2'] } }],
  ['DELETE gone :tags', {}],
  ['SET #a.#b = :s', { m: { M: { ...stored.m.M, 'x.y': { S: 'new' } } } }],
]
for (const [text, changed] of updates) {
  test(`${text} changes what it says and nothing else`, () => {
    const names: Record<string, string> = text.includes('#') ? { a: 'm', b: 'x.y' } : {}
    assert.deepEqual(run(text, names), plain({ ...stored, ...changed }))
  })
}

test('all operands are read from the item as it was before the update', () => {
  const updated = run('SET s = n, n = m.a, twin = s REMOVE m')
  assert.deepEqual(updated.s, { N: '5' })
  assert.deepEqual(updated.n, { N: '1' })
  assert.deepEqual(updated.twin, { S: 'old' })
})

test('a set without members is gone', () => {
  const updated = parseUpdate('DELETE tags :t', placeholders({ t: { SS: ['b', 'a', 'x'] } })).apply(item(stored)).item
  assert.ok(!('tags' in updated))
})

test('the item given stays as it is', () => {
  const before = item(stored)
  parseUpdate('SET m.b.c = :s, l[0] = :s ADD tags :tags', placeholders(values)).apply(before)
  assert.deepEqual(plain(before), stored)
})

test('an update can be applied again and again', () => {
  const update = parseUpdate('SET n = n + :one', placeholders(values))
  const once = update.apply(item(stored)).item
  assert.deepEqual(update.apply(once).item.n, { N: '7' })
})

test('an update tells what it changes', () => {
  const update = parseUpdate('SET a.b = :s, a.c = :s REMOVE #n[1] ADD n :one', placeholders(values, { n: 'l' }))
  assert.deepEqual(update.topLevelNames, ['a', 'l', 'n'])
  const { changed } = update.apply(item({ ...stored, a: { M: {} } }))
  assert.deepEqual(changed, [['a', 'b'], ['a', 'c'], ['l', 1], ['n']])
})

const missing = 'The provided expression refers to an attribute that does not exist in the item'
const badPath = 'The document path provided in the update expression is invalid for update'
const badType = 'An operand in the update expression has an incorrect data type'
const unfit: readonly (readonly [text: string, message: string])[] = [
  ['SET a = gone', missing],
  ['SET a = gone + :one', missing],
  ['SET a = list_append(gone, :list)', missing],
  ['SET a = if_not_exists(gone, lost)', missing],
  ['SET gone.a = gone', missing],
  ['SET gone.a = :s', badPath],
  ['SET s.a = :s', badPath],
  ['SET m[0] = :s', badPath],
  ['SET l.a = :s', badPath],
  ['SET l[9].a = :s', badPath],
  ['REMOVE gone.a', badPath],
  ['ADD gone.a :one', badPath],
  ['SET a = s + :one', badType],
  ['SET a = list_append(s, :list)', badType],
  ['ADD s :one', badType],
  ['ADD tags :numbers', badType],
  ['DELETE s :tags', badType],
  ['DELETE tags :bins', badType],
]
for (const [text, message] of unfit) {
  test(`${text} does not fit the item: ${message}`, () => assert.throws(() => run(text), { status: 400, message }))
}

const overlap = 'Two document paths overlap with each other; must remove or rewrite one of these paths; '
const conflict = 'Two document paths conflict with each other; must remove or rewrite one of these paths; '
const wrongType = 'Incorrect operand type for operator or function; '
const refused: readonly (readonly [text: string, reason: string])[] = [
  ['SET a = :s, a = :one', `${overlap}path one: [a], path two: [a]`],
  ['SET a.b = :s REMOVE a', `${overlap}path one: [a, b], path two: [a]`],
  ['REMOVE a ADD a[1].c :one', `${overlap}path one: [a], path two: [a, [1], c]`],
  ['SET a.b = :s, a[0] = :s', `${conflict}path one: [a, b], path two: [a, [0]]`],
  ['ADD a :s', `${wrongType}operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND`],
  ['ADD a :list', `${wrongType}operator: ADD, operand type: LIST, typeSet: ALLOWED_FOR_ADD_OPERAND`],
  ['DELETE a :one', `${wrongType}operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND`],
  ['DELETE a :map', `${wrongType}operator: DELETE, operand type: MAP, typeSet: ALLOWED_FOR_DELETE_OPERAND`],
  ['SET a = :s + :one', `${wrongType}operator or function: +, operand type: S`],
  ['SET a = b - :yes', `${wrongType}operator or function: -, operand type: BOOL`],
  ['SET a = list_append(b, :s)', `${wrongType}operator or function: list_append, operand type: S`],
  [
    'SET a = list_append(b)',
    'Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1',
  ],
  [
    'SET a = if_not_exists(:s, :one)',
    'Operator or function requires a document path; operator or function: if_not_exists',
  ],
  // Paths are looked at before types.
  ['ADD a :s, a :s', `${overlap}path one: [a], path two: [a]`],
]
for (const [text, reason] of refused) {
  test(`${text} is refused: ${reason}`, () => {
    assert.throws(() => parseUpdate(text, placeholders(values)), { message: `Invalid UpdateExpression: ${reason}` })
  })
}

test('an update must not reach deeper than 32 levels', () => {
  const nested = (levels: number): unknown => (levels === 0 ? { S: 'leaf' } : { M: { n: nested(levels - 1) } })
  const apply = (levels: number) => () =>
    parseUpdate('SET m.b.c = :deep', placeholders({ deep: nested(levels) })).apply(item(stored))
  apply(29)()
  assert.throws(apply(30), { message: /^Nesting Levels have exceeded supported limits/ })
})

test('a sum out of range is refused', () => {
  const update = parseUpdate('SET n = :a + :a', placeholders({ a: { N: '9.9e125' } }))
  assert.throws(() => update.apply(item(stored)), { message: /^Number overflow/ })
})
