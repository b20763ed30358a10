import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Fault } from '../../../src/embedded/index.ts'
import { startPlan } from '../../../src/embedded/faults/running-plan.ts'
import type { Call } from '../../../src/embedded/service.ts'
import { createManualClock } from '../manual-clock.ts'

const send: Call = { service: 'sqs', operation: 'SendMessage', resource: 'orders' }
const get: Call = { service: 's3', operation: 'GetObject', resource: 'data/2026/a.json' }

function kinds(plan: { hits(call: Call): { fault: Fault }[] }, calls: readonly Call[]): string[] {
  return calls.map((call) =>
    plan
      .hits(call)
      .map(({ fault }) => fault.fault)
      .join(),
  )
}

test('the same calls in the same order meet the same faults, another seed others', () => {
  const faults: Fault[] = [
    { fault: 'latency', delay_ms: 10, jitter_ms: 90, share: 0.5 },
    { fault: 'throttle', service: 'sqs', share: 0.3 },
    { fault: 'lost-response', share: 0.5 },
  ]
  const draw = (seed: number, calls: readonly Call[]): object[] =>
    calls.flatMap((call) => startPlan({ seed, faults }, createManualClock()).hits(call))
  const calls = fc.array(fc.constantFrom(send, get), { minLength: 1, maxLength: 50 })
  fc.assert(fc.property(fc.nat(), calls, (seed, made) => assert.deepEqual(draw(seed, made), draw(seed, made))))
  const many = Array.from({ length: 64 }, () => send)
  assert.notDeepEqual(
    kinds(startPlan({ seed: 1, faults }, createManualClock()), many),
    kinds(startPlan({ seed: 2, faults }, createManualClock()), many),
  )
})

test('the faults of one service do not depend on how often another was called', () => {
  const faults: Fault[] = [
    { fault: 'error', service: 's3', share: 0.5 },
    { fault: 'error', service: 'sqs', share: 0.5 },
  ]
  const alone = startPlan({ faults }, createManualClock())
  const among = startPlan({ faults }, createManualClock())
  const expected = kinds(
    alone,
    Array.from({ length: 40 }, () => send),
  )
  const found = Array.from({ length: 40 }, (_, i) => {
    for (let other = 0; other < i % 3; other += 1) among.hits(get)
    return kinds(among, [send])[0]
  })
  assert.deepEqual(found, expected)
})

test('a share is met within what chance allows, and a limit is never passed', () => {
  const calls = Array.from({ length: 10_000 }, () => send)
  const half = startPlan({ faults: [{ fault: 'error', share: 0.2 }] }, createManualClock())
  const hit = kinds(half, calls).filter((kind) => kind !== '').length
  // Four standard deviations of a binomial of 10,000 draws at 0.2 are 160.
  assert.ok(Math.abs(hit - 2000) < 160, `${hit} of 10,000`)

  const limited = startPlan({ faults: [{ fault: 'error', share: 0.5, limit: 7 }] }, createManualClock())
  assert.equal(kinds(limited, calls).filter((kind) => kind !== '').length, 7)
  assert.partialDeepStrictEqual(limited.state().faults[0], { matched: 10_000, injected: 7 })
})

test('a fault holds from its first second until before its last, on the clock', () => {
  const clock = createManualClock()
  const plan = startPlan({ faults: [{ fault: 'timeout', from_seconds: 10, to_seconds: 20 }] }, clock)
  const at = (seconds: number): string => {
    clock.advance(seconds * 1000)
    return kinds(plan, [send])[0]
  }
  assert.deepEqual([at(0), at(9.999), at(0.001), at(9.999), at(0.001)], ['', '', 'timeout', 'timeout', ''])
  assert.partialDeepStrictEqual(plan.state(), { seed: 1, elapsed_seconds: 20, faults: [{ matched: 2, injected: 2 }] })
})

test('service, operation and resource choose the calls', () => {
  const plan = startPlan(
    {
      faults: [
        { fault: 'latency', delay_ms: 1, resource: 'data/*.json' },
        { fault: 'slow-body', bytes_per_second: 1, operation: 'GetObject' },
        { fault: 'error', service: 'sqs', resource: 'order?' },
      ],
    },
    createManualClock(),
  )
  assert.deepEqual(kinds(plan, [send, get, { ...get, operation: 'PutObject', resource: 'data/a.csv' }]), [
    'error',
    'latency,slow-body',
    '',
  ])
})

test('a fault that ends a call is its last, and the next faults draw on as if it were not there', () => {
  const both: Fault[] = [
    { fault: 'latency', delay_ms: 1 },
    { fault: 'throttle', share: 0.5 },
    { fault: 'lost-response', share: 0.5 },
  ]
  const calls = Array.from({ length: 100 }, () => send)
  const together = kinds(startPlan({ faults: both }, createManualClock()), calls)
  const never: Fault = { fault: 'throttle', share: 0 }
  const alone = kinds(startPlan({ faults: [both[0], never, both[2]] }, createManualClock()), calls)
  for (const [i, kind] of together.entries()) {
    assert.equal(kind, kind.includes('throttle') ? 'latency,throttle' : alone[i])
  }
  assert.ok(together.some((kind) => kind.includes('throttle')) && together.some((kind) => kind.includes('lost')))
})
