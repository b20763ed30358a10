import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { boundedDistance, didYouMean, nearest } from '../src/nearest.ts'

test('a slip of one letter, or two swapped, is found', () => {
  const known = ['flights', 'synthetic', 'chat']
  assert.deepEqual(nearest('flihgts', known), ['flights'])
  assert.deepEqual(nearest('fligts', known), ['flights'])
  assert.deepEqual(nearest('chaat', known), ['chat'])
})

test('case and the separators of another naming style do not count', () => {
  assert.deepEqual(nearest('work_duration_ms', ['workDurationMs', 'dataSizeKb']), ['workDurationMs'])
})

test('a beginning finds the names that go on from it, the exact ones first', () => {
  assert.deepEqual(nearest('flights', ['flights-small', 'flights']), ['flights', 'flights-small'])
})

test('nothing is suggested where nothing is near', () => {
  assert.deepEqual(nearest('storefront', ['flights', 'chat']), [])
  assert.equal(didYouMean('x', ['y']), '')
})

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })

test('the bounded distance is the distance where it is within the bound, else infinite', () => {
  fc.assert(
    fc.property(word, word, fc.nat(4), (a, b, bound) => {
      const distance = plainDistance(a, b)
      assert.equal(boundedDistance(a, b, bound), distance <= bound ? distance : Infinity)
    }),
  )
})

test('a name with one edit in it is found again among others', () => {
  const known = ['sequences', 'replications', 'percentiles', 'network']
  const edited = fc.tuple(fc.constantFrom(...known), fc.nat(20), fc.constantFrom('drop', 'double', 'swap'))
  fc.assert(
    fc.property(edited, ([name, at, how]) => {
      const place = at % (name.length - 1)
      const [before, after] = [name.slice(0, place), name.slice(place + 1)]
      const typed = {
        drop: before + after,
        double: before + name[place] + name[place] + after,
        swap: before + after[0] + name[place] + after.slice(1),
      }[how]
      assert.equal(nearest(typed, known)[0], name)
    }),
  )
})

/** The textbook recursion, slow and obvious. */
function plainDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)]
  const substituted = plainDistance(restA, restB) + (a.at(-1) === b.at(-1) ? 0 : 1)
  if (a.at(-1) === b.at(-1)) return substituted
  const best = Math.min(substituted, plainDistance(restA, b) + 1, plainDistance(a, restB) + 1)
  const swapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)
  return swapped ? Math.min(best, plainDistance(a.slice(0, -2), b.slice(0, -2)) + 1) : best
}
