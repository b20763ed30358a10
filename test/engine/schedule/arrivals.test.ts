import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileSchedule } from '../../../src/engine/schedule/compile.ts'
import { scheduleDigest } from '../../../src/engine/schedule/schedule-digest.ts'
import type { OpenSchedule } from '../../../src/engine/schedule/schedule.ts'
import { executorSchema } from '../../../src/engine/schedule/settings.ts'

interface Start {
  readonly index: number
  readonly us: number
}

function openSchedule(given: object, seed = 1): OpenSchedule {
  const settings = executorSchema.parse(given)
  assert.ok(settings.executor !== 'step-to-failure')
  const schedule = compileSchedule(settings, seed)
  assert.ok(schedule.model === 'open')
  return schedule
}

function startsOf(schedule: OpenSchedule, shard = 0, shards = 1): Start[] {
  const starts: Start[] = []
  const arrivals = schedule.arrivals(shard, shards)
  for (let us = arrivals.next(); us >= 0; us = arrivals.next()) starts.push({ index: arrivals.index, us })
  return starts
}

const rate = fc.integer({ min: 0, max: 300 })
const stages = fc.array(fc.record({ duration: fc.constantFrom(0, 1, 700, 1000, 2500), target: rate }), {
  minLength: 1,
  maxLength: 5,
})
const openSettings = fc
  .oneof(
    fc.record({
      executor: fc.constant('constant-arrival-rate'),
      rate: fc.integer({ min: 1, max: 300 }),
      timeUnit: fc.constantFrom(300, 1000, 7000),
      duration: fc.integer({ min: 1, max: 3000 }),
    }),
    fc.record({
      executor: fc.constantFrom('ramping-arrival-rate', 'poisson-arrival-rate'),
      startRate: rate,
      timeUnit: fc.constantFrom(300, 1000, 7000),
      stages,
    }),
    fc.record({
      executor: fc.constant('replay'),
      timestampsMs: fc
        .array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 50 })
        .map((times) => times.sort((a, b) => a - b)),
      speed: fc.constantFrom(0.5, 1, 3),
    }),
  )
  .filter((given) => executorSchema.safeParse(given).success)

test('for any number of shards: arrival i is in shard i mod N at the same time, and the digest is the same', () => {
  fc.assert(
    fc.property(openSettings, fc.integer({ min: 1, max: 7 }), fc.nat(), (given, shards, seed) => {
      const schedule = openSchedule(given, seed)
      const all = startsOf(schedule)
      const parts = Array.from({ length: shards }, (_, shard) => startsOf(schedule, shard, shards))
      for (const [shard, part] of parts.entries()) for (const { index } of part) assert.equal(index % shards, shard)
      assert.deepEqual(
        parts.flat().sort((a, b) => a.index - b.index),
        all,
      )
      assert.equal(scheduleDigest(schedule, shards), scheduleDigest(schedule))
    }),
  )
})

test('starts never go back in time and never leave the duration', () => {
  fc.assert(
    fc.property(openSettings, (given) => {
      const schedule = openSchedule(given)
      let last = 0
      for (const { us } of startsOf(schedule)) {
        assert.ok(Number.isInteger(us) && us >= last && us <= schedule.durationUs, `${us} after ${last}`)
        last = us
      }
    }),
  )
})

test('a constant rate starts at once and then evenly, as k6 does', () => {
  const schedule = openSchedule({ executor: 'constant-arrival-rate', rate: 4, duration: '1s' })
  assert.deepEqual(
    startsOf(schedule).map(({ us }) => us),
    [0, 250_000, 500_000, 750_000],
  )
  assert.equal(schedule.expectedArrivals, 4)
})

test('a ramp starts where the area below it is whole, worked out by hand', () => {
  // 0 → 2/s in 4 s: t²/4 arrivals until t, so the first at 2 s, then at √8, √12 and 4 s.
  const schedule = openSchedule({ executor: 'ramping-arrival-rate', stages: [{ duration: '4s', target: 2 }] })
  assert.deepEqual(
    startsOf(schedule).map(({ us }) => us),
    [2_000_000, 2_828_427, 3_464_101, 4_000_000],
  )
})

test("requirement 003's two arrival curves have the number of arrivals they were computed to have", () => {
  const purchase = openSchedule({
    executor: 'ramping-arrival-rate',
    startRate: 5,
    stages: [
      { duration: '60s', target: 5 },
      { duration: 0, target: 10 },
      { duration: '300s', target: 20 },
      { duration: '600s', target: 20 },
      { duration: '60s', target: 5 },
    ],
  })
  assert.equal(purchase.durationUs, 1_020_000_000)
  assert.equal(purchase.expectedArrivals, 17_550)
  assert.equal(startsOf(purchase).length, 17_550)
})

test('every arrival of ten million a second for a day is counted exactly', () => {
  const rates = { executor: 'ramping-arrival-rate', startRate: 9_999_999, timeUnit: '1s' }
  const schedule = openSchedule({ ...rates, stages: [{ duration: '86399999ms', target: 10_000_000 }] })
  // (9,999,999 + 10,000,000) / 2 x 86,399.999 s
  assert.equal(schedule.expectedArrivals, 863_999_946_800)
})

test('the same seed gives the same Poisson arrivals, another seed others', () => {
  const poisson = { executor: 'poisson-arrival-rate', rate: 50, duration: '5s' }
  assert.equal(scheduleDigest(openSchedule(poisson, 7)), scheduleDigest(openSchedule(poisson, 7)))
  assert.notEqual(scheduleDigest(openSchedule(poisson, 7)), scheduleDigest(openSchedule(poisson, 8)))
})

test('Poisson arrivals have the mean and the spread of independent users', () => {
  const schedule = openSchedule({ executor: 'poisson-arrival-rate', rate: 1000, duration: '100s' }, 3)
  const starts = startsOf(schedule)
  // Of 100,000 expected, four standard deviations are 1,265; of a gap's mean and deviation of 1 ms, 13 µs.
  assert.ok(Math.abs(starts.length - 100_000) < 1265, `${starts.length}`)
  const gaps = starts.slice(1).map(({ us }, at) => us - starts[at].us)
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
  assert.ok(Math.abs(mean - 1000) < 15 && Math.abs(deviation - 1000) < 20, `${mean} ± ${deviation}`)
  const overTwo = gaps.filter((gap) => gap > 2000).length / gaps.length
  assert.ok(Math.abs(overTwo - Math.exp(-2)) < 0.005, `${overTwo}`)
})

test('a Poisson process follows its stages', () => {
  const given = { executor: 'poisson-arrival-rate', startRate: 0, stages: [{ duration: '100s', target: 200 }] }
  const starts = startsOf(openSchedule(given))
  const firstHalf = starts.filter(({ us }) => us < 50_000_000).length
  assert.ok(
    Math.abs(firstHalf - 2500) < 200 && Math.abs(starts.length - 10_000) < 400,
    `${firstHalf} of ${starts.length}`,
  )
})

test('a replay keeps the recorded gaps, at its speed, whatever their origin', () => {
  const schedule = openSchedule({
    executor: 'replay',
    timestampsMs: [1e12, 1e12 + 10, 1e12 + 10, 1e12 + 50.5],
    speed: 2,
  })
  assert.deepEqual(
    startsOf(schedule).map(({ us }) => us),
    [0, 5000, 5000, 25_250],
  )
})

test('a start time moves every start', () => {
  const schedule = openSchedule({ executor: 'constant-arrival-rate', rate: 2, duration: '1s', startTime: '3s' })
  assert.deepEqual(
    startsOf(schedule).map(({ us }) => us),
    [3_000_000, 3_500_000],
  )
  assert.equal(schedule.durationUs, 4_000_000)
})

test('ten million arrivals are made as they are asked for, not kept', () => {
  const schedule = openSchedule({ executor: 'constant-arrival-rate', rate: 10_000, duration: '1000s' })
  const arrivals = schedule.arrivals(0, 1)
  const before = process.memoryUsage()
  let count = 0
  while (arrivals.next() >= 0) count++
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  assert.equal(count, 10_000_000)
  // Kept as numbers they would take 80 MB; what is there is garbage of the moment.
  assert.ok(heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers < 40e6)
})
