import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileSchedule } from '../../../src/engine/schedule/compile.ts'
import { executorSchema } from '../../../src/engine/schedule/settings.ts'
import { heapLimitsFor } from '../../../src/engine/worker/small-heap.ts'

function limitsOf(given: object, share: number) {
  const settings = executorSchema.parse(given)
  assert.ok(settings.executor !== 'step-to-failure')
  return heapLimitsFor(compileSchedule(settings, 1), share)
}

test('a thread of many users has a small young generation, one of few or of arrivals is left as it is', () => {
  const users = { executor: 'constant-vus', vus: 10_000, duration: '1m' }
  assert.ok(limitsOf(users, 1)!.maxYoungGenerationSizeMb! > 0)
  assert.equal(limitsOf(users, 1)!.maxOldGenerationSizeMb, undefined, 'what users keep is not limited')
  assert.equal(limitsOf(users, 1 / 20), undefined)
  assert.equal(limitsOf({ ...users, vus: 50 }, 1), undefined)
  assert.equal(
    limitsOf({ executor: 'constant-arrival-rate', rate: 5000, duration: '1m', maxVUs: 10_000 }, 1),
    undefined,
  )
})
