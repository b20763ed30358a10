import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Stream } from '../../../src/targets/relay/stream.ts'

const info = { user: '', client: 'c' }

test('a client that recovers has every message or is told that it has not', () => {
  const step = fc.constantFrom<'publish' | 'expire' | 'leave' | 'return'>('publish', 'expire', 'leave', 'return')
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (steps, size) => {
      const stream = new Stream('abcd')
      let seen = 0
      let away = false
      for (const what of steps) {
        if (what === 'publish') {
          const { offset } = stream.add({ data: null, info }, size, 100)
          if (!away) seen = offset
        } else if (what === 'expire') {
          stream.expire(100)
        } else if (what === 'leave') {
          away = true
        } else {
          const { offset: top } = stream.position
          const missed = stream.recover({ offset: seen, epoch: 'abcd' })
          const kept = stream.read({ limit: -1, reverse: false }).map(({ offset }) => offset)
          const wanted = Array.from({ length: top - seen }, (_, index) => seen + 1 + index)
          const isWhole = wanted.every((offset) => kept.includes(offset))
          assert.deepEqual(
            missed?.map(({ offset }) => offset),
            isWhole ? wanted : undefined,
          )
          seen = top
          away = false
        }
        assert.ok(stream.length <= size)
      }
    }),
  )
})

test('nothing is recovered from another stream, nor from a position that is still to come', () => {
  const stream = new Stream('abcd')
  stream.add({ data: null, info }, 5, 100)
  assert.equal(stream.recover({ offset: 1, epoch: 'efgh' }), undefined)
  assert.equal(stream.recover({ offset: 2, epoch: 'abcd' }), undefined)
  assert.deepEqual(stream.recover({ offset: 1, epoch: 'abcd' }), [])
})
