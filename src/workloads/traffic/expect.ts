import type { ExecutorSettings } from '../../engine/schedule/settings.ts'
import type { Demands, Expectation, PlannedJob } from '../workload.ts'
import { longestLoadMs, ratePerSecondAtMost } from './describe-load.ts'
import { SHARD_KIND } from './job-details.ts'

/** From runs of journeys of three steps: a window is about a KB, and everything else small. */
const BYTES_A_SECOND = 1_500
const DOCUMENT_BYTES = 100_000
const MERGE_MS_A_SHARD = 20

/** A shard takes as long as its load and its grace; what follows is quick. */
export function expectTraffic({ kind, details }: PlannedJob): Expectation {
  const durationMs = Number(details['duration_ms'] ?? 0)
  if (kind === SHARD_KIND) {
    return { outputBytes: Math.round((durationMs / 1000) * BYTES_A_SECOND), processingMs: durationMs }
  }
  return { outputBytes: DOCUMENT_BYTES, processingMs: Number(details['shards']) * MERGE_MS_A_SHARD }
}

/** What a traffic scenario would do to its target. */
export function trafficDemands(
  load: ExecutorSettings,
  options: {
    readonly targets: readonly string[]
    readonly requestsPerIteration?: number
    readonly iterationMs?: number | undefined
    readonly standIns?: Demands['standIns']
  },
): Demands {
  const { targets, requestsPerIteration = 1, iterationMs, standIns } = options
  return {
    ratePerSecond: ratePerSecondAtMost(load, iterationMs) * requestsPerIteration,
    durationSeconds: longestLoadMs(load, 0) / 1000,
    targets,
    ...(standIns && { standIns }),
  }
}
