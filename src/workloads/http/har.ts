import { z } from 'zod'
import type { Fault } from '../../errors.ts'
import { locateFile, missingFile } from './locate-file.ts'
import { readWholeFile } from './read-whole-file.ts'
import { journeySchema, type JourneySettings } from './step-schema.ts'

/** Recorded traffic as a journey: what a browser's network view saves as HAR 1.2. */
export const harSchema = z.strictObject({
  file: z.string().min(1),
  /** Requests to these hosts go to the target, others are left out. Default: the host of the first request. */
  hosts: z.array(z.string().min(1)).min(1).max(100).optional(),
  /** Pauses of the recording times this; 0: none. */
  thinkScale: z.number().min(0).max(100).default(1),
})

export type HarSettings = z.output<typeof harSchema>

/** http://www.softwareishard.com/blog/har-12-spec/: what of it is read. */
const harFile = z.object({
  log: z.object({
    entries: z
      .array(
        z.object({
          startedDateTime: z.iso.datetime({ offset: true }),
          time: z.number().min(0).catch(0),
          request: z.object({
            method: z.string(),
            url: z.string(),
            headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
            postData: z.object({ text: z.string().default(''), mimeType: z.string().default('') }).optional(),
          }),
        }),
      )
      .min(1)
      .max(10_000),
  }),
})

type Entry = z.output<typeof harFile>['log']['entries'][number]

/** Headers that a recording must not bring along: identity, what belongs to its connection, what would be answered from a cache. */
const DROPPED =
  /^(?::.*|cookie|authorization|host|content-length|connection|keep-alive|transfer-encoding|te|trailer|upgrade(?:-insecure-requests)?|expect|accept-encoding|if-.*|cache-control|pragma|origin|referer|proxy-.*|sec-.*|x-csrf-token|x-xsrf-token|user-agent|priority|dnt)$/i
/** Gaps below it are the browser at work, not a user who thinks. */
const LEAST_THINK_MS = 50

/** The journey of a recording, or why there is none. */
export function importHar(settings: HarSettings): {
  readonly journey?: JourneySettings
  readonly faults: readonly Fault[]
} {
  const path = locateFile(settings.file)
  if (path === undefined) return { faults: [missingFile('file', settings.file)] }
  try {
    const parsed = harFile.safeParse(JSON.parse(readWholeFile(path).toString()))
    if (parsed.success) return journeyOf(parsed.data.log.entries, settings)
    const [issue] = parsed.error.issues
    return fault(`is no HAR: ${issue.path.join('.')} ${issue.message}`)
  } catch (error) {
    return fault(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function fault(message: string): { readonly faults: readonly Fault[] } {
  return { faults: [{ path: 'file', message }] }
}

function journeyOf(entries: readonly Entry[], settings: HarSettings): ReturnType<typeof importHar> {
  const usable = entries.filter(({ request }) => URL.canParse(request.url) && /^https?:/.test(request.url))
  const hosts = new Set(settings.hosts ?? usable.slice(0, 1).map(({ request }) => new URL(request.url).host))
  const own = usable
    .filter(({ request }) => hosts.has(new URL(request.url).host))
    .sort((a, b) => Date.parse(a.startedDateTime) - Date.parse(b.startedDateTime))
  if (own.length === 0) return fault(`has no requests to ${[...hosts].join(', ') || 'any host'}`)
  const names = new Map<string, number>()
  const steps = own.map((entry, at) => stepOf(entry, own[at + 1], settings.thinkScale, names))
  const parsed = journeySchema.safeParse({ name: 'recorded', steps })
  if (parsed.success) return { journey: parsed.data, faults: [] }
  return {
    faults: parsed.error.issues.map(({ path, message }) => ({
      path: 'file',
      message: `${path.join('.')}: ${message}`,
    })),
  }
}

function stepOf(entry: Entry, next: Entry | undefined, thinkScale: number, names: Map<string, number>): object {
  const { method, url, headers, postData } = entry.request
  const { pathname, search } = new URL(url)
  const kept = headers.filter(({ name }) => !DROPPED.test(name)).map(({ name, value }) => [name, asIs(value)])
  const thinkMs = Math.round(pauseAfter(entry, next) * thinkScale)
  return {
    name: unique(`${method} ${pathname}`.slice(0, 90), names),
    method,
    path: asIs(`${pathname}${search}`),
    headers: Object.fromEntries(kept),
    ...(postData && postData.text !== '' && { body: asIs(postData.text) }),
    ...(thinkMs >= LEAST_THINK_MS && { think: thinkMs }),
    onFailure: 'continue',
  }
}

/** From the end of a request to the start of the next: below 0 where they overlapped. */
function pauseAfter({ startedDateTime, time }: Entry, next: Entry | undefined): number {
  if (next === undefined) return 0
  return Math.max(0, Date.parse(next.startedDateTime) - (Date.parse(startedDateTime) + time))
}

/** Recorded text has no variables in it. */
function asIs(text: string): string {
  return text.replaceAll('${', () => '$${')
}

function unique(name: string, names: Map<string, number>): string {
  const count = (names.get(name) ?? 0) + 1
  names.set(name, count)
  return count === 1 ? name : `${name} (${count})`
}
