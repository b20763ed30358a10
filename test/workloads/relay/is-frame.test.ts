import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFrame } from '../../../src/workloads/relay/is-frame.ts'

test('what a relay says is taken', () => {
  for (const frame of [
    '{}',
    '{}\n{}\n',
    '{"id":1,"connect":{"client":"c","version":"6.0","ping":25,"pong":true,"session":"s","node":"n"}}',
    '{"id":2,"subscribe":{}}',
    '{"id":2,"subscribe":{"recoverable":true,"epoch":"x","offset":3,"publications":[{"data":null,"offset":3}]}}',
    '{"id":3,"publish":{}}\n{"push":{"channel":"session:1","pub":{"data":{"a":1},"info":{"client":"c"},"offset":1}}}',
    '{"id":4,"history":{"publications":[],"epoch":"x","offset":4}}',
    '{"id":5,"error":{"code":103,"message":"permission denied"}}',
    '{"push":{"disconnect":{"code":3001,"reason":"shutdown"}}}',
    '{"push":{"channel":"session:1","unsubscribe":{"code":2500}}}',
  ]) {
    assert.ok(isFrame(frame), frame)
  }
})

test('what no relay says is not', () => {
  for (const frame of [
    'hello',
    'null',
    '7',
    '[]',
    '{"ping":1}',
    '{"id":0}',
    '{"id":"1","publish":{}}',
    '{"id":1}',
    '{"id":1,"connect":null}',
    '{"id":1,"connect":{}}',
    '{"id":1,"error":{"code":"x"}}',
    '{"id":1,"error":null}',
    '{"id":2,"subscribe":{"publications":{}}}',
    '{"id":2,"subscribe":{"offset":-0.5}}',
    '{"id":2,"history":{"publications":[{"offset":1}]}}',
    '{"push":5}',
    '{"push":{"channel":"a","pub":null}}',
    '{"push":{"pub":{"data":1}}}',
    '{"push":{"disconnect":{}}}',
    '{"push":{"channel":"a","join":5}}',
    '{}\n{"id":',
  ]) {
    assert.ok(!isFrame(frame), frame)
  }
})
