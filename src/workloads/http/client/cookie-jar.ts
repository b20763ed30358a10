import type { Clock } from '../../../clock.ts'
import type { Origin } from './origin.ts'

interface Cookie {
  readonly name: string
  readonly value: string
  /** `.example.com` for a domain and all below it, `shop.example.com` for this host alone. */
  readonly domain: string
  readonly path: string
  readonly isSecure: boolean
  /** Wall-clock milliseconds. */
  readonly expiresAtMs: number
}

/** A server cannot make a user carry more than browsers do. */
const MOST_COOKIES = 200
const LARGEST = 8192

/**
 * The cookies of one user (RFC 6265, without the list of public suffixes: a load test has no strangers to keep out).
 * Expiry follows the clock it is given.
 */
export class CookieJar {
  /** Made with the first cookie: most users of most targets have none. */
  #cookies: Map<string, Cookie> | undefined
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#cookies?.size ?? 0
  }

  /** Takes what the header lines of an answer say in `set-cookie`. What cannot be meant is left out, as browsers do. */
  store(head: string, origin: Origin, path: string): void {
    for (const [, text] of head.matchAll(/^set-cookie:[ \t]*(.*)$/gim)) {
      const cookie = this.#parse(text.trimEnd(), origin, path)
      if (cookie === undefined) continue
      const cookies = (this.#cookies ??= new Map<string, Cookie>())
      const key = `${cookie.name};${cookie.domain};${cookie.path}`
      cookies.delete(key)
      if (cookie.expiresAtMs > this.#clock.now()) cookies.set(key, cookie)
      if (cookies.size > MOST_COOKIES) cookies.delete(cookies.keys().next().value!)
    }
  }

  /** The value of the header `cookie` for a request, longer paths first; '' where there is none to send. */
  header(origin: Origin, path: string): string {
    if (this.#cookies === undefined || this.#cookies.size === 0) return ''
    const nowMs = this.#clock.now()
    const sent = [...this.#cookies.values()].filter(
      (cookie) =>
        cookie.expiresAtMs > nowMs &&
        (origin.isTls || !cookie.isSecure) &&
        isBelow(origin.hostname, cookie.domain) &&
        isUnder(path, cookie.path),
    )
    if (sent.length > 1) sent.sort((a, b) => b.path.length - a.path.length)
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  /** The value of a cookie, whatever its domain; undefined where there is none. */
  get(name: string): string | undefined {
    return this.#cookies?.values().find((cookie) => cookie.name === name)?.value
  }

  clear(): void {
    this.#cookies = undefined
  }

  #parse(text: string, origin: Origin, path: string): Cookie | undefined {
    const [pair, ...rest] = text.split(';')
    const mark = pair.indexOf('=')
    const name = pair.slice(0, mark).trim()
    if (mark < 1 || name === '' || text.length > LARGEST) return undefined
    const attributes = new Map(rest.map((part) => attribute(part)))
    const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase()
    if (domain !== '' && !isBelow(origin.hostname, `.${domain}`)) return undefined
    const given = attributes.get('path') ?? ''
    return {
      name,
      value: pair.slice(mark + 1).trim(),
      domain: domain === '' ? origin.hostname : `.${domain}`,
      path: given.startsWith('/') ? given : defaultPath(path),
      isSecure: attributes.has('secure'),
      expiresAtMs: this.#expiry(attributes),
    }
  }

  #expiry(attributes: ReadonlyMap<string, string>): number {
    const maxAge = attributes.get('max-age')
    if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return this.#clock.now() + Number(maxAge) * 1000
    const expires = Date.parse(attributes.get('expires') ?? '')
    return Number.isNaN(expires) ? Infinity : expires
  }
}

function attribute(part: string): [string, string] {
  const mark = part.indexOf('=')
  if (mark < 0) return [part.trim().toLowerCase(), '']
  return [part.slice(0, mark).trim().toLowerCase(), part.slice(mark + 1).trim()]
}

/** RFC 6265, section 5.1.3. */
function isBelow(hostname: string, domain: string): boolean {
  return domain.startsWith('.') ? hostname === domain.slice(1) || hostname.endsWith(domain) : hostname === domain
}

/** RFC 6265, section 5.1.4; `path` may have a query. */
function isUnder(path: string, cookiePath: string): boolean {
  if (!path.startsWith(cookiePath)) return false
  return cookiePath.endsWith('/') || path.length === cookiePath.length || '/?'.includes(path[cookiePath.length])
}

function defaultPath(path: string): string {
  const folder = path.split('?', 1)[0]
  const slash = folder.lastIndexOf('/')
  return slash <= 0 ? '/' : folder.slice(0, slash)
}
