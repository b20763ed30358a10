import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { matchesGlob } from '../../../src/embedded/faults/matches-glob.ts'

const few = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 8 })

test('a pattern matches what the regular expression made of it matches', () => {
  fc.assert(
    fc.property(few, few, (pattern, text) => {
      const source = pattern.replaceAll(/[.*?]/g, (sign) => ({ '.': '\\.', '*': '.*', '?': '.' })[sign]!)
      assert.equal(matchesGlob(pattern, text), new RegExp(`^${source}$`).test(text))
    }),
    {
      numRuns: 2000,
      examples: [
        ['*a*', 'bab'],
        ['*', ''],
        ['', ''],
      ],
    },
  )
})

test('a pattern of many stars is quick on a long name that it does not match', () => {
  // A regular expression would try 10^40 ways; this one takes at most pattern x text steps.
  assert.equal(matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(1024)), false)
})
