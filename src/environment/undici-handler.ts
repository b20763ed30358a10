import type { HttpHandlerOptions, HttpRequest, HttpResponse, RequestHandler } from '@smithy/types'
import type { Readable } from 'node:stream'
import { queryString } from './query-string.ts'
import { Agent } from './undici-agent.ts'
import { abortError, Exchange } from './undici-exchange.ts'

export type HttpHandler = RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions>

export interface UndiciHandlerOptions {
  /** To each host; a call beyond waits for one that ends. */
  readonly connections: number
  readonly connectTimeoutMs: number
  /** A connection on which nothing has come for this long is dead: the call fails and is retried. */
  readonly silenceMs: number
  /** The SDK's own handler, for what undici does not do: to send a body only when it is asked for (100-continue). */
  readonly otherwise: HttpHandler
}

/** Shorter than servers keep an idle connection, where they do not say. */
const IDLE_MS = 15_000

/**
 * What sends the SDK's requests, on undici in place of `node:http`: the same requests, answers and errors for about half
 * the CPU. Answers are read whole, except what is asked for by GET (an object's body) and event streams, which are
 * Readables as the SDK's own.
 */
export function undiciHandler({
  connections,
  connectTimeoutMs,
  silenceMs,
  otherwise,
}: UndiciHandlerOptions): HttpHandler {
  const agent = new Agent({
    connections,
    allowH2: false,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    keepAliveTimeout: IDLE_MS,
  })

  function send(request: HttpRequest, options: HttpHandlerOptions & { isEventStream?: boolean }) {
    const { method, protocol, hostname, port } = request
    const { promise, resolve, reject } = Promise.withResolvers<{ response: HttpResponse }>()
    const signal = options.abortSignal as AbortSignal | undefined
    if (signal?.aborted === true) {
      reject(abortError(signal))
      return promise
    }
    const query = queryString(request.query)
    agent.dispatch(
      {
        origin: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`,
        path: query === '' ? request.path : `${request.path}?${query}`,
        method,
        headers: sendable(request.headers),
        body: request.body as Readable | Buffer | string | null,
        reset: false, // or the connection would be closed after each HEAD
        ...(options.requestTimeout !== undefined && { headersTimeout: options.requestTimeout }),
      },
      new Exchange({ isStream: method === 'GET' || options.isEventStream === true, signal, resolve, reject }),
    )
    return promise
  }

  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: (request, options = {}) =>
      (request.headers['Expect'] ?? request.headers['expect']) === undefined
        ? send(request, options)
        : otherwise.handle(request, options),
    destroy() {
      void agent.destroy()
      otherwise.destroy?.()
    },
  }
}

/** How the connection is used and a body of unknown length framed is undici's own to say. */
function sendable(headers: HttpRequest['headers']): HttpRequest['headers'] {
  if (headers['transfer-encoding'] === undefined && headers['connection'] === undefined) return headers
  const { 'transfer-encoding': _framing, connection: _connection, ...rest } = headers
  return rest
}
