import assert from 'node:assert/strict'
import test from 'node:test'
import { stream } from '../../../src/scenario/stream.ts'
import { compileJsonTemplate } from '../../../src/workloads/http/json-template.ts'
import { compileTemplate, type Scope, TemplateError, UnsetError } from '../../../src/workloads/http/template.ts'

function scope(values: Record<string, unknown> = {}, seed = 1): Scope {
  return {
    user: 7,
    iteration: 42,
    shard: 3,
    values: new Map(Object.entries(values)),
    random: stream(seed, 'test'),
    now: () => 1_700_000_000_000.5,
  }
}

const render = (text: string, values?: Record<string, unknown>) => compileTemplate(text).render(scope(values))

test('variables are put in where they stand, parts of values too', () => {
  assert.equal(render('/u/${user}/i/${iteration}?s=${ shard }&t=${now}'), '/u/7/i/42?s=3&t=1700000000000')
  assert.equal(render('${now.iso}'), '2023-11-14T22:13:20.000Z')
  assert.equal(
    render('${users.email}/${order.lines.0.id}', { users: { email: 'a@b.c' }, order: { lines: [{ id: 9 }] } }),
    'a@b.c/9',
  )
  assert.equal(render('$${user} costs $5 {so}'), '${user} costs $5 {so}')
})

test('random values come from the stream they are given, and nothing else', () => {
  const template = compileTemplate('${random.integer(1,6)} ${random.pick(a,b)} ${random.hex(5)} ${random.uuid}')
  assert.equal(template.render(scope()), template.render(scope()))
  assert.notEqual(template.render(scope({}, 2)), template.render(scope()))
  assert.match(
    template.render(scope()),
    /^[1-6] [ab] [0-9a-f]{5} [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
})

test('a text without variables is known before the run', () => {
  assert.equal(compileTemplate('/health').constant, '/health')
  assert.equal(compileTemplate('$${x}').constant, '${x}')
  assert.equal(compileTemplate('${user}').constant, undefined)
})

test('what has no value is said by its name', () => {
  assert.throws(
    () => render('${token}'),
    (error) => error instanceof UnsetError && error.message === '${token} has no value',
  )
  assert.throws(() => render('${a.b}', { a: { c: 1 } }), UnsetError)
  assert.throws(() => render('${a.constructor}', { a: {} }), UnsetError)
})

test('what cannot be meant is refused when it is compiled', () => {
  for (const text of [
    '${',
    '${token',
    '${a b}',
    '${random}',
    '${random.integer(5,1)}',
    '${random.integer(1)}',
    '${random.dice(1)}',
    '${now.utc}',
    '${user.name}',
    '${token(1)}',
    '${env}',
    '${}',
  ]) {
    assert.throws(() => compileTemplate(text), TemplateError, text)
  }
})

test('in JSON a lone variable keeps its type, and others are escaped', () => {
  const template = compileJsonTemplate({
    id: '${id}',
    list: [1, true, null, '${list}'],
    text: 'say "${text}"',
    fixed: 'x',
  })
  const rendered = template.render(scope({ id: 5, list: ['a'], text: 'a "b"\n' }))
  assert.deepEqual(JSON.parse(rendered), { id: 5, list: [1, true, null, ['a']], text: 'say "a "b"\n"', fixed: 'x' })
  assert.equal(compileJsonTemplate({ a: [1, 'b'] }).constant, '{"a":[1,"b"]}')
})
