import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkLoadPattern, compileLoadPattern, loadPatternSchema } from '../../../src/engine/schedule/load-pattern.ts'
import { compileSchedule } from '../../../src/engine/schedule/compile.ts'
import { faultsOf, REPORT_INPUT } from '../../../src/scenario/faults.ts'

function activeUsers(given: object): (seconds: number) => number {
  const schedule = compileSchedule(compileLoadPattern(loadPatternSchema.parse(given)), 1)
  assert.ok(schedule.model === 'closed')
  const active = [...schedule.userPlans(0, 1)].flatMap(({ activations }) => [...activations()])
  return (seconds) => active.filter(({ fromUs, untilUs }) => fromUs <= seconds * 1e6 && seconds * 1e6 < untilUs).length
}

test("requirement 004's example: warm up, ramp, sustain, cool down", () => {
  const users = activeUsers({
    type: 'ramp-up',
    phases: [
      { name: 'warm-up', duration: '2m', targetActiveUsers: 10 },
      { name: 'ramp', duration: '10m', targetActiveUsers: 60 },
      { name: 'sustain', duration: '30m', targetActiveUsers: 60 },
      { name: 'cool-down', duration: '5m', targetActiveUsers: 10 },
    ],
  })
  assert.deepEqual([0, 60, 120, 420, 720, 2519, 2670, 2819].map(users), [0, 5, 10, 35, 60, 60, 35, 11])
})

test('a spike jumps at once and stays for its phase', () => {
  const phases = [
    { duration: '10s', targetActiveUsers: 10 },
    { duration: '5s', targetActiveUsers: 200 },
    { duration: '10s', targetActiveUsers: 10 },
  ]
  const users = activeUsers({ type: 'spike', phases })
  assert.deepEqual([0, 9.9, 10, 14.9, 15, 24.9].map(users), [10, 10, 200, 200, 10, 10])
})

test('a wave goes through its phases as often as its cycles say', () => {
  const phases = [
    { duration: '10s', targetActiveUsers: 10 },
    { duration: '10s', targetActiveUsers: 0 },
  ]
  const users = activeUsers({ type: 'wave', cycles: 3, phases })
  assert.deepEqual([0, 10, 15, 19.99, 30, 35, 50].map(users), [0, 10, 5, 1, 10, 5, 10])
})

test('a phase may say itself how it gets there', () => {
  const phases = [
    { duration: '4s', targetActiveUsers: 16, rampStrategy: 'exponential' },
    { duration: '4s', targetActiveUsers: 4, rampStrategy: 'step' },
  ]
  const users = activeUsers({ type: 'custom', phases })
  assert.deepEqual([0, 1.01, 2.01, 3.01, 4, 7].map(users), [1, 2, 4, 8, 4, 4])
})

test('90 users asked to be 200 are refused, and so are waves of something that is none', () => {
  const pattern = loadPatternSchema.parse({
    type: 'ramp-up',
    cycles: 2,
    phases: [20, 200, 200, 20].map((targetActiveUsers) => ({ duration: '5m', targetActiveUsers })),
  })
  assert.deepEqual(
    checkLoadPattern(pattern, 90).map(({ path, message }) => `${path} ${message}`),
    [
      'phases.1.targetActiveUsers must be at most the users that exist (90), got 200; make more users or ask for fewer',
      'phases.2.targetActiveUsers must be at most the users that exist (90), got 200; make more users or ask for fewer',
      'cycles must be 1 unless type is wave, got 2 for ramp-up',
    ],
  )
})

test('phases of no length, negative users and unknown strategies are all listed', () => {
  const given = {
    phases: [
      { duration: '0s', targetActiveUsers: -4 },
      { duration: '5m', targetActiveUsers: 0, rampStrategy: 'sudden' },
    ],
  }
  const parsed = loadPatternSchema.safeParse(given, REPORT_INPUT)
  assert.ok(!parsed.success)
  const paths = faultsOf(parsed.error, loadPatternSchema).map(({ path }) => path)
  assert.deepEqual(paths, ['phases.0.duration', 'phases.0.targetActiveUsers', 'phases.1.rampStrategy'])
})
