import { z } from 'zod'
import { InvalidInputError } from '../../errors.ts'
import { TRAFFIC_SETTINGS_KEY } from '../../results/traffic-layout.ts'
import { parseJson } from '../../results/percentiles-document.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { Thresholds } from '../../thresholds/schema.ts'
import type { Job } from '../workload.ts'
import type { LoadSettings } from './load-settings.ts'

export const SHARD_KIND = 'traffic-shard'
export const DECIDE_KIND = 'traffic-decide'
export const MERGE_KIND = 'traffic-merge'
export const MERGE_JOB = 'merge'

/** A job of a run's gang, or of a search's step 1, 2, … */
export function shardJobId(shard: number, step?: number): string {
  return step === undefined ? `shard-${shard}` : `step-${step}-shard-${shard}`
}

export function decideJobId(step: number): string {
  return `step-${step}-decide`
}

export function shardJobIds(shards: number, step?: number): string[] {
  return Array.from({ length: shards }, (_, shard) => shardJobId(shard, step))
}

const detailsSchema = z.object({
  seed: z.int().min(0),
  shards: z.int().min(1),
  /** Of shard jobs. */
  shard: z.int().min(0).optional(),
  /** Of a search's jobs. */
  step: z.int().min(1).optional(),
  /** The most the load can take, of shard jobs. */
  duration_ms: z.number().optional(),
  /** Of a search's deciding jobs: what a step has to meet. */
  thresholds: z.custom<Thresholds>((value) => typeof value === 'object' && value !== null).optional(),
  settings: z.record(z.string(), z.json()).optional(),
  /** Where they are, where they are large. */
  settings_key: z.literal(TRAFFIC_SETTINGS_KEY).optional(),
})

export type JobDetails = z.output<typeof detailsSchema>

/** Throws InvalidInputError where the message is not one that `planTraffic` made. */
export function parseDetails({ jobId, details }: Job): JobDetails {
  const parsed = detailsSchema.safeParse(details)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  throw new InvalidInputError(`the details of job ${jobId} are not those of a traffic job:`, faults)
}

export function shardOf(job: Job): number {
  const { shard } = parseDetails(job)
  if (shard === undefined) throw new InvalidInputError(`job ${job.jobId} is no shard of a traffic run`)
  return shard
}

/** The settings as the workload's schema answered them when the run was planned. */
export async function settingsOf<Settings extends LoadSettings>(
  { settings }: JobDetails,
  objects: ObjectStore,
): Promise<Settings> {
  return (settings ?? parseJson(await objects.get(TRAFFIC_SETTINGS_KEY))) as Settings
}
