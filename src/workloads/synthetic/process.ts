import { createCipheriv, createHash } from 'node:crypto'
import { InvalidInputError } from '../../errors.ts'
import { canonicalJson } from '../../results/canonical-json.ts'
import { bareOutputKey, jobOutputKey } from '../../results/layout.ts'
import type { StoredObject } from '../../results/stores.ts'
import { faultsOf, REPORT_INPUT } from '../../scenario/faults.ts'
import { stream } from '../../scenario/stream.ts'
import type { Job, ProcessContext } from '../workload.ts'
import { bareMessageSchema, type BareMessage } from './schema.ts'

/**
 * Requirement 001's processor: reads `input_key` where there is one, works for `work_duration_ms`, writes `data_size_kb`.
 * Throws InvalidInputError for a message outside its limits and NotFoundError for a missing `input_key`: the job fails.
 */
export async function processSynthetic(job: Job, context: ProcessContext): Promise<StoredObject> {
  const message = parseMessage(job)
  const input = message.input_key === undefined ? undefined : await context.stores.objects.get(message.input_key)
  if (message.work_duration_ms > 0) await context.sleep(message.work_duration_ms)
  const key =
    context.runId === undefined ? bareOutputKey(message.job_id, context.sentAtMs) : jobOutputKey(message.job_id)
  return context.stores.objects.put(key, outputBody(message, input))
}

/** A planned job's details and a bare message's own fields have the same names, and the same limits. */
function parseMessage(job: Job): BareMessage {
  const parsed = bareMessageSchema.safeParse({ ...job.details, job_id: job.jobId }, REPORT_INPUT)
  if (parsed.success) return parsed.data
  throw new InvalidInputError(
    `the message of job ${JSON.stringify(job.jobId)} cannot be processed:`,
    faultsOf(parsed.error, bareMessageSchema),
  )
}

/** The same bytes for the same message and input, whoever writes them, whenever and however often: canonical JSON. */
function outputBody(message: BareMessage, input: Uint8Array | undefined): Uint8Array {
  const envelope = Buffer.from(
    canonicalJson({
      job_id: message.job_id,
      input_sha256: input && createHash('sha256').update(input).digest('hex'),
      data: '',
    }),
  )
  // Base64 needs no escaping: laid between the quotes as bytes, it costs a third of what it would as part of the JSON.
  const opening = '"data": "'
  const place = envelope.indexOf(opening) + opening.length
  const data = drawText(message.seed, message.job_id, Math.round(message.data_size_kb * 1024))
  return Buffer.concat([envelope.subarray(0, place), Buffer.from(data, 'latin1'), envelope.subarray(place)])
}

/**
 * `length` base64 characters, six random bits each: text that does not compress below three quarters. The stream draws
 * the key of an AES counter, whose output is the same everywhere and costs a tenth of drawing every byte.
 */
function drawText(seed: number, jobId: string, length: number): string {
  if (length === 0) return ''
  const draws = stream(seed, 'synthetic', jobId)
  const key = Buffer.alloc(16)
  for (let offset = 0; offset < key.length; offset += 4) key.writeUInt32LE(draws.uint32(), offset)
  const bytes = createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(Math.ceil((length * 3) / 4)))
  return bytes.toString('base64').slice(0, length)
}
