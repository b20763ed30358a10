import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { EmbeddedError } from './errors.ts'
import { callerOf } from './identity.ts'
import type { AwsRequest, Service } from './service.ts'

export interface HttpServer {
  readonly port: number
  /** Stops accepting, gives requests under way `graceMs`, then ends every connection and waits for their handlers. */
  close(graceMs: number): Promise<void>
}

const timeouts = {
  // Longer than clients keep an idle connection, so that it is they who close it: no request meets a closing one.
  keepAliveTimeout: 75_000,
  headersTimeout: 60_000,
  // A whole request, bodies included: an upload may be long, a connection that only drips must end some day.
  requestTimeout: 3_600_000,
  // No byte in either direction. Long polls are silent for 20 s.
  timeout: 120_000,
}

/** One HTTP server on one port; every request goes to the service that `route` names. Throws EmbeddedError. */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  route: (request: AwsRequest) => Service,
  onError: (error: unknown) => void,
): Promise<HttpServer> {
  const underWay = new Set<Promise<void>>()
  const { timeout, ...others } = timeouts
  const server = createServer({ ...others, maxHeaderSize: 65_536, noDelay: true }, (incoming, response) => {
    const handled = answer(incoming, response)
    underWay.add(handled)
    void handled.finally(() => underWay.delete(handled))
  })
  server.setTimeout(timeout)
  server.on('clientError', refuseMalformed)
  // A response whose client went away: the handler sees `close`; without a listener the process would end.
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()))

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = toRequest(incoming, response)
      if (request === undefined) response.writeHead(400, { connection: 'close' }).end()
      else await route(request).handle(request)
    } catch (error) {
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

/** Undefined where the request line names no URL. */
export function toRequest(incoming: IncomingMessage, response: ServerResponse): AwsRequest | undefined {
  const { method = 'GET', headers, url: target = '/' } = incoming
  const url = URL.parse(target.startsWith('/') ? `http://${headers.host ?? 'localhost'}${target}` : target)
  if (url === null) return undefined
  const caller = callerOf(headers, url.searchParams)
  return {
    method,
    url,
    headers,
    incoming,
    response,
    caller,
    requestId: randomUUID(),
    // oxlint-disable-next-line typescript/require-await -- so that a throw is a rejection
    perform: async (_call, work) => work(),
  }
}

/** What could not be read as HTTP: answered in AWS's words where the client still listens. */
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
