import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { executorSchema, type SettingsOf } from '../../../src/engine/schedule/settings.ts'
import {
  nextSearchStep,
  searchRun,
  type Observation,
  type SearchResult,
} from '../../../src/engine/schedule/step-to-failure.ts'
import { stream } from '../../../src/scenario/stream.ts'

function settingsOf(given: object): SettingsOf<'step-to-failure'> {
  return executorSchema.parse({
    executor: 'step-to-failure',
    maxRate: 10_000,
    ...given,
  }) as SettingsOf<'step-to-failure'>
}

type Target = (rate: number) => Observation['outcome']

function search(given: object, target: Target): { result: SearchResult; tried: number[] } {
  const observations: Observation[] = []
  for (;;) {
    const next = nextSearchStep(settingsOf(given), observations)
    if (next.state === 'found') return { result: next, tried: observations.map(({ rate }) => rate) }
    observations.push({ rate: next.rate, outcome: target(next.rate) })
  }
}

test('a target with a sharp limit: the limit lies between the rate found and the next', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), (limit) => {
      const { result } = search({}, (rate) => (rate <= limit ? 'met' : 'failed'))
      assert.ok(result.rate <= limit && limit < result.failsAt!, JSON.stringify(result))
      assert.ok(result.confidence >= 0.9 && result.endedBy === 'confident')
      assert.ok(result.low <= result.rate && result.rate <= result.high)
    }),
    { numRuns: 50 },
  )
})

test('it climbs from the start rate and does not fall upon the target', () => {
  const { tried } = search({ startRate: 100 }, (rate) => (rate <= 900 ? 'met' : 'failed'))
  const first = tried.slice(0, 4)
  assert.ok(
    first.every((rate, at) => rate >= 100 * 2 ** at && rate <= 100 * 2 ** at * 1.06),
    first.join(),
  )
  assert.ok(Math.max(...tried) < 2000)
})

test('one step that lies does not decide', () => {
  const limit = 2000
  for (let lie = 0; lie < 12; lie++) {
    let step = 0
    const { result } = search({}, (rate) => (rate <= limit === (step++ !== lie) ? 'met' : 'failed'))
    assert.ok(result.rate <= limit && limit < result.failsAt!, `step ${lie} lied: ${JSON.stringify(result)}`)
  }
})

test('the confidence it states is earned: of targets as noisy as assumed, so many answers are right', () => {
  let right = 0
  const runs = 200
  for (let run = 0; run < runs; run++) {
    const random = stream(run, 'noise')
    const limit = random.integer(50, 9000)
    const noisy: Target = (rate) => (rate <= limit === random.float64() < 0.95 ? 'met' : 'failed')
    const { result } = search({ confidence: 0.9, reliability: 0.95, maxSteps: 1000 }, noisy)
    if (result.rate <= limit && limit < (result.failsAt ?? Infinity)) right++
  }
  assert.ok(right / runs >= 0.86, `${right} of ${runs}`) // 0.9 less two standard deviations
})

test('a target that never meets answers 0, one that always does the highest rate', () => {
  assert.deepEqual([search({}, () => 'failed').result.rate, search({}, () => 'failed').result.failsAt], [0, 1])
  const always = search({}, () => 'met').result
  assert.deepEqual([always.rate, always.failsAt, always.endedBy], [10_000, undefined, 'confident'])
})

test('where the generator gives out first, the answer says so and claims no more than was measured', () => {
  const { result } = search({}, (rate) => (rate > 700 ? 'saturated' : 'met'))
  assert.equal(result.endedBy, 'generator')
  assert.ok(result.rate <= 700 && result.rate > 600)
  assert.equal(result.failsAt, undefined)
})

test('a generator that cannot do even the lowest rate ends the search', () => {
  assert.deepEqual(search({ startRate: 1 }, () => 'saturated').result.rate, 0)
})

test('used-up steps end it with the confidence reached by then', () => {
  const { result, tried } = search({ maxSteps: 5 }, (rate) => (rate <= 30 ? 'met' : 'failed'))
  assert.equal(tried.length, 5)
  assert.equal(result.endedBy, 'steps')
  assert.ok(result.confidence < 0.9)
})

test('the same observations give the same next step: any scheduler may go on', () => {
  const observations: Observation[] = [
    { rate: 10, outcome: 'met' },
    { rate: 20, outcome: 'failed' },
  ]
  const settings = settingsOf({})
  assert.deepEqual(nextSearchStep(settings, observations), nextSearchStep(settings, structuredClone(observations)))
})

test('a step is a run of a constant rate', () => {
  const run = searchRun(settingsOf({ stepDuration: '20s', timeUnit: '1m', maxVUs: 50 }), 40)
  assert.deepEqual(
    executorSchema.parse(run),
    executorSchema.parse({ executor: 'constant-arrival-rate', rate: 40, timeUnit: '1m', duration: '20s', maxVUs: 50 }),
  )
})
