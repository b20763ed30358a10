import type { ExecutorSettings } from '../../engine/schedule/settings.ts'
import type { ObjectStore } from '../../results/stores.ts'
import type { Job } from '../workload.ts'
import { parseDetails, settingsOf, type JobDetails } from './job-details.ts'
import type { LoadSettings } from './load-settings.ts'
import { loadOf, type TrafficSpec } from './spec.ts'

/** What each job of a traffic run begins with. */
export interface TrafficJob<Settings extends LoadSettings> {
  readonly details: JobDetails
  readonly settings: Settings
  readonly load: ExecutorSettings
}

/** Throws InvalidInputError where the message is not one that `planTraffic` made. */
export async function readTrafficJob<Settings extends LoadSettings>(
  job: Job,
  objects: ObjectStore,
  spec: TrafficSpec<Settings>,
): Promise<TrafficJob<Settings>> {
  const details = parseDetails(job)
  const settings = await settingsOf<Settings>(details, objects)
  return { details, settings, load: loadOf(spec, settings) }
}
