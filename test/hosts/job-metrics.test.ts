import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embeddedMetrics } from '../../src/hosts/job-metrics.ts'

interface Document {
  readonly _aws: {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[]
    }[]
  }
  readonly TestRunId: string
  readonly ProcessingTimeMs?: number | number[]
  readonly QueueWaitMs?: number | number[]
  readonly JobsCompleted: number
  readonly JobsFailed: number
}

async function collected() {
  const lines: string[] = []
  const metrics = await embeddedMetrics((line) => lines.push(line))
  return { metrics, documents: () => lines.map((line) => JSON.parse(line) as Document), lines }
}

test('jobs of a run are one document of the embedded metric format, with the run as its only dimension', async (t) => {
  const { metrics, documents, lines } = await collected()
  const log = t.mock.method(console, 'log')
  metrics.completed({ testRunId: 'baseline-001', processingMs: 12.5, queueWaitMs: 3 })
  metrics.completed({ testRunId: 'baseline-001', processingMs: 20, queueWaitMs: 0 })
  metrics.failed('baseline-001')
  metrics.flush()
  metrics.flush()
  const [document, ...more] = documents()
  assert.equal(more.length, 0, 'nothing is written twice')
  assert.match(lines[0], /^[^\n]+\n$/)
  const { _aws, ...values } = document
  assert.deepEqual(values, {
    TestRunId: 'baseline-001',
    ProcessingTimeMs: [12.5, 20],
    QueueWaitMs: [3, 0],
    JobsCompleted: 2,
    JobsFailed: 1,
  })
  const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics
  assert.equal(Namespace, 'PerfTesting')
  assert.deepEqual(Dimensions, [['TestRunId']])
  assert.deepEqual(
    Metrics.map(({ Name, Unit }) => `${Name} ${Unit}`),
    ['ProcessingTimeMs Milliseconds', 'QueueWaitMs Milliseconds', 'JobsCompleted Count', 'JobsFailed Count'],
  )
  assert.equal(log.mock.callCount(), 0)
})

test('no metric has more values than CloudWatch takes, and none is lost', async () => {
  const { metrics, documents } = await collected()
  for (let job = 0; job < 250; job++) metrics.completed({ testRunId: 'many', processingMs: job, queueWaitMs: 1 })
  metrics.flush()
  const values = documents().map(({ ProcessingTimeMs }) => [ProcessingTimeMs ?? []].flat())
  assert.ok(values.every(({ length }) => length <= 100))
  assert.deepEqual(
    values.flat(),
    Array.from({ length: 250 }, (_, job) => job),
  )
  assert.equal(
    documents().reduce((sum, { JobsCompleted }) => sum + JobsCompleted, 0),
    250,
  )
})

test('runs on one host are told apart, and a bare message without a run has a dimension too', async () => {
  const { metrics, documents } = await collected()
  metrics.completed({ testRunId: 'a', processingMs: 1, queueWaitMs: 1 })
  metrics.completed({ testRunId: '', processingMs: 2, queueWaitMs: 1 })
  metrics.failed('b')
  metrics.flush()
  const found = documents().map((one) => [one.TestRunId, one.JobsCompleted, one.JobsFailed])
  assert.deepEqual(found, [
    ['a', 1, 0],
    ['none', 1, 0],
    ['b', 0, 1],
  ])
})
