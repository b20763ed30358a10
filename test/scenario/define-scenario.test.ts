import assert from 'node:assert/strict'
import test from 'node:test'
import { defineScenario } from '../../src/scenario/index.ts'

test('a scenario is answered as it is', () => {
  const document = { name: 'quick', workload: 'synthetic', synthetic: { messages: 10, shape: 'chain' } } as const
  assert.equal(defineScenario(document), document)
})

test('the type ties the workload to its own part, and knows its settings', () => {
  // Checked by tsc: each of these must be an error, or @ts-expect-error is one.
  // @ts-expect-error another workload's part
  defineScenario({ name: 'quick', workload: 'synthetic', flights: { sequences: 3 } })
  // @ts-expect-error an unknown setting
  defineScenario({ name: 'quick', workload: 'synthetic', synthetic: { mesages: 3 } })
  // @ts-expect-error an unknown shape
  defineScenario({ name: 'quick', workload: 'synthetic', synthetic: { shape: 'star' } })
  // @ts-expect-error an unknown workload
  defineScenario({ name: 'quick', workload: 'nothing' })
  defineScenario({ name: 'quick', workload: 'flights', seed: 3, flights: { sequences: 3, network: ['LHR', 'DUB'] } })
})

test('what scenario modules import loads nothing else: no schema, no workload', async () => {
  assert.deepEqual(Object.keys(await import('../../src/scenario/index.ts')), ['defineScenario', 'journey'])
})
