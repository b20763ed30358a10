import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkShards, compileSchedule } from '../../../src/engine/schedule/compile.ts'
import { scheduleDigest } from '../../../src/engine/schedule/schedule-digest.ts'
import type { ClosedSchedule } from '../../../src/engine/schedule/schedule.ts'
import { executorSchema } from '../../../src/engine/schedule/settings.ts'
import { shareOf } from '../../../src/engine/schedule/share.ts'

function closedSchedule(given: object): ClosedSchedule {
  const settings = executorSchema.parse(given)
  assert.ok(settings.executor !== 'step-to-failure')
  const schedule = compileSchedule(settings, 1)
  assert.ok(schedule.model === 'closed')
  return schedule
}

function usersAt(schedule: ClosedSchedule, us: number): number {
  return [...schedule.userPlans(0, 1)].filter(({ activations }) =>
    [...activations()].some(({ fromUs, untilUs }) => fromUs <= us && us < untilUs),
  ).length
}

const userStages = fc.array(
  fc.record({
    duration: fc.constantFrom(0, 1, 700, 5000),
    target: fc.integer({ min: 0, max: 40 }),
    ramp: fc.constantFrom('linear', 'exponential', 'step'),
  }),
  { minLength: 1, maxLength: 6 },
)
const closedSettings = fc
  .oneof(
    fc.record({
      executor: fc.constant('ramping-vus'),
      startVUs: fc.integer({ min: 0, max: 20 }),
      stages: userStages,
      startTime: fc.constantFrom(0, 300),
    }),
    fc.record({
      executor: fc.constantFrom('shared-iterations', 'per-vu-iterations'),
      vus: fc.integer({ min: 1, max: 30 }),
      iterations: fc.integer({ min: 1, max: 500 }),
    }),
    fc.record({
      executor: fc.constant('constant-vus'),
      vus: fc.integer({ min: 1, max: 30 }),
      duration: fc.constant('3s'),
    }),
  )
  .filter((given) => executorSchema.safeParse(given).success)

test('for any number of shards the same users are active at the same times, and the digest is the same', () => {
  fc.assert(
    fc.property(closedSettings, fc.integer({ min: 1, max: 7 }), (given, shards) => {
      const schedule = closedSchedule(given)
      const planOf = (shard: number, of: number) =>
        [...schedule.userPlans(shard, of)].map(({ user, iterations, activations }) => ({
          user,
          iterations,
          active: [...activations()],
        }))
      const parts = Array.from({ length: shards }, (_, shard) => planOf(shard, shards))
      for (const [shard, part] of parts.entries()) for (const { user } of part) assert.equal(user % shards, shard)
      assert.deepEqual(
        parts.flat().sort((a, b) => a.user - b.user),
        planOf(0, 1),
      )
      assert.equal(scheduleDigest(schedule, shards), scheduleDigest(schedule))
    }),
  )
})

test('a user is active in stretches that follow each other within the duration', () => {
  fc.assert(
    fc.property(closedSettings, (given) => {
      const schedule = closedSchedule(given)
      for (const { activations } of schedule.userPlans(0, 1)) {
        let last = 0
        for (const { fromUs, untilUs } of activations()) {
          assert.ok(fromUs >= last && untilUs > fromUs && untilUs <= schedule.durationUs)
          last = untilUs
        }
      }
    }),
  )
})

test('shared iterations are divided up front, and the shares sum to them exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 5000 }), (vus, more) => {
      const schedule = closedSchedule({ executor: 'shared-iterations', vus, iterations: vus + more })
      const shares = [...schedule.userPlans(0, 1)].map(({ iterations }) => iterations)
      assert.equal(
        shares.reduce((a, b) => a + b, 0),
        vus + more,
      )
      assert.ok(Math.max(...shares) - Math.min(...shares) <= 1)
    }),
  )
})

test('shares of a whole number sum to it exactly, for any number of shards', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 100 }), (total, shards) => {
      const shares = Array.from({ length: shards }, (_, shard) => shareOf(total, shard, shards))
      assert.equal(
        shares.reduce((a, b) => a + b, 0),
        total,
      )
    }),
  )
})

test('a linear ramp adds one user after the other and takes the last one first, as k6 does', () => {
  const schedule = closedSchedule({
    executor: 'ramping-vus',
    startVUs: 0,
    stages: [
      { duration: '4s', target: 4 },
      { duration: '2s', target: 0 },
    ],
  })
  assert.deepEqual(
    [...schedule.userPlans(0, 1)].map(({ activations }) => [...activations()]),
    [
      [{ fromUs: 1_000_000, untilUs: 6_000_000 }],
      [{ fromUs: 2_000_000, untilUs: 5_500_000 }],
      [{ fromUs: 3_000_000, untilUs: 5_000_000 }],
      [{ fromUs: 4_000_000, untilUs: 4_500_000 }],
    ],
  )
})

test('an exponential ramp grows by equal factors in equal times', () => {
  const stages = [
    { duration: '3s', target: 80, ramp: 'exponential' },
    { duration: '1s', target: 80 },
  ]
  const schedule = closedSchedule({ executor: 'ramping-vus', startVUs: 10, stages })
  assert.deepEqual(
    [0, 1_000_000, 2_000_000, 3_000_000].map((us) => usersAt(schedule, us + 1)),
    [10, 20, 40, 80],
  )
})

test('an exponential ramp from nobody begins with one user, and one to nobody goes towards one and then ends', () => {
  const up = closedSchedule({
    executor: 'ramping-vus',
    startVUs: 0,
    stages: [{ duration: '3s', target: 8, ramp: 'exponential' }],
  })
  assert.deepEqual(
    [0, 1_000_001, 2_000_001].map((us) => usersAt(up, us)),
    [1, 2, 4],
  )
  const down = closedSchedule({
    executor: 'ramping-vus',
    startVUs: 8,
    stages: [{ duration: '3s', target: 0, ramp: 'exponential' }],
  })
  assert.deepEqual(
    [0, 1_000_001, 2_000_001, 2_999_999].map((us) => usersAt(down, us)),
    [8, 4, 2, 2],
  )
})

test('more shards than users, or than iterations in flight, are refused', () => {
  const schedule = closedSchedule({ executor: 'constant-vus', vus: 3, duration: '1s' })
  assert.deepEqual(checkShards(schedule, 3), [])
  assert.match(checkShards(schedule, 4)[0].message, /at most vus \(3\), got 4/)
})
