import { z } from 'zod'
import type { TargetRules } from '../environment/allowed-target.ts'
import type { Json } from '../results/canonical-json.ts'
import type { PlannedJob } from '../workloads/workload.ts'

/**
 * The messages of requirement 001 (design.md section 5). Optional fields are added, none renamed, unknown ones kept.
 * SQS takes 1 MiB; details above DETAILS_LIMIT_BYTES travel as an object and the message carries its key.
 */
export const DETAILS_LIMIT_BYTES = 100 * 1024

/** SQS moves a message to the DLQ after this many receives: the redrive policy, and when a failure is the last. */
export const MAX_RECEIVES = 3

const jobId = z.string().min(1).max(128)

const targetRules = z.object({
  stage: z.string(),
  allowed: z.array(z.string()).optional(),
  forbidden: z.array(z.object({ environment: z.string(), hosts: z.array(z.string()) })).optional(),
}) satisfies z.ZodType<TargetRules>

/** A job of a run, as the scheduler sends it. */
const plannedMessage = z.looseObject({
  job_id: jobId,
  run_id: z.string().min(1),
  workload: z.string().min(1),
  kind: z.string().min(1),
  details: z.record(z.string(), z.json()).optional(),
  /** Where the details are, relative to the run's folder, when they are too large for the message. */
  input_key: z.string().min(1).optional(),
  /** Jobs of one gang work at the same time; each is done once, by whoever claims it first. */
  gang: z.object({ name: z.string().min(1).max(128), size: z.number().int().min(1) }).optional(),
  /** Of a job of a gang: where its load may go, as its run was admitted. Absent: anywhere. */
  targets: targetRules.optional(),
})

/** A bare synthetic message belongs to no run; its fields are checked by the workload that understands them. */
const bareMessage = z.looseObject({ job_id: jobId, run_id: z.undefined().optional() })

export type PlannedMessage = z.infer<typeof plannedMessage>
export type BareMessage = z.infer<typeof bareMessage>
export type IncomingMessage = { bare: false; message: PlannedMessage } | { bare: true; message: BareMessage }

/** A message nobody can process: not JSON, or without a job id. It goes to the DLQ by being received and not deleted. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError'
}

/** Throws MalformedMessageError, which says what is wrong. */
export function parseIncoming(body: string): IncomingMessage {
  const value = parseJson(body)
  const bare = namesRun(value) ? undefined : bareMessage.safeParse(value)
  if (bare?.success) return { bare: true, message: bare.data }
  const planned = plannedMessage.safeParse(value)
  if (planned.success) return { bare: false, message: planned.data }
  throw new MalformedMessageError(`not a job message: ${describe(planned.error)}`)
}

/** Then it cannot be bare: to find that out by its schema costs more than to read the message. */
function namesRun(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'run_id')
}

export function formatIncoming(
  runId: string,
  workload: string,
  job: PlannedJob,
  input: { details: PlannedJob['details'] } | { input_key: string },
  targets?: TargetRules,
): string {
  const { kind, gang } = job
  const ofGang = gang && { gang, ...(targets && { targets }) }
  return JSON.stringify({ job_id: job.jobId, run_id: runId, workload, kind, ...input, ...ofGang })
}

const completion = z.looseObject({
  job_id: jobId,
  /** Absent for a bare synthetic message: nobody's but the reader's. */
  run_id: z.string().optional(),
  kind: z.string().optional(),
  status: z.enum(['completed', 'failed']),
  output_key: z.string(),
  processing_time_ms: z.number(),
  completed_at: z.string(),
  test_run_id: z.string(),
  attempt: z.number().int(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})

export type Completion = z.infer<typeof completion>

export function formatCompletion(value: Completion): string {
  return JSON.stringify(value)
}

/** Undefined where the body is not a completion: whoever sent it, it is not ours to judge. */
export function parseCompletion(body: string): Completion | undefined {
  try {
    return completion.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}

function parseJson(body: string): Json {
  try {
    return JSON.parse(body) as Json
  } catch (cause) {
    throw new MalformedMessageError(`not JSON: ${(cause as Error).message}`, { cause })
  }
}

function describe(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`).join('; ')
}
