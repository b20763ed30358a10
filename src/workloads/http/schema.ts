import { z } from 'zod'
import { checked } from '../../engine/schedule/cross-checks.ts'
import { durationSchema } from '../../engine/schedule/duration.ts'
import { executorSchema } from '../../engine/schedule/settings.ts'
import { loadFields, loadRule } from '../traffic/load-settings.ts'
import { ENCODINGS } from './client/body-sinks.ts'
import { feederSchema, type FeederSettings } from './feeder-schema.ts'
import { harSchema, importHar } from './har.ts'
import { locatedFile } from './locate-file.ts'
import { readRows } from './read-rows.ts'
import { scenarioFaults } from './scenario-faults.ts'
import { hasUser, headersSchema, requestFields, requestRule, USER_FAULT } from './request-schema.ts'
import { journeySchema } from './step-schema.ts'
import { thinkSchema } from './think.ts'

/** A scenario that says nothing about its load: enough to see whether it works. */
export const DEFAULT_LOAD = executorSchema.parse({ executor: 'constant-vus', vus: 1, duration: '10s' })
const MEGABYTE = 1024 * 1024

const QUERY_FAULT = 'must hold no query: each request says its own, in its path'

/** A name that the environment looks up, or a URL without a user and a query in it: settings are shown, and so neither is here. */
const target = z.string().superRefine((text, context) => {
  if (hasUser(text)) context.addIssue({ code: 'custom', message: USER_FAULT, input: undefined })
  else if (hasQuery(text)) context.addIssue({ code: 'custom', message: QUERY_FAULT, input: undefined })
  else if (!isTarget(text)) {
    const message = 'must be a name such as storefront, or a URL that begins with http:// or https://'
    context.addIssue({ code: 'custom', message, input: text })
  }
})

const connections = z.strictObject({
  /** To one origin at once, in the whole run. Default: as many as there are requests at once. */
  perOrigin: z.int().min(1).max(1_000_000).optional(),
  /** A user has connections of its own, as browsers do, and keeps them: in an open model each iteration opens new ones. */
  perUser: z.boolean().default(false),
  /** False: a new connection for every request. */
  keepAlive: z.boolean().default(true),
})

const tls = z.strictObject({
  /** False takes any certificate. */
  rejectUnauthorized: z.boolean().default(true),
  /** The name to ask for and to check, instead of the URL's. */
  servername: z.string().min(1).max(253).optional(),
  /** A PEM file of authorities to trust, instead of the usual ones. It must be on every host that makes load. */
  ca: z.string().min(1).optional(),
})

const fields = checked(
  z.strictObject({
    /** Default: the shop that comes with Turnaround. */
    target: target.default('storefront'),
    /** Settings of the stand-in that a local run starts where nobody knows the target's URL (`turnaround target --help`). */
    standIn: z.record(z.string(), z.number()).default({}),
    ...loadFields,
    /** What users do, in this file … */
    journeys: z.array(journeySchema).min(1).max(1000).optional(),
    /** … or in a TypeScript module that exports `journeys`, which must be on every host that makes load … */
    module: z.string().min(1).optional(),
    /** … or one request again and again, the fastest way. The default: GET / … */
    request: checked(
      z.strictObject({ name: z.string().min(1).max(100).optional(), ...requestFields }),
      requestRule,
    ).optional(),
    /** … or what a browser recorded. */
    har: harSchema.optional(),
    feeders: z.record(z.string(), feederSchema).default({}),
    /** Sent with every request; a step's own win. */
    headers: headersSchema,
    /** Between the iterations of a user, in a closed model. */
    think: thinkSchema.optional(),
    /** For a whole request, from connecting to the last byte, where a step says nothing else. */
    timeout: durationSchema(1).default(10_000),
    version: z.enum(['1.1', '2']).default('1.1'),
    tls: tls.prefault({}),
    connections: connections.prefault({}),
    /** So many in a row; 0: a redirect is an answer like any other. */
    followRedirects: z.int().min(0).max(20).default(0),
    /** Encodings that requests ask for. What comes encoded is decoded in any case, where a body is read. */
    compression: z
      .union([
        z.boolean().transform((on) => (on ? [...ENCODINGS] : [])),
        z.array(z.enum(ENCODINGS)).max(ENCODINGS.length),
      ])
      .default([]),
    userAgent: z
      .string()
      .max(500)
      .regex(/^[\x20-\x7e]*$/, { error: 'must be printable ASCII' })
      .default('turnaround'),
    /** A user keeps cookies and sends them, across its iterations. */
    cookies: z.boolean().default(true),
    /** Default: a body is kept only where something reads it; a module's are kept unless it says so. */
    discardBodies: z.boolean().optional(),
    /** Of a body that is kept, decoded; beyond it the request is an `error`. */
    maxBodyBytes: z
      .int()
      .min(1)
      .max(1024 * MEGABYTE)
      .default(64 * MEGABYTE),
  }),
  loadRule({ hasDefault: true }),
  (given) => scenarioFaults(given).map(({ path, message }) => ({ path: path.split('.').map(asIndex), message })),
  discardsWhatIsRead,
)

/** The `http` part of a scenario. */
export const httpSchema = fields.transform(({ har, feeders, ...settings }) => {
  const recorded = har && importHar(har).journey
  const { journeys, module, request } = settings
  const hasSource = journeys !== undefined || module !== undefined || request !== undefined || recorded !== undefined
  return {
    ...settings,
    ...(recorded && { journeys: [recorded] }),
    ...(!hasSource && { request: { path: '/', headers: {} } }),
    feeders: withDigests(feeders),
  }
})

export type HttpSettings = z.output<typeof httpSchema>

function withDigests(feeders: Readonly<Record<string, FeederSettings>>): Readonly<Record<string, FeederSettings>> {
  const entries = Object.entries(feeders).map(([name, feeder]): [string, FeederSettings] => {
    const { file } = feeder
    return [name, file === undefined ? feeder : { ...feeder, sha256: readRows(locatedFile(file)).sha256 }]
  })
  return Object.fromEntries(entries)
}

/** What reads a body cannot have it discarded. */
function discardsWhatIsRead({ discardBodies, journeys }: { readonly [option: string]: unknown }) {
  const parsed = z.array(journeySchema).safeParse(journeys)
  if (discardBodies !== true || !parsed.success) return []
  const reader = parsed.data.flatMap(({ steps }) => steps).find(readsBody)
  if (!reader) return []
  return [{ path: ['discardBodies'], message: `must not be true: step ${reader.name} reads the body of its answer` }]
}

type Step = z.output<typeof journeySchema>['steps'][number]

/** Does anything look at the body of the step's answer? */
export function readsBody({ extract, checks }: Pick<Step, 'extract' | 'checks'>): boolean {
  return (
    extract.some(({ json, regex }) => json !== undefined || regex !== undefined) ||
    checks.some(({ json, body }) => json !== undefined || body === true)
  )
}

function isTarget(text: string): boolean {
  if (!text.includes('://')) return /^[a-z][a-z0-9-]{0,62}$/.test(text)
  if (!URL.canParse(text)) return false
  const { protocol, hash } = new URL(text)
  return (protocol === 'http:' || protocol === 'https:') && hash === ''
}

function hasQuery(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).search !== ''
}

function asIndex(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part
}
