import type { ExecutorSettings } from '../../engine/schedule/settings.ts'
import { canonicalJson, type Json } from '../../results/canonical-json.ts'
import { TRAFFIC_SETTINGS_KEY } from '../../results/traffic-layout.ts'
import type { Thresholds } from '../../thresholds/schema.ts'
import type { Plan, PlannedJob } from '../workload.ts'
import { longestLoadMs } from './describe-load.ts'
import * as jobs from './job-details.ts'
import { compileLoad, isRunnable, type LoadSettings } from './load-settings.ts'

/** Settings above this travel once, as a document, and not with each of a thousand shards. */
const INLINE_CHARACTERS = 16 * 1024

/**
 * The jobs of a traffic run: shards that work together, then the merge. A search has such a gang for each step it may take,
 * with a job between them that decides what the next one tries.
 */
export function planTraffic(options: {
  readonly settings: LoadSettings
  readonly seed: number
  /** Default: `compileLoad`. */
  readonly load?: ExecutorSettings
  /** What each step of a search has to meet. */
  readonly thresholds?: Thresholds | undefined
}): Plan {
  const { settings, seed, load = compileLoad(settings), thresholds } = options
  const { shards } = settings
  const json = JSON.parse(JSON.stringify(settings)) as { readonly [name: string]: Json }
  const isLarge = JSON.stringify(json).length > INLINE_CHARACTERS
  const shared = { seed, shards, ...(isLarge ? { settings_key: TRAFFIC_SETTINGS_KEY } : { settings: json }) }
  const parts: PlanParts = {
    shards,
    shared,
    durationMs: longestLoadMs(load, seed) / (isRunnable(load) ? 1 : load.maxSteps),
  }
  return {
    jobs: isRunnable(load) ? runJobs(parts) : searchJobs(parts, load.maxSteps, thresholds),
    documents: isLarge ? [{ key: TRAFFIC_SETTINGS_KEY, body: canonicalJson(json) }] : [],
  }
}

/** Of a planned run: thresholds judge each of its steps then, and not the run. */
export function isSearch({ countByKind }: { readonly countByKind: ReadonlyMap<string, number> }): boolean {
  return countByKind.has(jobs.DECIDE_KIND)
}

interface PlanParts {
  readonly shards: number
  readonly shared: PlannedJob['details']
  readonly durationMs: number
}

function* runJobs(parts: PlanParts): Generator<PlannedJob> {
  yield* gangJobs(parts, 'load', [])
  yield { jobId: jobs.MERGE_JOB, kind: jobs.MERGE_KIND, needs: jobs.shardJobIds(parts.shards), details: parts.shared }
}

function* searchJobs(parts: PlanParts, maxSteps: number, thresholds: Thresholds | undefined): Generator<PlannedJob> {
  const { shards, shared } = parts
  const judging = thresholds && { thresholds: JSON.parse(JSON.stringify(thresholds)) as Json }
  for (let step = 1; step <= maxSteps; step++) {
    yield* gangJobs(parts, `step-${step}`, step === 1 ? [] : [jobs.decideJobId(step - 1)], step)
    const details = { ...shared, ...judging, step }
    yield { jobId: jobs.decideJobId(step), kind: jobs.DECIDE_KIND, needs: jobs.shardJobIds(shards, step), details }
  }
  const details = { ...shared, step: maxSteps }
  yield { jobId: jobs.MERGE_JOB, kind: jobs.MERGE_KIND, needs: [jobs.decideJobId(maxSteps)], details }
}

function* gangJobs(
  { shards, shared, durationMs }: PlanParts,
  name: string,
  needs: readonly string[],
  step?: number,
): Generator<PlannedJob> {
  const gang = { name, size: shards }
  for (let shard = 0; shard < shards; shard++) {
    const details = { ...shared, shard, duration_ms: durationMs, ...(step !== undefined && { step }) }
    yield { jobId: jobs.shardJobId(shard, step), kind: jobs.SHARD_KIND, needs, details, gang }
  }
}
