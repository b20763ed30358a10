import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { type Caller, callerOf } from './identity.ts'
import type { AwsRequest, Call, Exchange, ServiceName } from './service.ts'
import type { Authentication } from './signatures/authentication.ts'
import type { PresentedSignature, Verifier } from './signatures/verifier.ts'

/** `AwsRequest.perform`, told whose exchange it is about. */
export type Perform = <T>(exchange: Exchange, call: Call, work: () => T | Promise<T>) => Promise<T>

/** Undefined where the request line names no URL. */
export function toRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  perform: Perform = performAtOnce,
  verifier?: Verifier,
): AwsRequest | undefined {
  const { method = 'GET', headers, rawHeaders, url: target = '/' } = incoming
  const readUrl = urlReader(target, headers.host)
  if (readUrl === undefined) return undefined
  const presented = verifier?.read({ method, target, headers, rawHeaders, query: readUrl().searchParams })
  // By which clients correct their clocks, so that their signatures are in time.
  if (verifier !== undefined) response.setHeader('date', new Date(verifier.now()).toUTCString())
  const query = headers.authorization === undefined ? readUrl().searchParams : noQuery
  const caller = presented?.caller ?? callerOf(headers, query)
  return new HttpRequest(incoming, response, caller, readUrl, perform, presented)
}

/**
 * A class, for its getter's sake: V8 gives an object literal with an accessor a hidden class of its own, which outlives
 * the young generation; with one for each request the server's memory grew by 150 MB.
 */
class HttpRequest implements AwsRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  readonly requestId = randomUUID()
  readonly caller: Caller
  readonly #readUrl: () => URL
  readonly #perform: Perform
  readonly #presented: PresentedSignature | undefined

  constructor(
    incoming: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    readUrl: () => URL,
    perform: Perform,
    presented?: PresentedSignature,
  ) {
    this.incoming = incoming
    this.response = response
    this.method = incoming.method ?? 'GET'
    this.headers = incoming.headers
    this.caller = caller
    this.#readUrl = readUrl
    this.#perform = perform
    this.#presented = presented
  }

  get url(): URL {
    return this.#readUrl()
  }

  authenticate(
    service: ServiceName,
    payloadHash: () => string | undefined,
    resource?: () => string,
  ): Authentication | undefined {
    return this.#presented?.prove(service, payloadHash, resource)
  }

  perform<T>(call: Call, work: () => T | Promise<T>): Promise<T> {
    return this.#perform(this, call, work)
  }
}

// oxlint-disable-next-line typescript/require-await -- so that a throw is a rejection
const performAtOnce: Perform = async (_exchange, _call, work) => work()

const noQuery = new URLSearchParams()
/** No character of it means anything but itself to URLs, so that it is one wherever its host is. */
const plainTarget = /^\/[\w\-./]*$/
let knownHost: string | undefined

/** Read when it is asked for, which most requests never do; undefined where there is no URL to be read. */
function urlReader(target: string, host: string | undefined): (() => URL) | undefined {
  const text = target.startsWith('/') ? `http://${host ?? 'localhost'}${target}` : target
  let url: URL | null = null
  if (host === undefined || host !== knownHost || !plainTarget.test(target)) {
    url = URL.parse(text)
    if (url === null) return undefined
    if (target === '/') knownHost = host
  }
  return () => (url ??= new URL(text))
}
