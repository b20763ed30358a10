import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProcessor } from '../../src/processor/create-processor.ts'
import { loadWorkload } from '../../src/workloads/registry.ts'
import { startedEnvironment } from '../environment/started.ts'

test('a workload is loaded once, and again where that failed', async (t) => {
  let loads = 0
  const processor = createProcessor(await startedEnvironment(t), {
    async loadWorkload(name) {
      if (++loads === 1) throw new Error('the disk was away')
      return loadWorkload(name)
    },
    bareWorkload: 'synthetic',
    memoryBytes: 1e6,
    testRunId: undefined,
  })
  await assert.rejects(processor.loadWorkload('synthetic'), /the disk was away/)
  assert.equal((await processor.loadWorkload('synthetic')).name, 'synthetic')
  assert.equal((await processor.loadWorkload('synthetic')).name, 'synthetic')
  assert.equal(loads, 2)
})
