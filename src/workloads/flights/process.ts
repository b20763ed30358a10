import { InvalidInputError } from '../../errors.ts'
import { inParallel } from '../../results/in-parallel.ts'
import { percentilesOf } from '../../results/percentiles.ts'
import type { DelayModel, Direction, Percentiles, StoredObject } from '../../results/stores.ts'
import type { Job, ProcessContext } from '../workload.ts'
import { drawDelayModel } from './delay-models.ts'
import { detailsOf, parseDetails, type FlightsKind } from './job-details.ts'
import { addLeg } from './leg-delays.ts'

/** So many percentiles are read at the same time by the merge. */
const MERGE_READS = 16

type Process = (job: Job, context: ProcessContext) => Promise<StoredObject>

const processKind: Readonly<Record<FlightsKind, Process>> = {
  'delay-model': processModel,
  'flight-leg': processLeg,
  percentiles: processPercentiles,
  merge: processMerge,
}

/**
 * Does one job; doing it again writes the same bytes. Throws InvalidInputError for a malformed message, NotFoundError
 * where what it needs is not there, ReplicationsError where that belongs to other settings.
 */
export async function processFlights(job: Job, context: ProcessContext): Promise<StoredObject> {
  if (!isKind(job.kind)) {
    throw new InvalidInputError(
      `job ${JSON.stringify(job.jobId)} has kind ${JSON.stringify(job.kind)}; flights knows ${Object.keys(processKind).join(', ')}`,
    )
  }
  return processKind[job.kind](job, context)
}

function isKind(kind: string): kind is FlightsKind {
  return Object.hasOwn(detailsOf, kind)
}

function processModel(job: Job, { stores }: ProcessContext): Promise<StoredObject> {
  const { direction, airport_iata: iata, replications, seed } = parseDetails(detailsOf['delay-model'], job)
  return stores.models.store(direction, iata, drawDelayModel(direction, iata, replications, seed))
}

async function processLeg(job: Job, context: ProcessContext): Promise<StoredObject> {
  const details = parseDetails(detailsOf['flight-leg'], job)
  const [previous, departure, landing] = await Promise.all([
    details.previous_job_id === undefined ? undefined : context.stores.delays.get(details.previous_job_id),
    model(context, 'departure', details.origin_iata),
    model(context, 'landing', details.destination_iata),
  ])
  const table = addLeg({
    previous,
    departure,
    landing,
    scheduledMinutes: details.scheduled_minutes,
    landingAllowanceMinutes: details.landing_allowance_minutes,
    replications: details.replications,
  })
  return context.stores.delays.store(job.jobId, table)
}

/** A model is read by every leg that passes its airport, and never changes. */
function model(context: ProcessContext, direction: Direction, iata: string): Promise<DelayModel> {
  const key = `${context.runId}/model/${direction}/${iata}`
  return context.remember(key, () => context.stores.models.get(direction, iata), bytesOf)
}

function bytesOf({ durationMinutes, dataValues }: DelayModel): number {
  return dataValues.reduce((bytes, values) => bytes + values.byteLength, durationMinutes.byteLength)
}

async function processPercentiles(job: Job, { stores }: ProcessContext): Promise<StoredObject> {
  const details = parseDetails(detailsOf.percentiles, job)
  const { delayMinutes } = await stores.delays.get(details.last_job_id)
  return stores.percentiles.store(details.sequence_id, percentilesOf(delayMinutes))
}

async function processMerge(job: Job, { stores }: ProcessContext): Promise<StoredObject> {
  const { sequences } = parseDetails(detailsOf.merge, job)
  const ids = Array.from({ length: sequences }, (_, index) => index + 1)
  const merged = new Map<number, Percentiles>()
  await inParallel(ids, MERGE_READS, async (id) => merged.set(id, await stores.percentiles.get(id)))
  return stores.merged.store(merged)
}
