import { z } from 'zod'
import { InvalidInputError } from '../../errors.ts'
import { faultsOf, REPORT_INPUT } from '../../scenario/faults.ts'
import type { Job } from '../workload.ts'

const iata = z.string().regex(/^[A-Z0-9]{3}$/, { error: 'must be an IATA code of three letters' })
const jobId = z.string().min(1).max(128)
const replications = z.int().min(1).max(10_000_000)
const sequenceId = z.int().min(1)

/** What travels in the message of each kind of job; wire names, as in flights.md. Unknown fields are let pass. */
export const detailsOf = {
  'delay-model': z.object({
    direction: z.enum(['departure', 'landing']),
    airport_iata: iata,
    replications,
    seed: z.int().min(0),
  }),
  'flight-leg': z.object({
    exec_type: z.enum(['first', 'intermediate', 'last']),
    sequence_id: sequenceId,
    /** From 1. */
    leg: z.int().min(1),
    origin_iata: iata,
    destination_iata: iata,
    /** Takeoff less gate open, by the timetable. */
    scheduled_minutes: z.int().min(0),
    /** Absent for the first leg. */
    previous_job_id: jobId.optional(),
    replications,
    landing_allowance_minutes: z.int().min(0),
  }),
  percentiles: z.object({ sequence_id: sequenceId, last_job_id: jobId }),
  /** The sequences are 1 … `sequences`: the details stay small. */
  merge: z.object({ sequences: z.int().min(1) }),
} as const

export type FlightsKind = keyof typeof detailsOf
export type DetailsOf<Kind extends FlightsKind> = z.infer<(typeof detailsOf)[Kind]>

/** The details of a job, checked against their schema. Throws InvalidInputError with every fault where they are malformed. */
export function parseDetails<Schema extends z.ZodType>(schema: Schema, job: Job): z.infer<Schema> {
  const parsed = schema.safeParse(job.details, REPORT_INPUT)
  if (parsed.success) return parsed.data
  const faults = faultsOf(parsed.error, schema).map(({ path, message }) => ({ path: `details.${path}`, message }))
  throw new InvalidInputError(
    `the message of job ${JSON.stringify(job.jobId)} (${job.kind}) cannot be processed`,
    faults,
  )
}
