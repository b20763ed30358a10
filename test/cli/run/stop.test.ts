import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  firstStop,
  OUT_OF_TIME,
  parseStopLine,
  SIGNALLED,
  stopExitCode,
  stopLine,
  type Stop,
} from '../../../src/cli/run/stop.ts'

const kinds = ['signal', 'refused', 'threshold', 'budget', 'limit'] as const

test('each kind of stop has its exit code', () => {
  assert.deepEqual(
    kinds.map((kind) => stopExitCode({ kind, text: '' })),
    [105, 92, 99, 93, 96],
  )
})

test('a stop that became a line is the same stop again, whatever its text', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('limit: x', 'a\nb: c', '', ' ', 'signal:'))
  fc.assert(
    fc.property(fc.constantFrom(...kinds), text, (kind, words) => {
      const stop: Stop = { kind, text: words }
      assert.deepEqual(parseStopLine(stopLine(stop)), stop)
    }),
  )
})

test('a line that nobody wrote as a stop is a signal’s', () => {
  assert.deepEqual(parseStopLine('Ctrl-C'), { kind: 'signal', text: 'Ctrl-C' })
  assert.deepEqual(parseStopLine('other: x'), { kind: 'signal', text: 'other: x' })
})

test('the first of several signals says why, and the others change nothing', () => {
  const [user, clock, watch] = [new AbortController(), new AbortController(), new AbortController()]
  const stop = firstStop([
    [user.signal, SIGNALLED],
    [undefined, OUT_OF_TIME],
    [clock.signal, OUT_OF_TIME],
    [watch.signal, undefined],
  ])
  assert.equal(stop.aborted, false)
  clock.abort()
  user.abort()
  watch.abort({ kind: 'limit', text: 'later' })
  assert.deepEqual(stop.reason, OUT_OF_TIME)
})

test('a signal without a stop beside it says why itself', () => {
  const watch = new AbortController()
  const stop = firstStop([[watch.signal, undefined]])
  watch.abort({ kind: 'budget', text: '5 dollars' })
  assert.deepEqual(stop.reason, { kind: 'budget', text: '5 dollars' })
})

test('what was over before is seen, the first in the list where several were', () => {
  const stop = firstStop([
    [AbortSignal.abort({ kind: 'limit', text: 'mine' }), undefined],
    [AbortSignal.abort(), SIGNALLED],
  ])
  assert.equal(stop.aborted, true)
  assert.deepEqual(stop.reason, { kind: 'limit', text: 'mine' })
})
