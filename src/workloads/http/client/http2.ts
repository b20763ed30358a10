import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { type buildConnector, type Dispatcher, Pool as UndiciPool } from 'undici'
import type { Clock } from '../../../clock.ts'
import type { Carrier, Exchange } from './exchange.ts'
import { ProtocolError } from './outcomes.ts'
import type { PoolOptions } from './pool.ts'
import { isUpload } from './serialize.ts'

/** How long a connection's handshakes took: of interest to the first request on it. */
interface Handshake {
  readonly connectingMs: number
  readonly tlsMs: number
}

/**
 * Requests to one origin over HTTP/2 (undici), many at a time on one connection; another is opened where that one is
 * full. Over plain TCP it begins with HTTP/2 at once, as there is nothing to agree on it. Sizes are those of the texts,
 * not of the frames they were compressed to.
 */
export class Http2Pool {
  readonly #pool: UndiciPool
  readonly #clock: Clock
  readonly #active = new Set<Exchange>()
  #handshake: Handshake | undefined
  #isClosed = false

  constructor(options: PoolOptions) {
    const { origin, clock, most } = options
    this.#clock = clock
    const given = {
      connect: connector(options, (handshake) => (this.#handshake = handshake)),
      ...(Number.isFinite(most) && { connections: most }),
      allowH2: true,
      useH2c: !origin.isTls,
      // Ours is one time for the whole request.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 60_000,
    }
    this.#pool = new UndiciPool(origin.url, given)
    this.#pool.setMaxListeners(0)
  }

  send(exchange: Exchange): void {
    if (this.#isClosed) return exchange.fail(exchange.beganAtMs, new Error('the client was closed'), 'interrupted')
    this.#active.add(exchange)
    const { method, path, headers, body } = exchange.request
    const sent = headers.reduce((bytes, text) => bytes + text.length, method.length + path.length)
    const upload = isUpload(body) ? body : undefined
    const isSized = upload?.bytes !== undefined
    this.#pool.dispatch(
      {
        method,
        path,
        headers: isSized ? [...headers, 'content-length', String(upload.bytes)] : [...headers],
        body: (upload ? upload.open() : body) as Dispatcher.DispatchOptions['body'],
      },
      this.#handlerOf(exchange, sent + (body === undefined || upload ? 0 : Buffer.byteLength(body as string))),
    )
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const exchange of [...this.#active]) exchange.interrupt()
    await this.#pool.destroy()
  }

  #handlerOf(exchange: Exchange, bytesSent: number): Dispatcher.DispatchHandler {
    const clock = this.#clock
    const active = this.#active
    let controller: Dispatcher.DispatchController | undefined
    const leave = (): void => {
      clearTimeout(timer)
      active.delete(exchange)
    }
    const fail = (error: Error, outcome?: 'timeout'): void => {
      leave()
      if (exchange.outcome !== '') return
      exchange.fail(clock.monotonic(), error, outcome)
      controller?.abort(error)
    }
    const carrier: Carrier = {
      drop() {
        leave()
        controller?.abort(new Error('given up'))
      },
      pause: () => controller?.pause(),
      resume: () => controller?.resume(),
    }
    exchange.carrier = carrier
    const timer = setTimeout(
      () => fail(new Error(`no whole answer within ${exchange.timeoutMs} ms`), 'timeout'),
      exchange.timeoutMs,
    )
    return {
      onRequestStart: (given) => {
        controller = given
        if (exchange.outcome !== '') return controller.abort(new Error('given up'))
        exchange.sentAtMs = clock.monotonic()
        exchange.bytesSent = bytesSent
        if (this.#handshake) Object.assign(exchange, this.#handshake)
        this.#handshake = undefined
      },
      onBodySent: (chunk) => {
        exchange.bytesSent += isUpload(exchange.request.body) ? chunk.length : 0
      },
      onResponseStart: guarded(fail, (_, status, headers) => {
        if (status < 200 || exchange.outcome !== '') return
        exchange.firstByteAtMs = clock.monotonic()
        const head = headLines(headers)
        exchange.bytesReceived = head.length
        exchange.onHead(status, head)
      }),
      onResponseData: guarded(fail, (_, chunk) => {
        exchange.bytesReceived += chunk.length
        if (exchange.outcome === '') exchange.onBody(chunk, 0, chunk.length)
      }),
      onResponseEnd: () => {
        leave()
        exchange.succeed(clock.monotonic())
      },
      onResponseError: (_, error) => fail(error),
    }
  }
}

/** Sinks throw where an answer is not to be had, and undici's streams are no place for that. */
function guarded<Args extends unknown[]>(fail: (error: Error) => void, handle: (...args: Args) => void) {
  return (...args: Args): void => {
    try {
      handle(...args)
    } catch (error) {
      fail(error as Error)
    }
  }
}

function headLines(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => {
    return (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${one}`)
  })
  return lines.join('\r\n')
}

/** Connects as our own connections do: same TLS options, same counting, and nothing but HTTP/2. */
function connector(options: PoolOptions, onHandshake: (handshake: Handshake) => void): buildConnector.connector {
  const { origin, clock, tls, onOpen } = options
  return (_, callback) => {
    const beganAtMs = clock.monotonic()
    let connectedAtMs = -1
    let isTold = false
    const where = { host: origin.hostname, port: origin.port, noDelay: true }
    const socket: Socket = origin.isTls ? connectTls({ ...where, ...tls, ALPNProtocols: ['h2'] }) : connectTcp(where)
    const tell = (error: Error | null): void => {
      if (isTold) return
      isTold = true
      if (error) callback(error, null)
      else callback(null, socket)
    }
    onOpen(1)
    socket.once('close', () => onOpen(-1))
    socket.once('connect', () => {
      connectedAtMs = clock.monotonic()
      if (origin.isTls) return
      Object.assign(socket, { alpnProtocol: 'h2' }) // how undici is told: there is no TLS to agree on it
      onHandshake({ connectingMs: connectedAtMs - beganAtMs, tlsMs: -1 })
      tell(null)
    })
    socket.once('secureConnect', () => {
      if ((socket as TLSSocket).alpnProtocol !== 'h2') {
        const error = new ProtocolError('the server does not speak HTTP/2; use version 1.1')
        socket.destroy()
        return tell(error)
      }
      onHandshake({ connectingMs: connectedAtMs - beganAtMs, tlsMs: clock.monotonic() - connectedAtMs })
      tell(null)
    })
    socket.on('error', (error) => tell(error))
    socket.once('close', () => tell(new Error('the connection was closed while it was made')))
    return socket
  }
}
