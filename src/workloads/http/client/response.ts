import type { KeptBody } from './body-sinks.ts'
import type { Exchange } from './exchange.ts'
import type { RequestOutcome } from './outcomes.ts'

/** Of how many answers header lines are kept as a map: made when one is asked for. */
type Headers = ReadonlyMap<string, readonly string[]>

/** How a request ended, redirects followed: what came back, or what went wrong. Times are monotonic milliseconds. */
export class Response {
  outcome: RequestOutcome
  /** What went wrong, where something did. */
  readonly error: Error | undefined
  /** 0 where no answer came. */
  readonly status: number
  readonly sentAtMs: number
  readonly endedAtMs: number
  readonly bytesSent: number
  readonly bytesReceived: number
  /** The exchange it ended with: for timings. */
  readonly last: Exchange
  readonly #body: KeptBody | undefined
  #headers: Headers | undefined

  constructor(exchanges: readonly Exchange[], body: KeptBody | undefined) {
    const first = exchanges[0]
    const last = exchanges[exchanges.length - 1]
    this.outcome = last.outcome === '' ? 'error' : last.outcome
    this.error = last.error
    this.status = last.status
    this.sentAtMs = first.sentAtMs < 0 ? first.beganAtMs : first.sentAtMs
    this.endedAtMs = last.endedAtMs
    this.bytesSent = exchanges.length === 1 ? last.bytesSent : sum(exchanges, 'bytesSent')
    this.bytesReceived = exchanges.length === 1 ? last.bytesReceived : sum(exchanges, 'bytesReceived')
    this.last = last
    this.#body = body
  }

  /** True for a whole answer whose status was below 400, or expected. */
  get ok(): boolean {
    return this.outcome === 'ok'
  }

  /** From the send to the end, milliseconds. */
  get durationMs(): number {
    return this.endedAtMs - this.sentAtMs
  }

  /** Header values by lower-case name. */
  get headers(): Headers {
    return (this.#headers ??= parseHeaders(this.last.head))
  }

  /** The first value of a header, whatever its case; undefined where there is none. */
  header(name: string): string | undefined {
    return this.headers.get(name.toLowerCase())?.[0]
  }

  /** Decoded. Empty where no answer came. Throws where it was discarded. */
  get body(): Buffer {
    if (this.#body === undefined)
      throw new Error('the body of this answer was discarded; ask for it with keepBody: true')
    return this.#body.bytes
  }

  text(): string {
    return this.body.toString()
  }

  /** The body as JSON. Throws SyntaxError where it is none. */
  json(): unknown {
    return JSON.parse(this.text())
  }
}

function sum(exchanges: readonly Exchange[], field: 'bytesSent' | 'bytesReceived'): number {
  return exchanges.reduce((total, exchange) => total + exchange[field], 0)
}

function parseHeaders(head: string): Headers {
  const headers = new Map<string, string[]>()
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon < 1) continue // the status line
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const known = headers.get(name)
    if (known) known.push(value)
    else headers.set(name, [value])
  }
  return headers
}
