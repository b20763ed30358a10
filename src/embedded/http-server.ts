import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { EmbeddedError } from './errors.ts'
import { type Perform, toRequest } from './http-request.ts'
import { ClientGoneError } from './read-body.ts'
import type { AwsRequest } from './service.ts'
import type { Verifier } from './signatures/verifier.ts'
import { createTurns } from './turns.ts'

export interface HttpServer {
  readonly port: number
  /** Stops accepting, gives requests under way `graceMs`, then ends every connection and waits for their handlers. */
  close(graceMs: number): Promise<void>
}

export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** Answers a request in full. Where it rejects, the client gets a 500, or its connection is cut. */
  readonly handle: (request: AwsRequest) => Promise<void>
  readonly perform: Perform
  /** Default: requests are taken for whose they say they are. */
  readonly verifier?: Verifier
  readonly onError: (error: unknown) => void
  readonly limits?: Partial<ConnectionLimits>
}

/** By Node's names, where there are some; times in milliseconds. */
export interface ConnectionLimits {
  /** Beyond, a connection is closed as soon as it is opened. */
  readonly maxConnections: number
  /** Longer than clients keep an idle connection, so that it is they who close it: no request meets a closing one. */
  readonly keepAliveTimeout: number
  /** From a request's first byte to the end of its headers. */
  readonly headersTimeout: number
  /** A whole request, bodies included: an upload may be long, a connection that only drips must end some day. */
  readonly requestTimeout: number
  /** How often the two above are looked at. */
  readonly connectionsCheckingInterval: number
  /** No byte in either direction. Long polls are silent for 20 s. */
  readonly timeout: number
}

const defaultLimits: ConnectionLimits = {
  maxConnections: 10_000,
  keepAliveTimeout: 75_000,
  headersTimeout: 60_000,
  requestTimeout: 3_600_000,
  connectionsCheckingInterval: 10_000,
  timeout: 120_000,
}
const longestHeadersBytes = 65_536

/** One HTTP server on one port. Throws EmbeddedError. */
export async function listen(options: ListenOptions): Promise<HttpServer> {
  const { host, port, handle, perform, verifier, onError } = options
  const { timeout, maxConnections, ...timeouts } = { ...defaultLimits, ...options.limits }
  const underWay = new Set<Promise<void>>()
  const inTurn = createTurns()
  const server = createServer(
    { ...timeouts, maxHeaderSize: longestHeadersBytes, noDelay: true },
    (incoming, response) => {
      const handled = inTurn(incoming, response, () => answer(incoming, response))
      underWay.add(handled)
      void handled.finally(() => underWay.delete(handled))
    },
  )
  server.setTimeout(timeout)
  server.maxConnections = maxConnections
  server.on('clientError', refuseMalformed)
  // A response whose client went away: the handler sees `close`; without a listener the process would end.
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()))

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = toRequest(incoming, response, perform, verifier)
      if (request === undefined) response.writeHead(400, { connection: 'close' }).end()
      else await handle(request)
    } catch (error) {
      if (error instanceof ClientGoneError) return
      onError(error)
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { connection: 'close' }).end()
    }
  }

  await startListening(server, host, port)
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // Those that answer now stay open for a next request, unless somebody closes them.
      const tidy = setInterval(() => server.closeIdleConnections(), 10)
      const hurry = setTimeout(() => server.closeAllConnections(), graceMs)
      await closed
      clearInterval(tidy)
      clearTimeout(hurry)
      await Promise.all(underWay)
    },
  }
}

/** What could not be read as HTTP: answered with a bare status where the client still listens. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

function startListening(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') {
      const message = `port ${port} on ${host} is in use; stop what listens there, choose another port, or 0 for any free one`
      reject(new EmbeddedError('PORT_IN_USE', message, { cause: error }))
    } else {
      const message = `cannot listen on port ${port} of ${host}: ${error.message}; choose another port, or 0 for any free one`
      reject(new EmbeddedError('PORT_REFUSED', message, { cause: error }))
    }
  })
  server.listen({ host, port, backlog: 1024 }, () => {
    server.removeAllListeners('error')
    resolve()
  })
  return promise
}
