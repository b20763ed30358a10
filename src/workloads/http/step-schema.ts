import { z } from 'zod'
import { checked } from '../../engine/schedule/cross-checks.ts'
import { durationSchema } from '../../engine/schedule/duration.ts'
import { comparisonFields, COMPARISONS, isRegExp } from './comparison.ts'
import { variableName } from './feeder-schema.ts'
import { compileJsonPath, JsonPathError } from './json-path.ts'
import { compileJsonTemplate } from './json-template.ts'
import { compileTemplate, TemplateError } from './template.ts'
import { thinkSchema } from './think.ts'

/** Text with `${…}` in it. */
export const templateText = z.string().max(1_000_000).superRefine(tellTemplate(compileTemplate))

/** JSON with `${…}` in its texts. */
const templateJson = z.json().superRefine(tellTemplate((value) => compileJsonTemplate(value)))

const jsonPath = z.string().superRefine((text, context) => {
  try {
    compileJsonPath(text)
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error
    context.addIssue({ code: 'custom', message: `is no JSON path: ${error.message}`, input: undefined })
  }
})

const regExp = z.string().min(1).max(1000).refine(isRegExp, { error: 'is no regular expression' })

/** Header names are tokens (RFC 9110, section 5.6.2). */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}$/
const headerName = z.string().regex(HEADER_NAME, { error: 'is no name of a header' })

/** What belongs to the connection, or is made from the rest. */
const RESERVED_HEADERS = new Set([
  'host',
  'content-length',
  'connection',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'expect',
])

export const headersSchema = z
  .record(z.string(), templateText)
  .superRefine(
    (headers, context) => {
      if (typeof headers !== 'object' || headers === null) return
      for (const name of Object.keys(headers)) {
        const message = headerNameFault(name)
        if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message, input: undefined })
      }
    },
    { when: () => true }, // values that are no templates must not hide names that are none
  )
  .default({})

function headerNameFault(name: string): string | undefined {
  if (!HEADER_NAME.test(name)) return 'is no name of a header'
  return RESERVED_HEADERS.has(name.toLowerCase()) ? 'is set by Turnaround itself; leave it out' : undefined
}

const status = z.int().min(100).max(999)
/** A status, or a class of them: `2xx`. */
const statuses = z
  .union([status, z.string().regex(/^[1-5]xx$/)], { error: 'must be a status such as 200, or a class such as 2xx' })
  .transform((one) => [one])
  .or(
    z
      .array(z.union([status, z.string().regex(/^[1-5]xx$/)]))
      .min(1)
      .max(100),
  )

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

const method = z
  .string()
  .regex(/^[A-Z][A-Z-]{0,30}$/, { error: 'must be a method in capitals, such as GET' })
  .refine((name) => name !== 'CONNECT', { error: 'is for proxies' })

/** What is sent. */
export const requestFields = {
  /** Default: POST where there is a body, else GET. */
  method: method.optional(),
  /** Below the target's URL, with its query; begins with a slash. */
  path: templateText.optional(),
  /** Instead of `path`: somewhere else. */
  url: templateText.optional(),
  headers: headersSchema,
  /** A text as it is. */
  body: templateText.optional(),
  /** Sent as JSON. */
  json: templateJson.optional(),
  /** Streamed from disk, on every host that makes load. */
  file: z.string().min(1).optional(),
  /** Statuses that count as `ok`, and no others do. Default: those below 400. */
  expect: statuses.optional(),
  /** For the whole of it, from connecting to the last byte. Default: that of the scenario. */
  timeout: durationSchema(1).optional(),
} as const

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
export type RequestSettings = Pick<StepSettings, keyof typeof requestFields>
export type ExtractSettings = z.output<typeof extractSchema>
export type CheckSettings = z.output<typeof checkSchema>
export type StatusList = z.output<typeof statuses>

/** Options as they were given, sound or not. */
interface Given {
  readonly [option: string]: unknown
}

interface CrossFault {
  readonly path: readonly string[]
  readonly message: string
}

/** What the fields of a request say to each other. */
export function requestRule(request: Given): CrossFault[] {
  const { path, url } = request
  const faults = [...onlyOne('path', 'url')(request), ...atMostOne('body', 'json', 'file')(request)]
  if (typeof path === 'string' && !path.startsWith('/') && !path.startsWith('${')) {
    faults.push({ path: ['path'], message: `must begin with a slash, got ${JSON.stringify(path)}` })
  }
  if (typeof url === 'string' && !/^https?:\/\/|^\$\{/.test(url)) {
    faults.push({ path: ['url'], message: `must begin with http:// or https://, got ${JSON.stringify(url)}` })
  }
  return faults
}

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

function atMostOne(...names: readonly string[]) {
  return (given: Given): CrossFault[] => {
    const [, ...others] = names.filter((name) => given[name] !== undefined)
    return others.map((name) => ({ path: [name], message: `must be alone: only one of ${names.join(', ')}` }))
  }
}

function onlyOne(...names: readonly string[]) {
  return (given: Given): CrossFault[] => {
    if (names.some((name) => given[name] !== undefined)) return atMostOne(...names)(given)
    return [{ path: [], message: `needs one of ${names.join(', ')}` }]
  }
}

function tellTemplate<T>(compile: (value: T) => unknown) {
  return (value: T, context: z.core.$RefinementCtx): void => {
    try {
      compile(value)
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      context.addIssue({ code: 'custom', message: `is no template: ${error.message}`, input: undefined })
    }
  }
}
