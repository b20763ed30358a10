import { z } from 'zod'
import { durationSchema } from '../engine/schedule/duration.ts'
import type { MetricCatalog } from './catalog.ts'
import { thresholdFaults } from './threshold-faults.ts'

/** Where a baseline is given without it: measurements of one and the same system differ by some percent. */
const DEFAULT_WORSE_BY = '10%'

const baseline = z.strictObject({
  run: z.string().min(1),
  worseBy: z
    .string()
    .regex(/^\d+(?:\.\d+)?%$/, { error: 'must be a percentage such as 10%' })
    .default(DEFAULT_WORSE_BY),
})

/** k6's three options and ours. Durations are answered in milliseconds. */
const options = z.strictObject({
  threshold: z.string(),
  /** Stops the run as soon as the threshold fails. */
  abortOnFail: z.boolean().default(false),
  /** From the start of the run; before that it aborts nothing. k6 writes null for none. */
  delayAbortEval: durationSchema(0).nullable().default(0),
  /** Evaluated on every whole window of this length, second by second; all must hold. Default: the whole run at once. */
  window: durationSchema(1).optional(),
  /** How much worse than another run this one may be, besides the threshold itself: its id or its bundle's path. */
  baseline: z
    .union([z.string().min(1), baseline])
    .transform((given) => (typeof given === 'string' ? { run: given, worseBy: DEFAULT_WORSE_BY } : given))
    .optional(),
  /** True: no data is no failure. */
  optional: z.boolean().default(false),
  /** `total`, or a tag of the metric: then each of its values has to meet the threshold. */
  scope: z.string().default('total'),
})

const threshold = z
  .union([z.string(), options])
  .transform((given) => (typeof given === 'string' ? options.parse({ threshold: given }) : given))
  .transform((given) => ({ ...given, delayAbortEval: given.delayAbortEval ?? 0 }))

/**
 * `thresholds:` of a scenario: metric → expressions, k6's grammar and ours. All faults are listed, those between a metric
 * and its expressions too. Without a catalog, metrics are taken on trust. What it answers it also accepts.
 */
export function thresholdsSchema(catalog?: MetricCatalog) {
  return z.record(z.string(), z.array(threshold)).superRefine(
    (given, context) => {
      for (const { path, message } of thresholdFaults(given, catalog)) {
        context.addIssue({ code: 'custom', path: [...path], message, input: undefined })
      }
    },
    { when: () => true }, // what single options lack must not hide what is wrong between them
  )
}

/** `limits:` of a scenario: what ends the run before its time, with the figures so far. */
export const limitsSchema = z.strictObject({
  /** Share of failed steps, or of failed iterations, 0 … 1. More than that over the run so far ends it. */
  maxErrorRate: z.number().min(0).max(1).optional(),
  maxDuration: durationSchema(1).optional(),
  /** US dollars. */
  maxCostUsd: z.number().min(0).optional(),
  /** Requests, messages and other steps of all shards. */
  maxRequests: z
    .number()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .multipleOf(1, { error: 'must be a whole number' })
    .optional(),
})

export type Thresholds = z.output<ReturnType<typeof thresholdsSchema>>
export type ThresholdsInput = z.input<ReturnType<typeof thresholdsSchema>>
export type Limits = z.output<typeof limitsSchema>
export type LimitsInput = z.input<typeof limitsSchema>
