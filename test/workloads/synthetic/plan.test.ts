import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { planSynthetic } from '../../../src/workloads/synthetic/plan.ts'
import { SHAPES, syntheticSchema, type SyntheticSettings } from '../../../src/workloads/synthetic/schema.ts'
import type { PlannedJob } from '../../../src/workloads/workload.ts'

function planned(settings: Partial<SyntheticSettings>, seed = 1): PlannedJob[] {
  return [...planSynthetic(syntheticSchema.parse(settings), seed).jobs]
}

function numberOf(jobId: string): number {
  return Number(jobId.slice('job-'.length))
}

/** `job → the jobs it waits for`, by number. */
function edges(settings: Partial<SyntheticSettings>): Record<number, number[]> {
  return Object.fromEntries(planned(settings).map(({ jobId, needs }) => [numberOf(jobId), needs.map(numberOf)]))
}

const settings = fc.record({
  shape: fc.constantFrom(...SHAPES),
  messages: fc.integer({ min: 1, max: 400 }),
  fanIn: fc.integer({ min: 1, max: 50 }),
  layers: fc.integer({ min: 1, max: 500 }),
})

test('every shape has exactly `messages` jobs, and every need is an earlier job named once: nothing waits in a circle', () => {
  fc.assert(
    fc.property(settings, (drawn) => {
      const jobs = planned(drawn)
      assert.equal(jobs.length, drawn.messages)
      const seen = new Set<string>()
      for (const { jobId, needs } of jobs) {
        assert.ok(
          needs.every((need) => seen.has(need)),
          `${jobId} waits for ${needs.join(', ')}`,
        )
        assert.equal(new Set(needs).size, needs.length)
        assert.ok(!seen.has(jobId))
        seen.add(jobId)
      }
    }),
  )
})

test('a fan-in ends in one job that waits for all, and no job waits for more than `fanIn`', () => {
  fc.assert(
    fc.property(settings, (drawn) => {
      const jobs = planned({ ...drawn, shape: 'fan-in' })
      const needed = new Set(jobs.flatMap(({ needs }) => needs))
      assert.deepEqual(
        jobs.filter(({ jobId }) => !needed.has(jobId)).map(({ jobId }) => jobId),
        [jobs.at(-1)!.jobId],
      )
      assert.ok(jobs.every(({ needs }) => needs.length <= drawn.fanIn))
    }),
  )
})

test('layers have nearly equal sizes, and each job waits only for the layer before, which nobody leaves unread', () => {
  fc.assert(
    fc.property(settings, (drawn) => {
      const jobs = planned({ ...drawn, shape: 'layered' })
      const layerOf = new Map<string, number>()
      for (const { jobId, needs } of jobs) {
        const before = [...new Set(needs.map((need) => layerOf.get(need)!))]
        assert.ok(before.length <= 1, `${jobId} waits for several layers`)
        layerOf.set(jobId, before.length === 0 ? 0 : before[0] + 1)
      }
      const layers = Map.groupBy(layerOf.values(), (layer) => layer)
      const sizes = [...layers.values()].map((members) => members.length)
      assert.equal(layers.size, Math.min(drawn.layers, drawn.messages))
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1)
      const needed = new Set(jobs.flatMap(({ needs }) => needs))
      const last = layers.size - 1
      assert.ok(jobs.every(({ jobId }) => layerOf.get(jobId) === last || needed.has(jobId)))
    }),
  )
})

test('the shapes, small enough to check by eye', () => {
  assert.deepEqual(edges({ messages: 3 }), { 1: [], 2: [], 3: [] })
  assert.deepEqual(edges({ messages: 4, shape: 'chain' }), { 1: [], 2: [1], 3: [2], 4: [3] })
  assert.deepEqual(edges({ messages: 7, shape: 'fan-in', fanIn: 2 }), {
    1: [],
    2: [],
    3: [],
    4: [],
    5: [2, 1],
    6: [4, 3],
    7: [6, 5],
  })
  assert.deepEqual(edges({ messages: 5, shape: 'layered', layers: 2, fanIn: 2 }), {
    1: [],
    2: [],
    3: [1, 2],
    4: [2, 1],
    5: [1, 2],
  })
})

test('a job carries the fields of requirement 001’s message, and the seed its data is drawn from', () => {
  const [job] = planned({ messages: 1, workDurationMs: 7, dataSizeKb: 2, inputKey: 'jobs/input.json' }, 42)
  assert.deepEqual(job, {
    jobId: 'job-000001',
    kind: 'synthetic',
    needs: [],
    details: { work_duration_ms: 7, data_size_kb: 2, seed: 42, input_key: 'jobs/input.json' },
  })
})

test('job ids stay valid and unique at the million', () => {
  const jobs = planSynthetic(syntheticSchema.parse({ messages: 1_000_000 }), 1).jobs
  let [count, last] = [0, '']
  for (const { jobId } of jobs) {
    count++
    last = jobId
  }
  assert.deepEqual([count, last], [1_000_000, 'job-1000000'])
})
