import type { PlannedJob } from '../../src/workloads/workload.ts'

/** `{ a: [], b: ['a'] }`: jobs by id and what each needs. */
export function jobsOf(needs: Record<string, readonly string[]>, kind = 'work'): PlannedJob[] {
  return Object.entries(needs).map(([jobId, needed]) => ({ jobId, kind, needs: needed, details: {} }))
}

/** A random graph without cycles: job i needs some of the jobs before it. `links` decides which. */
export function acyclicJobs(size: number, links: readonly number[]): PlannedJob[] {
  return Array.from({ length: size }, (_, index) => {
    const needs = new Set(links.slice(index * 3, index * 3 + 3).map((link) => link % (index + 1)))
    needs.delete(index)
    return {
      jobId: `job-${index}`,
      kind: `kind-${index % 3}`,
      needs: [...needs].map((need) => `job-${need}`),
      details: {},
    }
  })
}
