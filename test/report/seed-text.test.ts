import assert from 'node:assert/strict'
import test from 'node:test'
import { seedText } from '../../src/report/seed-text.ts'

test('one seed is itself, several are listed, and of many the first', () => {
  assert.equal(seedText({ seed: 5 }), '5')
  assert.equal(seedText({ seed: 3, seeds: [3, 7] }), '3, 7')
  assert.equal(seedText({ seed: 1, seeds: [1, 2, 3, 4, 5, 6, 7, 8] }), '1, 2, 3, 4, 5, 6, … (8 seeds)')
})
