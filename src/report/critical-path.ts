export interface CriticalPath {
  /** The longest path's processing time: the run on infinite hosts without queues. 0 without a measured job. */
  readonly idealMakespanMs: number
  /** First to last. */
  readonly path: readonly { readonly job_id: string; readonly processing_ms: number }[]
}

const UNSEEN = 0
const OPEN = 1
const SETTLED = 2
const NONE = -1

/**
 * The longest chain of needs by processing time alone. `jobs` maps job ids to their processing milliseconds, null where
 * a job was not done; the path holds only measured jobs. Needs that `jobs` does not name count for nothing.
 * Linear in jobs and edges and without recursion: a chain of a million jobs is as good as any other graph.
 * Throws where the needs form a cycle.
 */
export function criticalPath(
  jobs: ReadonlyMap<string, number | null>,
  needsOf: (jobId: string) => readonly string[],
): CriticalPath {
  const ids = [...jobs.keys()]
  const indexOf = new Map(ids.map((id, index) => [id, index]))
  const processingMs = Float64Array.from(jobs.values(), (ms) => ms ?? 0)
  const state = new Uint8Array(ids.length)
  /** When the job would be done on infinite hosts. */
  const finishMs = new Float64Array(ids.length)
  /** The need that is done last, and so decides when the job may start. */
  const decisive = new Int32Array(ids.length).fill(NONE)
  const stack: number[] = []

  function expand(job: number): void {
    state[job] = OPEN
    for (const id of needsOf(ids[job])) {
      const need = indexOf.get(id)
      if (need === undefined || state[need] === SETTLED) continue
      if (state[need] === OPEN) throw new Error(`the needs of ${ids[job]} form a cycle through ${id}`)
      stack.push(need)
    }
  }

  function settle(job: number): void {
    let startMs = 0
    for (const id of needsOf(ids[job])) {
      const need = indexOf.get(id)
      if (need === undefined || jobs.get(id) === null) continue
      if (decisive[job] !== NONE && finishMs[need] <= startMs) continue
      startMs = finishMs[need]!
      decisive[job] = need
    }
    finishMs[job] = startMs + processingMs[job]
    state[job] = SETTLED
  }

  for (let root = 0; root < ids.length; root++) {
    stack.push(root)
    while (stack.length > 0) {
      const job = stack.at(-1)!
      if (state[job] === UNSEEN) expand(job)
      else {
        stack.pop()
        if (state[job] === OPEN) settle(job)
      }
    }
  }

  let last = NONE
  for (let job = 0; job < ids.length; job++) {
    if (jobs.get(ids[job]) === null) continue
    if (last === NONE || finishMs[job] > finishMs[last]) last = job
  }
  const path: { job_id: string; processing_ms: number }[] = []
  for (let job = last; job !== NONE; job = decisive[job]!) {
    path.push({ job_id: ids[job], processing_ms: processingMs[job] })
  }
  return { idealMakespanMs: last === NONE ? 0 : finishMs[last], path: path.toReversed() }
}
