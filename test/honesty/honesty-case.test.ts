import assert from 'node:assert/strict'
import test from 'node:test'
import { honestyCases } from '../../src/honesty/honesty-case.ts'
import { behaviourOf, honestyKinds, simulate } from '../../src/targets/index.ts'

test('every behaviour is run, and the freeze with many connections too', () => {
  const cases = honestyCases({ durationMs: 10_000, rate: 100 })
  assert.deepEqual([...new Set(cases.map(({ kind }) => kind))], honestyKinds)
  assert.deepEqual(
    cases.filter(({ kind }) => kind === 'freeze').map(({ connections }) => connections),
    [10, 300],
  )
})

test('ten seconds at 100/s freeze for two of them, four seconds in', () => {
  const [freeze] = honestyCases({ kinds: ['freeze'], durationMs: 10_000, rate: 100 })
  assert.deepEqual(freeze.settings, { freeze_at_ms: 4000, freeze_ms: 2000 })
})

test('a short run meets what a long one does', () => {
  const arrivals = Float64Array.from({ length: 150 }, (_, at) => at * 10)
  for (const { kind, settings, connections } of honestyCases({ durationMs: 1500, rate: 100 })) {
    const { responseMs, statuses } = simulate(behaviourOf(kind, settings), arrivals, connections)
    const longest = Math.max(...responseMs)
    if (kind === 'freeze') assert.ok(longest > 290)
    if (kind === 'bimodal') assert.equal(longest, 50)
    if (kind === 'saturating') assert.ok(longest > 300) // a quarter too much, for one and a half seconds
    if (kind === 'slow-start') assert.ok(longest > 190)
    if (kind === 'error-bursts') assert.ok(statuses.filter((status) => status === 503).length > 20)
  }
})

test('connections that were asked for hold for every behaviour', () => {
  const cases = honestyCases({ durationMs: 1000, rate: 100, connections: 7 })
  assert.equal(cases.length, honestyKinds.length)
  assert.ok(cases.every(({ connections }) => connections === 7))
})
