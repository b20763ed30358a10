import assert from 'node:assert/strict'
import test from 'node:test'
import { compileComparison } from '../../../src/workloads/http/comparison.ts'
import { compileJsonPath, JsonPathError } from '../../../src/workloads/http/json-path.ts'

const shop = {
  total: 2,
  products: [
    { id: 'p1', tags: ['a'] },
    { id: 'p2', tags: [] },
  ],
  'a b': { "it's": 1 },
  nothing: null,
}
const find = (path: string) => compileJsonPath(path)(shop)

test('paths lead to all values they name, in order', () => {
  assert.deepEqual(find('$'), [shop])
  assert.deepEqual(find('$.total'), [2])
  assert.deepEqual(find('$.products[0].id'), ['p1'])
  assert.deepEqual(find('$.products[-1].id'), ['p2'])
  assert.deepEqual(find('$.products[*].id'), ['p1', 'p2'])
  assert.deepEqual(find(`$['a b']["it's"]`), [1])
  assert.deepEqual(find(`$['a b']['it\\'s']`), [1])
  assert.deepEqual(find('$..id'), ['p1', 'p2'])
  assert.deepEqual(find('$..tags[0]'), ['a'])
  assert.deepEqual(find('$.nothing'), [null])
})

test('what is not there is not found', () => {
  for (const path of [
    '$.none',
    '$.products[2]',
    '$.products[-3]',
    '$.total.x',
    '$.products.length',
    '$.nothing.x',
    '$.constructor',
  ]) {
    assert.deepEqual(find(path), [], path)
  }
  assert.deepEqual(compileJsonPath('$.a')(undefined), [])
})

test('what is no path, or more than is supported, is refused', () => {
  for (const path of ['', 'total', '$.', '$..', '$.a[', '$.a[1:2]', '$.a[?(@.b)]', '$a', "$['a", '$.a b']) {
    assert.throws(() => compileJsonPath(path), JsonPathError, path)
  }
})

test('comparisons hold for what they say, and for nothing that is not there', () => {
  const cases: [object, unknown, boolean][] = [
    [{ equals: { a: [1] } }, { a: [1] }, true],
    [{ equals: { a: [1] } }, { a: [2] }, false],
    [{ equals: 5 }, '5', true],
    [{ not: 5 }, 6, true],
    [{ above: 4, below: 6 }, 5, true],
    [{ above: 4, below: 6 }, 6, false],
    [{ atLeast: 4, atMost: 5 }, '5', true],
    [{ above: 4 }, 'text', false],
    [{ minLength: 1 }, [], false],
    [{ minLength: 1, maxLength: 2 }, 'ab', true],
    [{ contains: 'b' }, 'abc', true],
    [{ contains: 'b' }, ['a', 'b'], true],
    [{ matches: '^p\\d+$' }, 'p12', true],
    [{ type: 'list' }, [], true],
    [{ type: 'object' }, null, false],
    [{ exists: true }, null, true],
    [{ exists: true }, undefined, false],
    [{ exists: false }, undefined, true],
    [{ exists: false }, 1, false],
    [{ not: 5 }, undefined, false],
  ]
  for (const [given, value, holds] of cases)
    assert.equal(compileComparison(given)(value), holds, JSON.stringify([given, value]))
})
