import assert from 'node:assert/strict'
import test from 'node:test'
import { synthetic } from '../../../src/workloads/synthetic/index.ts'
import { syntheticSchema } from '../../../src/workloads/synthetic/schema.ts'
import { summarizeSynthetic } from '../../../src/workloads/synthetic/summarize.ts'

test('the summary says what was asked for, in words and as data', () => {
  const settings = syntheticSchema.parse({ messages: 5000, shape: 'layered', layers: 7, workDurationMs: 20 })
  const { lines, data } = summarizeSynthetic(settings)
  assert.deepEqual(lines, [
    { label: 'messages', text: '5,000, 7 layers, fan-in of 10' },
    { label: 'work', text: '20 ms each, 100 s in all' },
    { label: 'data', text: '10 KB each, 51.2 MB in all' },
  ])
  assert.deepEqual(data, {
    messages: 5000,
    shape: 'layered',
    work_duration_ms: 20,
    data_size_kb: 10,
    data_bytes: 51_200_000,
  })
})

test('the workload is reproducible, may be redelivered, and its outputs are its results', () => {
  assert.equal(synthetic.deterministic, true)
  assert.equal(synthetic.redelivery, 'retry')
  assert.deepEqual(synthetic.resultPrefixes, ['output/'])
})
