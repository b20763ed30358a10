import type { JobGraph } from '../jobs/graph.ts'
import type { Plan, Workload } from '../workloads/workload.ts'
import type { PaidHost, Work } from './usage.ts'

export interface PlannedWorkOptions {
  readonly graph: JobGraph
  readonly workload: Workload
  readonly documents: Plan['documents']
  readonly host: PaidHost
  /** Jobs that are worked on at once. */
  readonly parallel: number
  /** Every output comes to the local bundle. */
  readonly everything: boolean
  readonly isOutside: boolean
}

const NOTHING = { outputBytes: 0, processingMs: 0 }

/** What a plan will take, from what its workload expects of each job. Linear in jobs and edges. */
export function plannedWork(options: PlannedWorkOptions): Work {
  const { graph, workload, parallel } = options
  const expected = graph.jobs.map((job) => workload.expect?.(job) ?? NOTHING)
  let reads = 0
  let readBytes = 0
  let outputBytes = 0
  let workMs = 0
  for (const [index, { outputBytes: bytes, processingMs }] of expected.entries()) {
    outputBytes += bytes
    workMs += processingMs
    for (const need of graph.needsOf(index)) {
      reads++
      readBytes += expected[need].outputBytes
    }
  }
  let documents = 0
  for (const _ of options.documents) documents++
  return {
    jobs: graph.size,
    attempts: graph.size,
    reads,
    readBytes,
    outputBytes,
    documents,
    fetched: options.everything ? { objects: graph.size, bytes: outputBytes } : { objects: 0, bytes: 0 },
    seconds: Math.max(workMs / parallel, longestChainMs(graph, expected)) / 1000,
    workSeconds: workMs / 1000,
    host: options.host,
    isOutside: options.isOutside,
  }
}

/** No number of workers makes a run shorter. Jobs whose needs are higher come first when sorted by height. */
function longestChainMs(graph: JobGraph, expected: readonly { readonly processingMs: number }[]): number {
  const order = Array.from(graph.jobs.keys()).sort((a, b) => graph.heights[b] - graph.heights[a])
  const endMs = new Float64Array(graph.size)
  let longest = 0
  for (const index of order) {
    let ready = 0
    for (const need of graph.needsOf(index)) ready = Math.max(ready, endMs[need])
    endMs[index] = ready + expected[index].processingMs
    longest = Math.max(longest, endMs[index])
  }
  return longest
}
