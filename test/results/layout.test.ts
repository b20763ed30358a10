import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import * as layout from '../../src/results/layout.ts'

test('keys are those of the published layout', () => {
  assert.equal(layout.sequenceKey(7), 'sequences/7.json')
  assert.equal(layout.jobDetailsKey('seq-0007-leg-1'), 'jobs/seq-0007-leg-1.json')
  assert.equal(layout.jobOutputKey('job-1'), 'output/job-1.json')
  assert.equal(layout.modelKey('departure', 'LHR'), 'delay_models/departure/LHR.parquet')
  assert.equal(layout.modelKey('landing', 'DUB'), 'delay_models/landing/DUB.parquet')
  assert.equal(layout.delaysKey('seq-0007-leg-1'), 'delays/seq-0007-leg-1.parquet')
  assert.equal(layout.percentilesKey(7), 'percentiles/7.json')
  assert.equal(layout.MERGED_KEY, 'merged_percentiles/merged_percentiles.json')
  assert.equal(
    layout.uploadedResultsKey('uat', 'flights', '20251121t090000z', 'a/b'),
    'uat/flights/20251121t090000z/a%2Fb/results.json',
  )
})

test('a bare job is filed under the UTC hour in which it was sent', () => {
  assert.equal(
    layout.bareOutputKey('unique-id', Date.UTC(2025, 0, 2, 3, 59, 59, 999)),
    'output/2025/01/02/03/unique-id.json',
  )
  assert.equal(layout.bareOutputKey('unique-id', Date.UTC(2025, 11, 31, 23)), 'output/2025/12/31/23/unique-id.json')
})

test('an empty prefix leads to no slash, and any other to one', () => {
  assert.equal(layout.underPrefix('', 'delays/a'), 'delays/a')
  assert.equal(layout.underPrefix('/', 'delays/a'), 'delays/a')
  for (const prefix of ['team/run-1', 'team/run-1/', '/team/run-1']) {
    assert.equal(layout.underPrefix(prefix, 'delays/a'), 'team/run-1/delays/a')
  }
})

test('a free name becomes one segment that no store reads as a place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      const encoded = layout.encodeName(name)
      assert.match(encoded, /^[A-Za-z0-9_.~%-]+$/)
      assert.doesNotMatch(encoded, /^\.+$/)
      assert.equal(decodeURIComponent(encoded), name)
    }),
  )
  assert.equal(layout.encodeName('..'), '%2E%2E')
  assert.equal(layout.encodeName("a/b c*'"), 'a%2Fb%20c%2A%27')
})

test('names and ids that cannot be keys are refused', () => {
  assert.throws(() => layout.encodeName(''), /must not be empty/)
  assert.throws(() => layout.delaysKey('\ud800'), /not well-formed/)
  assert.throws(() => layout.percentilesKey(1.5), /whole number, got 1.5/)
  assert.throws(() => layout.sequenceKey(-1), /whole number, got -1/)
})
