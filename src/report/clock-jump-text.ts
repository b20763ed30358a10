import type { ResultsDocument } from '../results/documents.ts'
import { formatMs } from './format.ts'

/** A makespan of no time, or of an hour too much, must not be taken for the run's. Undefined where there was no jump. */
export function clockJumpText({ clock_jump_ms: jumpMs }: Pick<ResultsDocument, 'clock_jump_ms'>): string | undefined {
  if (jumpMs === undefined) return undefined
  const by = formatMs(Math.abs(jumpMs))
  const what = jumpMs > 0 ? `was set ${by} forward, or this machine slept` : `was set ${by} back`
  return `${what}: makespan, throughput and latencies of jobs may be wrong by as much`
}
