import assert from 'node:assert/strict'
import test from 'node:test'
import { InvalidInputError } from '../../src/errors.ts'
import { isWorkloadName, loadWorkload, workloadNames } from '../../src/workloads/registry.ts'

test('every name loads a workload that calls itself so, with defaults for every setting', async () => {
  for (const name of workloadNames) {
    const workload = await loadWorkload(name)
    assert.equal(workload.name, name)
    assert.ok(workload.schema.safeParse({}).success, `${name} has a setting without a default`)
    assert.ok(workload.resultPrefixes.every((prefix) => prefix.endsWith('/')))
  }
})

test('an unknown name is refused with the nearest known one', async () => {
  await assert.rejects(loadWorkload('synthetik'), (error) => {
    assert.ok(error instanceof InvalidInputError)
    assert.match(error.message, /no workload named "synthetik"; did you mean synthetic\? Known: flights, .*synthetic$/)
    return true
  })
})

test('names that every object has are no workloads', () => {
  assert.deepEqual(['toString', '__proto__', 'constructor'].filter(isWorkloadName), [])
})
