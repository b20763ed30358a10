import { z } from 'zod'

/** Requirement 001's limits of a message, and of the data one job may write: objects stay small enough to hold. */
export const LIMITS = {
  messages: 1_000_000,
  workDurationMs: 3_600_000,
  dataSizeKb: 10_240,
  keyCharacters: 900,
} as const

export const SHAPES = ['independent', 'chain', 'fan-in', 'layered'] as const

const workDurationMs = z.number().min(0).max(LIMITS.workDurationMs)
const dataSizeKb = z.number().min(0).max(LIMITS.dataSizeKb)
const inputKey = z
  .string()
  .min(1)
  .max(LIMITS.keyCharacters)
  .refine((key) => !key.startsWith('/') && !key.split('/').some((part) => part === '..' || part === '.'), {
    error: 'must be a key without a leading / and without . and .. as parts, e.g. jobs/job-123.json',
  })
const seed = z.int().min(0)

/** The `synthetic` part of a scenario. */
export const syntheticSchema = z.strictObject({
  /** Jobs in all, whatever the shape. */
  messages: z.int().min(1).max(LIMITS.messages).default(1000),
  /**
   * Who waits for whom. `independent`: nobody. `chain`: each for the one before. `fan-in`: a tree that ends in one job.
   * `layered`: every layer for the one before it.
   */
  shape: z.enum(SHAPES).default('independent'),
  /** How many jobs one job waits for: in `fan-in` and `layered`; the other shapes don't read it. */
  fanIn: z.int().min(1).max(1000).default(10),
  /** Layers of `layered`, fewer where there are fewer messages; the other shapes don't read it. */
  layers: z.int().min(1).max(10_000).default(10),
  /** How long each job sleeps, milliseconds. */
  workDurationMs: workDurationMs.default(100),
  /** How much data each job writes, KB of 1,024 bytes. */
  dataSizeKb: dataSizeKb.default(10),
  /** An object that every job reads first, relative to the run's folder; a job fails where it does not exist. */
  inputKey: inputKey.optional(),
})

export type SyntheticSettings = z.output<typeof syntheticSchema>

/** Requirement 001's incoming message. Fields it does not know are left alone; `seed` is ours and decides the data. */
export const bareMessageSchema = z.looseObject({
  /** Any text that, percent-encoded, still fits into a key beside its folder. */
  job_id: z
    .string()
    .min(1)
    .max(128)
    .refine((id) => id.isWellFormed() && encodeURIComponent(id).length <= LIMITS.keyCharacters, {
      error: `must be well-formed text of at most ${LIMITS.keyCharacters} characters when percent-encoded`,
    }),
  work_duration_ms: workDurationMs.default(100),
  data_size_kb: dataSizeKb.default(10),
  input_key: inputKey.optional(),
  seed: seed.default(1),
})

export type BareMessage = z.output<typeof bareMessageSchema>
