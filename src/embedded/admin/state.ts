import type { LiveBackend } from '../live-backend.ts'

/** `GET /_turnaround/state`: what a server holds and does, for programs, and for the page that shows it to people. */
export function stateOf({ backend, clock, faults, counters }: LiveBackend, awsLike: number | undefined): object {
  const { rss, heapUsed, external } = process.memoryUsage()
  return {
    ...backend.state(),
    clock: clock.state(),
    faults: faults.state() ?? null,
    aws_like: awsLike === undefined ? null : { seed: awsLike },
    requests: counters.state(),
    memory: { rss_bytes: rss, heap_used_bytes: heapUsed, external_bytes: external },
  }
}
