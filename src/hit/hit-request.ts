import { InvalidInputError, type Fault } from '../errors.ts'

/** What one URL is hit with, checked. */
export interface HitRequest {
  /** http or https; may hold credentials: say `nameOf` where it is shown. */
  readonly url: URL
  readonly method: HitMethod
  readonly headers: Readonly<Record<string, string>>
  /** Undefined: none. */
  readonly body: string | undefined
  readonly connections: number
  /** Requests under way at once on each connection. */
  readonly pipelining: number
  /** No new request after it; those under way are waited for. */
  readonly durationMs: number
  /** Requests in all instead of a duration. */
  readonly amount: number | undefined
  /** Without any answer on a connection. */
  readonly timeoutMs: number
  /** Certificates are not checked. */
  readonly insecure: boolean
}

/** What autocannon can send. */
export const hitMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const
export type HitMethod = (typeof hitMethods)[number]

/** Made here: what is sent must have the length that is said. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'transfer-encoding'])
/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/
/** RFC 9110, section 5.5: no control characters, so that no header ends another. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** `text` as the URL to hit. `http://` may be left out. Throws InvalidInputError. */
export function hitUrl(text: string): URL {
  const fault = (message: string) => new InvalidInputError('A URL cannot be hit:', [{ path: 'url', message }])
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(whole)) throw fault('must be an http or https URL')
  const url = new URL(whole)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw fault(`must be http or https, got ${url.protocol}//`)
  return url
}

/** Without credentials and query, which may hold a token. */
export function nameOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`
}

/** Headers as curl takes them, `name: value`. Throws InvalidInputError, which names all that cannot be meant. */
export function hitHeaders(given: readonly string[]): Record<string, string> {
  const faults: Fault[] = []
  const headers: Record<string, string> = {}
  for (const [at, text] of given.entries()) {
    const colon = text.indexOf(':')
    const name = text.slice(0, Math.max(0, colon)).trim()
    const value = text.slice(colon + 1).trim()
    if (!TOKEN.test(name) || !VALUE.test(value)) {
      // What was typed may be a secret.
      faults.push({ path: '--header', message: `must be "name: value"; number ${at + 1} of ${given.length} is not` })
    } else if (OWN_HEADERS.has(name.toLowerCase())) {
      faults.push({ path: '--header', message: `${name} is made here and cannot be given` })
    } else headers[name] = value
  }
  if (faults.length > 0) throw new InvalidInputError('An option cannot be meant:', faults)
  return headers
}
