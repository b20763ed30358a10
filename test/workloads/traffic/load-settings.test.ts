import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { checked } from '../../../src/engine/schedule/cross-checks.ts'
import { faultsOf, REPORT_INPUT } from '../../../src/scenario/faults.ts'
import { checkLoad, compileLoad, loadFields, loadRule } from '../../../src/workloads/traffic/load-settings.ts'

const schema = checked(z.strictObject(loadFields), loadRule({ availableUsers: () => 90 }))
const VUS = { executor: 'constant-vus', vus: 3, duration: '10s' }

function faults(given: unknown): string[] {
  const parsed = schema.safeParse(given, REPORT_INPUT)
  assert.ok(!parsed.success, 'it must be refused')
  return faultsOf(parsed.error, schema).map(({ path, message }) => `${path}: ${message}`)
}

test('a load is given as an executor or as a pattern, and comes out as an executor', () => {
  const load = schema.parse({ load: VUS })
  assert.equal(load.shards, 1)
  assert.equal(compileLoad(load).executor, 'constant-vus')
  const pattern = schema.parse({ loadPattern: { type: 'spike', phases: [{ duration: '1m', targetActiveUsers: 90 }] } })
  assert.equal(compileLoad(pattern).executor, 'ramping-vus')
})

test('neither is a fault that shows what to write, and both are one too', () => {
  assert.deepEqual(faults({}), [
    'load: is missing; say how much load: load, e.g. { executor: constant-vus, vus: 10, duration: 30s }, or loadPattern',
  ])
  const loadPattern = { phases: [{ duration: '1m', targetActiveUsers: 1 }] }
  assert.deepEqual(faults({ load: VUS, loadPattern }), [
    'loadPattern: must not be given beside load: they say the same twice',
  ])
  assert.deepEqual(checkLoad({}, { hasDefault: true }), [])
})

test('more shards than users, more users than there are and other faults are told together', () => {
  assert.deepEqual(faults({ load: VUS, shards: 4 }), [
    'shards: must be at most vus (3), got 4: a shard without a user runs nothing',
  ])
  const phases = [{ duration: '1m', targetActiveUsers: 200 }]
  assert.deepEqual(faults({ loadPattern: { type: 'steady', phases, cycles: 2 }, shards: 201 }), [
    'loadPattern.phases.0.targetActiveUsers: must be at most the users that exist (90), got 200; make more users or ask for fewer',
    'loadPattern.cycles: must be 1 unless type is wave, got 2 for steady',
    'shards: must be at most vus (200), got 201: a shard without a user runs nothing',
  ])
  assert.match(faults({ load: { ...VUS, vus: 0 }, shards: 0 }).join('\n'), /load.vus.*\n.*shards/s)
})

test('a search that would plan a job for every shard of too many steps is refused', () => {
  const load = { executor: 'step-to-failure', maxRate: 1000, maxSteps: 1000 }
  assert.deepEqual(faults({ load, shards: 999 }), [
    'load.maxSteps: must be at most 100 with 999 shards, got 1000: each step plans a job for every shard',
  ])
})
