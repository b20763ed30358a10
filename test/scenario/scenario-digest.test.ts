import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { scenarioDigest, type DigestedScenario } from '../../src/scenario/scenario-digest.ts'

const scenario: DigestedScenario = {
  name: 'quick',
  workload: 'synthetic',
  settings: { messages: 10, shape: 'chain' },
  seed: 7,
  generatorVersion: 1,
}

test('the digest is the SHA-256 of the canonical JSON', () => {
  const text = `{
  "generator_version": 1,
  "name": "quick",
  "seed": 7,
  "settings": {
    "messages": 10,
    "shape": "chain"
  },
  "workload": "synthetic"
}
`
  assert.equal(scenarioDigest(scenario), createHash('sha256').update(text).digest('hex'))
})

test('the order in which settings were written does not count', () => {
  const turned = { ...scenario, settings: { shape: 'chain', messages: 10 } }
  assert.equal(scenarioDigest(turned), scenarioDigest(scenario))
})

test('each of the five parts counts', () => {
  const changes: Partial<DigestedScenario>[] = [
    { name: 'other' },
    { workload: 'flights' },
    { settings: { messages: 11, shape: 'chain' } },
    { seed: 8 },
    { generatorVersion: 2 },
  ]
  const digests = new Set([scenario, ...changes.map((change) => ({ ...scenario, ...change }))].map(scenarioDigest))
  assert.equal(digests.size, 6)
})
