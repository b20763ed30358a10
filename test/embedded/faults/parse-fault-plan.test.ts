import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Fault, FaultPlanError, type FaultPlan, parseFaultPlan } from '../../../src/embedded/index.ts'

function faultsOf(value: unknown): Record<string, string> {
  try {
    parseFaultPlan(value)
  } catch (error) {
    assert.ok(error instanceof FaultPlanError)
    return Object.fromEntries(error.faults.map(({ path, message }) => [path, message]))
  }
  return assert.fail('the plan was taken')
}

test('a plan that makes sense is answered as it was given', () => {
  const plan: FaultPlan = {
    seed: 7,
    faults: [
      { fault: 'throttle', service: 'sqs', operation: 'SendMessage', resource: 'orders-*', share: 0.1, status: 400 },
      { fault: 'error', from_seconds: 10, to_seconds: 20, limit: 3, status: 503 },
      { fault: 'latency', delay_ms: 50, jitter_ms: 100 },
      { fault: 'timeout' },
      { fault: 'reset-connection', service: 's3' },
      { fault: 'duplicate', service: 'dynamodb' },
      { fault: 'lost-response' },
      { fault: 'slow-body', bytes_per_second: 1000 },
    ],
  }
  assert.deepEqual(parseFaultPlan(plan), plan)
  assert.deepEqual(parseFaultPlan({ faults: [] }), { faults: [] })
})

test('all that is wrong in a plan is named at once, each with its path', () => {
  const plan = {
    seed: -1,
    speed: 2,
    faults: [
      { fault: 'throttel' },
      { fault: 'throttle', status: 500, share: 1.5, service: 'kinesis', delay_ms: 5 },
      { fault: 'latency', jitter_ms: 10 },
      { fault: 'error', status: 404, from_seconds: 10, to_seconds: 10, operation: 'Send Message' },
      { fault: 'slow-body', bytes_per_second: 0, limit: 0, resource: '', note: 'why' },
      'throttle',
      {},
    ],
  }
  assert.deepEqual(faultsOf(plan), {
    speed: 'is not known; there are seed and faults',
    seed: 'must be a whole number, 0-9007199254740991, got -1',
    'faults[0].fault':
      'must be one of throttle, error, latency, timeout, reset-connection, duplicate, lost-response, slow-body, got "throttel"',
    'faults[1].status': 'must be 400, 429 or 503 for a throttle, got 500',
    'faults[1].share': 'must be a number, 0-1, got 1.5',
    'faults[1].service': 'must be one of sqs, s3, dynamodb, secretsmanager, sts, got "kinesis"',
    'faults[1].delay_ms': 'means nothing for throttle; leave it out',
    'faults[2].delay_ms': 'is missing; latency needs it',
    'faults[3].status': 'must be 500-599 for an error, got 404',
    'faults[3].to_seconds': 'must be after from_seconds (10), got 10',
    'faults[3].operation': 'must be the name of an operation, e.g. SendMessage, got "Send Message"',
    'faults[4].bytes_per_second': 'must be a whole number, 1-1000000000, got 0',
    'faults[4].limit': 'must be a whole number, 1-9007199254740991, got 0',
    'faults[4].resource': 'must be a name or pattern of 1-2048 characters, got ""',
    'faults[4].note':
      'is not known; there are fault, service, operation, resource, share, from_seconds, to_seconds, limit, status, delay_ms, jitter_ms, bytes_per_second',
    'faults[5]': 'must be an object, got "throttle"',
    'faults[6].fault':
      'must be one of throttle, error, latency, timeout, reset-connection, duplicate, lost-response, slow-body, got null',
  })
})

test('a duplicate is refused where the work cannot be repeated, and says where it can', () => {
  for (const service of ['s3', undefined]) {
    const { 'faults[0].service': message } = faultsOf({ faults: [{ fault: 'duplicate', service }] })
    assert.match(
      message,
      /one of sqs, dynamodb, secretsmanager, sts for duplicate.*no S3 operation can be applied twice/,
    )
  }
})

test('whatever the value, it is taken whole or refused with paths', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>('throttle', 'latency', 0.5, -1, 1e99, 's3'))
  const key = fc.constantFrom<keyof Fault | '__proto__' | 'constructor'>(
    ...(['fault', 'service', 'share', 'limit', 'status', 'delay_ms', '__proto__', 'constructor'] as const),
  )
  const plan = fc.oneof(value, fc.record({ seed: value, faults: fc.array(fc.oneof(value, fc.dictionary(key, value))) }))
  fc.assert(
    fc.property(plan, (candidate) => {
      try {
        assert.deepEqual(parseFaultPlan(candidate), candidate)
      } catch (error) {
        assert.ok(error instanceof FaultPlanError && error.faults.length > 0, String(error))
      }
    }),
    { numRuns: 1000 },
  )
})

test('a plan nested deeper than it could be written again is refused like any other', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
  assert.deepEqual(faultsOf({ seed: deep, faults: [] }), {
    seed: 'must be a whole number, 0-9007199254740991, got a list',
  })
})
