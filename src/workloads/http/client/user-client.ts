import type { Clock } from '../../../clock.ts'
import { decodingTo, KeptBody, passBody } from './body-sinks.ts'
import type { Connections } from './connections.ts'
import type { CookieJar } from './cookie-jar.ts'
import { Exchange, type OpenBody, type WireRequest } from './exchange.ts'
import type { Interrupts } from './interrupts.ts'
import { type Origin, originOf } from './origin.ts'
import { AnswerError } from './outcomes.ts'
import { Response } from './response.ts'

/** A request as a user makes it. */
export interface UserRequest extends WireRequest {
  readonly origin: Origin
  readonly timeoutMs: number
  /** What becomes of the answer's body. A function gets it piece by piece; memory is only valid during the call. */
  readonly answerBody: 'keep' | 'discard' | ((chunk: Uint8Array) => void)
  /** Header lines of the answer will be looked at. */
  readonly wantsHead: boolean
  /** Redirects to follow; 0: a redirect is an answer like any other. */
  readonly redirects: number
}

export interface UserClientOptions {
  readonly clock: Clock
  readonly connections: Connections
  readonly interrupts: Interrupts
  /** Undefined: cookies are neither kept nor sent. */
  readonly cookies: CookieJar | undefined
  /** Of a kept body, decoded, and of one that is followed no further. */
  readonly maxBodyBytes: number
}

/** Sends the requests of one user: with cookies, redirects and decoding. Never rejects: a Response says what went wrong. */
export class UserClient {
  readonly #options: UserClientOptions

  constructor(options: UserClientOptions) {
    this.#options = options
  }

  get cookies(): CookieJar | undefined {
    return this.#options.cookies
  }

  /** Where the signal aborts, the outcome is `interrupted`. It must not have aborted yet. */
  async send(request: UserRequest, signal: AbortSignal): Promise<Response> {
    const kept = request.answerBody === 'keep' ? new KeptBody(this.#options.maxBodyBytes) : undefined
    const openBody = openingOf(request, kept)
    const exchange = await this.#exchange(request, openBody, signal)
    if (request.redirects === 0 || !isRedirect(exchange)) return new Response([exchange], kept)
    return this.#follow(request, exchange, signal)
  }

  async #follow(first: UserRequest, answered: Exchange, signal: AbortSignal): Promise<Response> {
    const exchanges = [answered]
    let request = first
    for (;;) {
      const last = exchanges[exchanges.length - 1]
      if (!isRedirect(last)) break
      const next = exchanges.length > first.redirects ? undefined : redirected(request, last)
      if (next === undefined) {
        last.outcome = 'error'
        last.error = new AnswerError(`more than ${first.redirects} redirects, or one that leads nowhere`)
        break
      }
      request = next
      const kept = first.answerBody === 'keep' ? new KeptBody(this.#options.maxBodyBytes) : undefined
      const exchange = await this.#exchange(request, openingOf(request, kept), signal)
      exchanges.push(exchange)
      if (!isRedirect(exchange)) return new Response(exchanges, kept)
      if (signal.aborted) break
    }
    return new Response(exchanges, first.answerBody === 'keep' ? new KeptBody(0) : undefined)
  }

  #exchange(request: UserRequest, openBody: OpenBody | undefined, signal: AbortSignal): Promise<Exchange> {
    const { connections, interrupts } = this.#options
    const { promise, resolve } = Promise.withResolvers<Exchange>()
    const exchange = new UserExchange(request, openBody, signal, this.#options, resolve)
    interrupts.add(signal, exchange)
    connections.to(request.origin).send(exchange)
    return promise
  }
}

class UserExchange extends Exchange {
  readonly #request: UserRequest
  readonly #signal: AbortSignal
  readonly #options: UserClientOptions
  readonly #resolve: (exchange: Exchange) => void

  constructor(
    request: UserRequest,
    openBody: OpenBody | undefined,
    signal: AbortSignal,
    options: UserClientOptions,
    resolve: (exchange: Exchange) => void,
  ) {
    const cookie = options.cookies?.header(request.origin, request.path) ?? ''
    const wantsHead = request.wantsHead || request.redirects > 0
    const sent = cookie === '' ? request : withCookie(request, cookie)
    super(sent, { timeoutMs: request.timeoutMs, wantsHead, openBody }, options.clock)
    this.#request = request
    this.#signal = signal
    this.#options = options
    this.#resolve = resolve
  }

  done(): void {
    const { interrupts, cookies } = this.#options
    interrupts.remove(this.#signal, this)
    if (cookies && this.head !== '') cookies.store(this.head, this.#request.origin, this.#request.path)
    this.#resolve(this)
  }
}

function withCookie(request: UserRequest, cookie: string): WireRequest {
  const { method, path, headers, body } = request
  const at = headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === 'cookie')
  if (at < 0) return { method, path, headers: [...headers, 'cookie', cookie], body }
  return { method, path, headers: headers.with(at + 1, `${headers[at + 1]}; ${cookie}`), body }
}

function openingOf({ answerBody }: UserRequest, kept: KeptBody | undefined): OpenBody | undefined {
  if (kept) return decodingTo(kept)
  return typeof answerBody === 'function' ? decodingTo(passBody(answerBody)) : undefined
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

function isRedirect({ outcome, status, head }: Exchange): boolean {
  return outcome === 'ok' && REDIRECTS.has(status) && /^location:/im.test(head)
}

/** As browsers do (Fetch Standard, HTTP-redirect fetch): POST becomes GET unless the status says to keep it. */
function redirected(request: UserRequest, { status, head }: Exchange): UserRequest | undefined {
  const location = /^location:[ \t]*(.*?)[ \t]*$/im.exec(head)?.[1] ?? ''
  const base = new URL(request.path, request.origin.url).href
  if (!URL.canParse(location, base)) return undefined
  const url = new URL(location, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const origin = originOf(url)
  const becomesGet = status === 303 ? request.method !== 'HEAD' : status < 303 && request.method === 'POST'
  const dropped = new Set([
    ...(becomesGet ? ['content-type', 'content-encoding', 'content-language'] : []),
    ...(origin.url === request.origin.url ? [] : ['authorization', 'cookie', 'proxy-authorization']),
  ])
  return {
    ...request,
    origin,
    path: `${url.pathname}${url.search}`,
    bytes: undefined,
    headers: withoutHeaders(request.headers, dropped),
    ...(becomesGet && { method: 'GET', body: undefined }),
  }
}

function withoutHeaders(headers: readonly string[], dropped: ReadonlySet<string>): string[] {
  return headers.filter((_, at) => !dropped.has(headers[at - (at % 2)].toLowerCase()))
}
