import type { StoredObject } from '../../results/stores.ts'
import type { Job, ProcessContext } from '../workload.ts'
import { DECIDE_KIND, MERGE_KIND, SHARD_KIND } from './job-details.ts'
import type { LoadSettings } from './load-settings.ts'
import { TRAFFIC_MEANS, type TrafficMeans } from './means.ts'
import { processDecide } from './process-decide.ts'
import { processMerge } from './process-merge.ts'
import { processShard } from './process-shard.ts'
import type { TrafficSpec } from './spec.ts'

/** Any job that `planTraffic` made. */
export async function processTraffic<Settings extends LoadSettings>(
  job: Job,
  context: ProcessContext,
  spec: TrafficSpec<Settings>,
  means: TrafficMeans = TRAFFIC_MEANS,
): Promise<StoredObject> {
  if (job.kind === SHARD_KIND) return processShard(job, context, spec, means)
  if (job.kind === DECIDE_KIND) return processDecide(job, context, spec)
  if (job.kind === MERGE_KIND) return processMerge(job, context, spec)
  throw new Error(`job ${job.jobId} is of kind ${job.kind}, which no traffic run has`)
}
