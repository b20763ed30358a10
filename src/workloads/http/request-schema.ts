import { z } from 'zod'
import { durationSchema } from '../../engine/schedule/duration.ts'
import type { Given } from './given.ts'
import { compileJsonTemplate } from './json-template.ts'
import { atMostOne, onlyOne, type CrossFault } from './one-of.ts'
import { compileTemplate, TemplateError } from './template.ts'

/** Text with `${…}` in it. */
const templateText = z.string().max(1_000_000).superRefine(tellTemplate(compileTemplate))

/** JSON with `${…}` in its texts. */
const templateJson = z.json().superRefine(tellTemplate((value) => compileJsonTemplate(value)))

/** Header names are tokens (RFC 9110, section 5.6.2). */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}$/
export const headerName = z.string().regex(HEADER_NAME, { error: 'is no name of a header' })

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

/** Of values: what ends a line would be another request (RFC 9110, section 5.5). */
// eslint-disable-next-line no-control-regex -- that is what it is about
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Settings are shown, in bundles and reports; the secrets of a URL would be with them. It does not say which URL. */
export const USER_FAULT =
  'must hold no user and no password; send a header authorization instead, e.g. from ${env.NAME}'

export function hasUser(url: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*@/i.test(url)) return true
  if (!URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}

export const headersSchema = z
  .record(z.string(), templateText)
  .superRefine(
    (headers, context) => {
      if (typeof headers !== 'object' || headers === null) return
      for (const [name, value] of Object.entries(headers)) {
        const message = headerNameFault(name) ?? headerValueFault(value)
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

function headerValueFault(value: unknown): string | undefined {
  if (typeof value !== 'string' || HEADER_VALUE.test(value)) return undefined
  return 'must be Latin-1 without line breaks and other control characters'
}

const status = z.int().min(100).max(999)
/** A status, or a class of them: `2xx`. */
export const statuses = z
  .union([status, z.string().regex(/^[1-5]xx$/)], { error: 'must be a status such as 200, or a class such as 2xx' })
  .transform((one) => [one])
  .or(
    z
      .array(z.union([status, z.string().regex(/^[1-5]xx$/)]))
      .min(1)
      .max(100),
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

export type RequestSettings = z.output<z.ZodObject<typeof requestFields>>

/** What the fields of a request say to each other. */
export function requestRule(request: Given): CrossFault[] {
  const { path, url } = request
  const faults = [...onlyOne('path', 'url')(request), ...atMostOne('body', 'json', 'file')(request)]
  if (typeof path === 'string' && !path.startsWith('/') && !path.startsWith('${')) {
    faults.push({ path: ['path'], message: `must begin with a slash, got ${JSON.stringify(path)}` })
  }
  if (typeof url === 'string' && hasUser(url)) faults.push({ path: ['url'], message: USER_FAULT })
  else if (typeof url === 'string' && !/^https?:\/\/|^\$\{/.test(url)) {
    faults.push({ path: ['url'], message: `must begin with http:// or https://, got ${JSON.stringify(url)}` })
  }
  return faults
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
