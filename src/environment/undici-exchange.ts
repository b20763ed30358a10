import type { HttpResponse } from '@smithy/types'
import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'

type Controller = Dispatcher.DispatchController
/** As undici reads them. */
type Headers = Record<string, string | string[] | undefined>

export interface ExchangeOptions {
  /** A successful answer's body is handed on while it comes. */
  readonly isStream: boolean
  readonly signal: AbortSignal | undefined
  readonly resolve: (answer: { response: HttpResponse }) => void
  readonly reject: (error: Error) => void
}

/** A body up to this is waited for: to hand on each of its chunks costs more, and where it breaks off the call is retried. */
const SMALL_BYTES = 64 * 1024

/** One request under way: what undici tells of it, as the SDK wants to hear it. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions
  readonly #chunks: Buffer[] = []
  #controller: Controller | undefined
  #response: HttpResponse | undefined
  #body: Readable | undefined

  constructor(options: ExchangeOptions) {
    this.#options = options
    options.signal?.addEventListener('abort', this, { once: true })
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    // Aborted while it waited for a connection.
    if (this.#options.signal?.aborted === true) controller.abort(abortError(this.#options.signal))
  }

  onResponseStart(controller: Controller, statusCode: number, headers: Headers, reason?: string): void {
    if (statusCode < 200) return
    const response: HttpResponse = { statusCode, reason, headers: plainHeaders(headers, controller) }
    this.#response = response
    if (!this.#options.isStream || statusCode >= 300 || Number(headers['content-length']) <= SMALL_BYTES) return
    response.body = this.#body = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        controller.abort(error ?? new Error('the body is not wanted'))
        done(error)
      },
    })
    this.#options.resolve({ response })
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#body === undefined) this.#chunks.push(chunk)
    else if (!this.#body.push(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    this.#end()
    if (this.#body !== undefined) {
      this.#body.push(null)
      return
    }
    const response = this.#response!
    const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
    response.body = this.#options.isStream && response.statusCode < 300 ? readable(bytes) : bytes
    this.#options.resolve({ response })
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    this.#end()
    const known = sdkError(error)
    if (this.#body === undefined) this.#options.reject(known)
    else this.#body.destroy(known)
  }

  /** Of the signal: the call is aborted. */
  handleEvent(): void {
    const error = abortError(this.#options.signal!)
    this.#options.reject(error)
    this.#body?.destroy(error)
    this.#controller?.abort(error)
  }

  #end(): void {
    this.#options.signal?.removeEventListener('abort', this)
  }
}

function readable(bytes: Buffer): Readable {
  return new Readable({
    read() {
      this.push(bytes)
      this.push(null)
    },
  })
}

/** The shape of the SDK's own: by this name it knows not to retry. */
export function abortError(signal: AbortSignal): Error {
  const cause: unknown = signal.reason
  return Object.assign(new Error('Request aborted', { cause }), { name: 'AbortError' })
}

/** One text each. undici takes header bytes for UTF-8; they are Latin-1, as `node:http` has it. */
function plainHeaders(headers: Headers, { rawHeaders }: Controller): Record<string, string> {
  for (const name in headers) {
    const value = headers[name]
    if (typeof value !== 'string') headers[name] = value?.join(', ') ?? ''
    else if (FOREIGN.test(value)) return latin1(rawHeaders as Buffer[])
  }
  return headers as Record<string, string>
}

// oxlint-disable-next-line no-control-regex -- all of ASCII
const FOREIGN = /[^\0-\x7f]/

function latin1(raw: readonly Buffer[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at].toString('latin1').toLowerCase()
    const value = raw[at + 1].toString('latin1')
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value
  }
  return headers
}

/** What undici calls by names of its own, by those that the SDK knows and retries. Node's own errors stay as they are. */
function sdkError(error: Error & { code?: string }): Error {
  const known = ERRORS[error.code ?? '']
  return known === undefined ? error : Object.assign(new Error(known.message, { cause: error }), known)
}

const ERRORS: { readonly [code: string]: { name: string; code: string; message: string } | undefined } = {
  UND_ERR_SOCKET: { name: 'Error', code: 'ECONNRESET', message: 'socket hang up' },
  UND_ERR_CONNECT_TIMEOUT: timeout('the connection was not established in time'),
  UND_ERR_HEADERS_TIMEOUT: timeout('no answer came in time'),
  UND_ERR_BODY_TIMEOUT: timeout('the answer stopped coming'),
}

function timeout(message: string) {
  return { name: 'TimeoutError', code: 'ETIMEDOUT', message }
}
