import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { InvalidInputError } from '../../src/errors.ts'
import { defaultRunId, parseRunId } from '../../src/results/run-id.ts'

test('a run id is kept as it was given', () => {
  for (const id of ['a', '7', 'baseline-256mb', 'production', 'x'.repeat(63)]) assert.equal(parseRunId(id), id)
})

test('a run id that could leave its folder or not be one is refused with the rule', () => {
  for (const id of ['', '-a', 'A', 'a/b', '..', 'a..b', 'a b', 'a\n', 'ä', 'x'.repeat(64)]) {
    assert.throws(
      () => parseRunId(id),
      (error) => {
        assert.ok(error instanceof InvalidInputError, id)
        assert.equal(error.faults[0]?.path, '--run-id')
        assert.match(error.message, /must be 1-63 of a-z, 0-9/)
        return true
      },
    )
  }
})

test('names of folders beside the runs are refused, with another one to take', () => {
  for (const id of ['output', 'audit', 'dev', 'uat', 'prod', 'local', 'embedded', 'localstack']) {
    assert.throws(() => parseRunId(id), new RegExp(`"${id}" is reserved .*; add something to it, e.g. ${id}-1`))
  }
})

test('the default run id names the scenario and the second', () => {
  assert.equal(defaultRunId('flights', Date.UTC(2025, 10, 21, 13, 5, 9, 999)), 'flights-20251121t130509z')
  assert.equal(defaultRunId('My Scenario_2!', 0), 'my-scenario-2-19700101t000000z')
})

test('the default run id of any scenario is a run id', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (scenario) => {
      const id = defaultRunId(scenario, 1_700_000_000_000)
      assert.equal(parseRunId(id), id)
    }),
  )
  assert.equal(defaultRunId('long-'.repeat(30), 0).length, 63)
})
