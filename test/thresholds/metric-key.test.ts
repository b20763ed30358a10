import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseMetricKey, printMetricKey } from '../../src/thresholds/metric-key.ts'

test('a metric is read with its tags, spaces and quotes taken off', () => {
  const cases: readonly (readonly [text: string, name: string, tags: { [tag: string]: string }])[] = [
    ['http_reqs', 'http_reqs', {}],
    ['http_req_duration{step:checkout}', 'http_req_duration', { step: 'checkout' }],
    ['a{step:checkout, status:200 }', 'a', { step: 'checkout', status: '200' }],
    ['checks{check:status is 200}', 'checks', { check: 'status is 200' }],
    [`checks{ check : "200, or 304" , x:'y'}`, 'checks', { check: '200, or 304', x: 'y' }],
    ['a{url:http://x/{id}}', 'a', { url: 'http://x/{id}' }],
  ]
  for (const [text, name, tags] of cases) assert.deepEqual(parseMetricKey(text), { name, tags })
})

test('braces and tags that do not match are refused', () => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ['', /names no metric/],
    ['{step:a}', /names no metric/],
    ['a{step:b', /must have its tags between braces at its end/],
    ['astep:b}', /must have its tags between braces at its end/],
    ['a}b{', /must have its tags between braces at its end/],
    ['a{step:b}c', /must have its tags between braces at its end/],
    ['a{}', /must have a value for each tag/],
    ['a{step}', /must have a value for each tag/],
    ['a{step:}', /must have a value for each tag/],
    ['a{:b}', /must have a value for each tag/],
    ['a{step:b,}', /must have a value for each tag/],
    ['a{step:b,step:c}', /has the tag step twice/],
  ]
  for (const [text, message] of cases) assert.throws(() => parseMetricKey(text), message, text)
})

test('a key that is printed and read again is the same', () => {
  const name = fc.stringMatching(/^[a-z_]{1,12}$/)
  const value = fc.string({ minLength: 1 }).filter((text) => !text.includes('"') && text.trim() !== '')
  const tags = fc.dictionary(name, value, { noNullPrototype: true, maxKeys: 3 })
  fc.assert(
    fc.property(name, tags, (metric, given) => {
      const key = { name: metric, tags: given }
      assert.deepEqual(parseMetricKey(printMetricKey(key)), key)
    }),
  )
})
