import { InvalidInputError, type Fault } from '../errors.ts'
import type { PlannedJob } from '../workloads/workload.ts'

/**
 * The jobs of a run and who waits for whom, compiled for a million jobs: names once, edges in flat arrays
 * (compressed sparse rows). Jobs are numbered in plan order. Never changes after it is built.
 */
export interface JobGraph {
  readonly size: number
  readonly jobs: readonly PlannedJob[]
  indexOf(jobId: string): number | undefined
  /** Who waits for job `index`. */
  dependentsOf(index: number): Int32Array
  /** Whom job `index` waits for. */
  needsOf(index: number): Int32Array
  /** Jobs on the longest way from here to the end of the run, this one included: the higher, the more urgent. */
  readonly heights: Int32Array
  readonly countByKind: ReadonlyMap<string, number>
  /** Jobs that work at the same time, by the name of their gang, in plan order. */
  readonly gangs: ReadonlyMap<string, readonly number[]>
}

/** Of names of gangs too: both stand in the job table's keys. */
const JOB_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
const FAULTS_SHOWN = 20

/** Builds the graph in linear time. Throws InvalidInputError with every bad id, duplicate, dangling need, uneven gang or a cycle. */
export function buildGraph(planned: Iterable<PlannedJob>): JobGraph {
  const jobs = Array.isArray(planned) ? (planned as PlannedJob[]) : Array.from(planned)
  const indices = new Map<string, number>()
  const faults: Fault[] = []
  for (const [index, { jobId }] of jobs.entries()) {
    if (!JOB_ID.test(jobId)) faults.push({ path: jobId, message: `is not a job id (${JOB_ID.source})` })
    if (indices.has(jobId)) faults.push({ path: jobId, message: 'is planned twice; job ids are unique in a run' })
    indices.set(jobId, index)
  }
  if (jobs.length === 0) faults.push({ path: 'plan', message: 'holds no job' })
  const needs = compileNeeds(jobs, indices, faults)
  const gangs = gangsOf(jobs, faults)
  refuse(faults)

  const dependents = reverse(needs, jobs.length)
  const order = topologicalOrder(needs, dependents, jobs.length)
  if (order.length < jobs.length) throw cycleError(jobs, needs, order)

  return {
    size: jobs.length,
    jobs,
    indexOf: (jobId) => indices.get(jobId),
    dependentsOf: (index) => dependents.targets.subarray(dependents.offsets[index], dependents.offsets[index + 1]),
    needsOf: (index) => needs.targets.subarray(needs.offsets[index], needs.offsets[index + 1]),
    heights: heightsOf(dependents, order, jobs.length),
    countByKind: countByKind(jobs),
    gangs,
  }
}

interface Edges {
  /** `targets` of job i stand at `offsets[i] … offsets[i + 1]`. */
  readonly offsets: Int32Array
  readonly targets: Int32Array
}

function compileNeeds(jobs: readonly PlannedJob[], indices: ReadonlyMap<string, number>, faults: Fault[]): Edges {
  const offsets = new Int32Array(jobs.length + 1)
  for (const [index, job] of jobs.entries()) offsets[index + 1] = offsets[index] + job.needs.length
  const targets = new Int32Array(offsets[jobs.length])
  let position = 0
  for (const job of jobs) {
    for (const need of job.needs) {
      const index = indices.get(need)
      if (index === undefined) faults.push({ path: job.jobId, message: `needs ${need}, which is not planned` })
      targets[position++] = index ?? -1
    }
  }
  return { offsets, targets }
}

/** Jobs of one gang become ready together, or their gang never could. */
function gangsOf(jobs: readonly PlannedJob[], faults: Fault[]): Map<string, number[]> {
  const gangs = new Map<string, number[]>()
  for (const [index, { gang }] of jobs.entries()) {
    if (gang === undefined) continue
    const members = gangs.get(gang.name)
    if (members) members.push(index)
    else gangs.set(gang.name, [index])
  }
  for (const [name, members] of gangs) {
    const [first, ...others] = members.map((index) => jobs[index])
    if (!JOB_ID.test(name))
      faults.push({ path: first.jobId, message: `"${name}" is no name of a gang (${JOB_ID.source})` })
    for (const { jobId, gang } of [first, ...others]) {
      if (gang!.size !== members.length)
        faults.push({
          path: jobId,
          message: `says that gang ${name} has ${gang!.size} jobs, and ${members.length} are planned`,
        })
    }
    for (const other of others) {
      if (neededBy(other) !== neededBy(first))
        faults.push({ path: other.jobId, message: `needs other jobs than ${first.jobId} of the same gang, ${name}` })
    }
  }
  return gangs
}

function neededBy({ needs }: PlannedJob): string {
  return [...new Set(needs)].sort().join(' ')
}

function reverse(edges: Edges, size: number): Edges {
  const offsets = new Int32Array(size + 1)
  for (const target of edges.targets) offsets[target + 1]++
  for (let index = 0; index < size; index++) offsets[index + 1] += offsets[index]
  const next = offsets.slice(0, size)
  const targets = new Int32Array(edges.targets.length)
  for (let source = 0; source < size; source++) {
    for (let at = edges.offsets[source]; at < edges.offsets[source + 1]; at++) {
      targets[next[edges.targets[at]]++] = source
    }
  }
  return { offsets, targets }
}

/** Kahn's algorithm; shorter than `size` where there is a cycle. */
function topologicalOrder(needs: Edges, dependents: Edges, size: number): Int32Array {
  const remaining = new Int32Array(size)
  const order = new Int32Array(size)
  let end = 0
  for (let index = 0; index < size; index++) {
    remaining[index] = needs.offsets[index + 1] - needs.offsets[index]
    if (remaining[index] === 0) order[end++] = index
  }
  for (let at = 0; at < end; at++) {
    const index = order[at]
    for (let edge = dependents.offsets[index]; edge < dependents.offsets[index + 1]; edge++) {
      const dependent = dependents.targets[edge]
      if (--remaining[dependent] === 0) order[end++] = dependent
    }
  }
  return order.subarray(0, end)
}

function heightsOf(dependents: Edges, order: Int32Array, size: number): Int32Array {
  const heights = new Int32Array(size).fill(1)
  for (let at = order.length - 1; at >= 0; at--) {
    const index = order[at]
    for (let edge = dependents.offsets[index]; edge < dependents.offsets[index + 1]; edge++) {
      heights[index] = Math.max(heights[index], heights[dependents.targets[edge]] + 1)
    }
  }
  return heights
}

/** Walks needs among the jobs that never became free until one comes round again. */
function cycleError(jobs: readonly PlannedJob[], needs: Edges, order: Int32Array): InvalidInputError {
  const free = new Uint8Array(jobs.length)
  for (const index of order) free[index] = 1
  const seenAt = new Map<number, number>()
  const path: number[] = []
  let current = free.indexOf(0)
  while (!seenAt.has(current)) {
    seenAt.set(current, path.length)
    path.push(current)
    const stuckNeeds = needs.targets.subarray(needs.offsets[current], needs.offsets[current + 1])
    current = stuckNeeds.find((need) => free[need] === 0)!
  }
  const cycle = [...path.slice(seenAt.get(current)), current].map((index) => jobs[index].jobId)
  return new InvalidInputError('The job graph has a cycle, so these jobs could never start:', [
    { path: cycle[0], message: cycle.join(' needs ') },
  ])
}

function countByKind(jobs: readonly PlannedJob[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { kind } of jobs) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length === 0) return
  const more = faults.length > FAULTS_SHOWN ? ` (the first ${FAULTS_SHOWN} of ${faults.length})` : ''
  throw new InvalidInputError(`The job graph cannot be built${more}:`, faults.slice(0, FAULTS_SHOWN))
}
