import { z } from 'zod'
import { checked } from '../../engine/schedule/cross-checks.ts'
import { comparisonFields, COMPARISONS, isRegExp } from './comparison.ts'
import { variableName } from './feeder-schema.ts'
import type { Given } from './given.ts'
import { compileJsonPath, JsonPathError } from './json-path.ts'
import { onlyOne, type CrossFault } from './one-of.ts'
import { headerName, requestFields, requestRule, statuses } from './request-schema.ts'
import { thinkSchema } from './think.ts'

const jsonPath = z.string().superRefine((text, context) => {
  try {
    compileJsonPath(text)
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error
    context.addIssue({ code: 'custom', message: `is no JSON path: ${error.message}`, input: undefined })
  }
})

const regExp = z.string().min(1).max(1000).refine(isRegExp, { error: 'is no regular expression' })

/** A value taken from an answer, for later steps to use. Exactly one of `json`, `header` and `regex`. */
const extractSchema = checked(
  z.strictObject({
    name: variableName,
    json: jsonPath.optional(),
    header: headerName.optional(),
    /** In the body; its first group, or all of it where it has none. */
    regex: regExp.optional(),
    /** Where there are several. */
    pick: z.enum(['first', 'last', 'random']).default('first'),
    /** Where there is none. Without it, the iteration fails. */
    default: z.json().optional(),
  }),
  onlyOne('json', 'header', 'regex'),
)

/** Something that must hold of an answer; counted, and nothing more. */
const checkSchema = checked(
  z.strictObject({
    name: z.string().min(1).max(200),
    status: statuses.optional(),
    json: jsonPath.optional(),
    header: headerName.optional(),
    /** The comparisons are about the whole body. */
    body: z.literal(true).optional(),
    /** The comparisons are about the time from send to end, in milliseconds. */
    durationMs: z.literal(true).optional(),
    ...comparisonFields,
  }),
  onlyOne('status', 'json', 'header', 'body', 'durationMs'),
  comparesOnce,
)

export const stepSchema = checked(
  z.strictObject({
    name: z.string().min(1).max(100),
    ...requestFields,
    extract: z.array(extractSchema).max(100).default([]),
    checks: z.array(checkSchema).max(100).default([]),
    /** After the step. */
    think: thinkSchema.optional(),
    /** `stop`: the iteration ends there, and counts as failed. */
    onFailure: z.enum(['stop', 'continue']).default('stop'),
  }),
  requestRule,
)

export const journeySchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** How often, against the other journeys. */
  weight: z.number().min(0).max(1e9).default(1),
  steps: z.array(stepSchema).min(1).max(1000),
})

export type StepSettings = z.output<typeof stepSchema>
export type JourneySettings = z.output<typeof journeySchema>
export type ExtractSettings = z.output<typeof extractSchema>
export type CheckSettings = z.output<typeof checkSchema>

/** A status says all by itself; everything else is compared with something. */
function comparesOnce(check: Given): CrossFault[] {
  const isCompared = COMPARISONS.some((name) => check[name] !== undefined)
  if (check['status'] !== undefined && isCompared) {
    return [{ path: ['status'], message: 'says all by itself; comparisons go with json, header, body and durationMs' }]
  }
  const hasValue = ['json', 'header', 'body', 'durationMs'].some((name) => check[name] !== undefined)
  if (!hasValue || isCompared) return []
  return [{ path: [], message: `has nothing to compare with; give one of ${COMPARISONS.join(', ')}` }]
}
