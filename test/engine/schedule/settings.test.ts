import assert from 'node:assert/strict'
import { test } from 'node:test'
import { executorSchema } from '../../../src/engine/schedule/settings.ts'
import { mixSchema } from '../../../src/engine/schedule/mix.ts'
import { faultsOf, REPORT_INPUT } from '../../../src/scenario/faults.ts'
import type { z } from 'zod'

function faults(given: unknown, schema: z.ZodType = executorSchema): string[] {
  const parsed = schema.safeParse(given, REPORT_INPUT)
  return parsed.success ? [] : faultsOf(parsed.error, schema).map(({ path, message }) => `${path} ${message}`)
}

test("k6's options are read with k6's defaults, durations as milliseconds", () => {
  const { stages, ...rest } = executorSchema.parse({
    executor: 'ramping-vus',
    stages: [{ duration: '1m30s', target: 5 }],
  }) as { stages: unknown }
  assert.deepEqual(stages, [{ duration: 90_000, target: 5, ramp: 'linear' }])
  assert.deepEqual(rest, {
    executor: 'ramping-vus',
    startTime: 0,
    gracefulStop: 30_000,
    startVUs: 1,
    gracefulRampDown: 30_000,
  })
})

test('all faults are listed, those between options too', () => {
  assert.deepEqual(
    faults({
      executor: 'ramping-arrival-rate',
      startRate: -5,
      preAllocatedVUs: 20,
      maxVUs: 10,
      timeUnit: 0,
      stages: [
        { duration: 0, target: -1 },
        { duration: '0s', target: 2.5 },
      ],
      nonsense: 1,
    })
      .map((fault) => fault.replace(/; known here.*/, ''))
      .sort(),
    [
      'maxVUs must be at least preAllocatedVUs (20), got 10',
      'nonsense is unknown',
      'stages must last longer than 0 ms together',
      'stages.0.target must be a whole number 0 … 10,000,000, got -1',
      'stages.1.target must be a whole number, got 2.5',
      'startRate must be a whole number 0 … 10,000,000, got -5',
      'timeUnit must be a duration of more than 0 ms and at most 24 days, such as 90s, 1m30s or milliseconds, got 0',
    ],
  )
})

test('a scenario that cannot be meant is rejected', () => {
  const nothing = { executor: 'ramping-arrival-rate', stages: [{ duration: '10s', target: 0 }] }
  assert.match(faults(nothing).join(), /nothing would ever start/)
  const instant = { executor: 'ramping-vus', stages: [{ duration: 0, target: 9 }] }
  assert.match(faults(instant).join(), /^stages must last longer than 0 ms together/)
  const nobody = { executor: 'ramping-vus', startVUs: 0, stages: [{ duration: '1s', target: 0 }] }
  assert.match(faults(nobody).join(), /nobody would ever run/)
  assert.match(faults({ executor: 'constant-arrival-rate', rate: 0, duration: '1s' }).join(), /rate must be/)
  assert.match(faults({ executor: 'constant-vus', vus: 3, duration: 'soon' }).join(), /duration must be a duration/)
  assert.match(faults({ executor: 'constant-vus', vus: 3 }).join(), /duration/)
  assert.match(faults({ executor: 'shared-iterations', vus: 9, iterations: 4 }).join(), /at least vus \(9\)/)
  const twice = { executor: 'poisson-arrival-rate', rate: 5, duration: '1s', stages: [{ duration: '1s', target: 5 }] }
  assert.match(faults(twice).join(), /say the same twice/)
  assert.match(faults({ executor: 'poisson-arrival-rate', rate: 5 }).join(), /^duration is missing/)
  assert.match(
    faults({ executor: 'replay', timestampsMs: [5, 4] }).join(),
    /timestampsMs.1 must not be earlier.*\(5\), got 4/,
  )
  const search = { executor: 'step-to-failure', minRate: 50, startRate: 60, maxRate: 40 }
  assert.match(faults(search).join(), /maxRate must be more than minRate \(50\), got 40/)
  assert.match(
    faults({ executor: 'constant-arival-rate' }).join(),
    /must be one of constant-vus, .*step-to-failure; did you mean constant-arrival-rate/,
  )
})

test('weights may sum to anything but 0', () => {
  const zero = [
    { name: 'buy', weight: 0 },
    { name: 'look', weight: 0 },
  ]
  assert.match(faults(zero, mixSchema).join(), /sum to more than 0/)
  assert.deepEqual(
    faults(
      [
        { name: 'buy', weight: 0 },
        { name: 'look', weight: 0.3 },
      ],
      mixSchema,
    ),
    [],
  )
  assert.match(faults([{ name: 'buy', weight: -1 }], mixSchema).join(), /0.weight must be a number 0/)
})
