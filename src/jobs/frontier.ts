import type { JobGraph } from './graph.ts'

export type JobState = 'pending' | 'ready' | 'queued' | 'done' | 'failed' | 'blocked'

const PENDING = 0
const READY = 1
const QUEUED = 2
const DONE = 3
const FAILED = 4
const BLOCKED = 5
const NAMES: readonly JobState[] = ['pending', 'ready', 'queued', 'done', 'failed', 'blocked']

/**
 * Which jobs may run now: the pure half of the scheduler. Each call states one fact; repeated, late or reordered facts
 * change nothing. `done` beats `failed`: a late result takes a failure back and unblocks what waited for it.
 */
export interface Frontier {
  stateOf(index: number): JobState
  count(state: JobState): number
  /** Nothing is queued, ready or waiting for something that can still come. */
  readonly finished: boolean
  /** Takes up to `limit` ready jobs, the most urgent first, and counts them as queued. Leaves those of gangs, which go together. */
  takeReady(limit: number): number[]
  /** The job's message is in the queue: sent by an earlier scheduler, or with its gang. */
  queued(index: number): void
  /** The message was not accepted, or is gone: the job is ready again. */
  returned(index: number): void
  /** False where it was known. */
  done(index: number): boolean
  /** Answers the jobs that are blocked by this failure and were not before. */
  failed(index: number): number[]
}

/** All jobs without needs are ready at once. Memory: a few bytes per job. */
export function createFrontier(graph: JobGraph): Frontier {
  const states = new Uint8Array(graph.size)
  const counts = new Int32Array(NAMES.length)
  const remaining = new Int32Array(graph.size)
  const ready = urgencyHeap(graph.heights)

  counts[PENDING] = graph.size
  for (let index = 0; index < graph.size; index++) {
    remaining[index] = graph.needsOf(index).length
    if (remaining[index] === 0) release(index)
  }

  function move(index: number, state: number): void {
    counts[states[index]]--
    counts[state]++
    states[index] = state
  }

  function release(index: number): void {
    move(index, READY)
    if (graph.jobs[index].gang === undefined) ready.push(index)
  }

  function done(index: number): boolean {
    if (states[index] === DONE) return false
    const stuckOthers = states[index] === FAILED || states[index] === BLOCKED
    move(index, DONE)
    for (const dependent of graph.dependentsOf(index)) {
      remaining[dependent]--
      if (remaining[dependent] === 0 && states[dependent] === PENDING) release(dependent)
    }
    if (stuckOthers) unblockAfter(index)
    return true
  }

  function failed(index: number): number[] {
    if (states[index] === DONE || states[index] === FAILED) return []
    move(index, FAILED)
    const blocked: number[] = []
    const queue = [index]
    for (const blocker of queue) {
      for (const dependent of graph.dependentsOf(blocker)) {
        if (states[dependent] !== PENDING) continue
        move(dependent, BLOCKED)
        blocked.push(dependent)
        queue.push(dependent)
      }
    }
    return blocked
  }

  /** A blocked job is free of blame once none of its needs is failed or blocked; its dependants are asked next. */
  function unblockAfter(index: number): void {
    const queue = [index]
    for (const cleared of queue) {
      for (const dependent of graph.dependentsOf(cleared)) {
        if (states[dependent] !== BLOCKED) continue
        if (graph.needsOf(dependent).some((need) => states[need] === FAILED || states[need] === BLOCKED)) continue
        move(dependent, PENDING)
        if (remaining[dependent] === 0) release(dependent)
        queue.push(dependent)
      }
    }
  }

  return {
    stateOf: (index) => NAMES[states[index]],
    count: (state) => counts[NAMES.indexOf(state)],
    get finished() {
      return counts[PENDING] + counts[READY] + counts[QUEUED] === 0
    },
    takeReady(limit) {
      const taken: number[] = []
      while (taken.length < limit) {
        const index = ready.pop()
        if (index === undefined) break
        if (states[index] !== READY) continue // learnt since that it is queued or done
        move(index, QUEUED)
        taken.push(index)
      }
      return taken
    },
    queued(index) {
      if (states[index] === PENDING || states[index] === READY || states[index] === BLOCKED) move(index, QUEUED)
    },
    returned(index) {
      if (states[index] === QUEUED) release(index)
    },
    done,
    failed,
  }
}

/** A binary heap of job numbers: the greatest height first, then plan order. */
function urgencyHeap(heights: Int32Array) {
  const heap: number[] = []
  const before = (a: number, b: number) => heights[a] > heights[b] || (heights[a] === heights[b] && a < b)

  function push(index: number): void {
    let at = heap.push(index) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(index, heap[parent])) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = index
  }

  function pop(): number | undefined {
    const top = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++
      if (!before(heap[child], last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return top
  }

  return { push, pop }
}
