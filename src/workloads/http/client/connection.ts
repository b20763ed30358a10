import type { Socket } from 'node:net'
import type { Carrier, Exchange, Upload } from './exchange.ts'
import { openSocket, type SocketEvents } from './open-socket.ts'
import { outcomeOfSocketError, type RequestOutcome } from './outcomes.ts'
import type { Pool } from './pool.ts'
import { ResponseReader } from './response-reader.ts'
import { sendUpload } from './send-upload.ts'
import { isUpload, serializeHead } from './serialize.ts'

/**
 * One connection that speaks HTTP/1.1, one request at a time. It belongs to a pool, which it tells when it is free or gone;
 * what begins with `on` is for its socket.
 */
export class Connection implements Carrier, SocketEvents {
  idleSinceMs = 0
  /** How long it may be idle before the server is likely to have closed it; -1: unknown. */
  keptForMs = -1
  readonly #pool: Pool
  readonly #reader = new ResponseReader()
  readonly #socket: Socket
  #exchange: Exchange | undefined
  #isConnected = false
  #isUploading = false
  #isClosed = false
  #timer: NodeJS.Timeout | undefined
  #timerMs = 0
  readonly #beganAtMs: number
  #connectedAtMs = -1

  /** Connects, and then sends the exchange that it was made for. */
  constructor(pool: Pool, first: Exchange) {
    this.#pool = pool
    this.#exchange = first
    first.carrier = this
    this.#beganAtMs = pool.clock.monotonic()
    this.#socket = openSocket(pool, this)
    this.#arm(first.timeoutMs - (pool.clock.monotonic() - first.beganAtMs))
  }

  /** Only on a free connection. */
  send(exchange: Exchange, leftMs: number, nowMs: number): void {
    this.#exchange = exchange
    exchange.carrier = this
    this.#arm(leftMs)
    this.#write(exchange, nowMs)
  }

  drop(exchange: Exchange): void {
    if (this.#exchange === exchange) this.#destroy()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Resolves when the socket is gone. What is under way on it fails. */
  async close(): Promise<void> {
    if (this.#socket.closed) return
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()))
    this.#end(new Error('the client was closed'), 'interrupted')
    await closed
  }

  onTcp(): void {
    this.#connectedAtMs = this.#pool.clock.monotonic()
    if (this.#exchange) this.#exchange.connectingMs = this.#connectedAtMs - this.#beganAtMs
  }

  onTls(): void {
    if (this.#exchange) this.#exchange.tlsMs = this.#pool.clock.monotonic() - this.#connectedAtMs
  }

  onError(error: NodeJS.ErrnoException): void {
    this.#end(error, outcomeOfSocketError(error, this.#isInHandshake))
  }

  onClose(): void {
    this.#end(new Error('the connection was closed before the answer was whole'), 'closed')
  }

  get #isInHandshake(): boolean {
    return this.#pool.origin.isTls && this.#connectedAtMs >= 0 && !this.#isConnected
  }

  onReady(): void {
    this.#isConnected = true
    if (this.#exchange) this.#write(this.#exchange, this.#pool.clock.monotonic())
    else this.#destroy()
  }

  #write(exchange: Exchange, nowMs: number): void {
    const { request } = exchange
    const { body, bytes } = request
    this.#reader.begin(request.method === 'HEAD', exchange.wantsHead)
    exchange.sentAtMs = nowMs
    if (bytes !== undefined && !isUpload(body)) {
      exchange.bytesSent = bytes.length
      this.#socket.write(bytes)
      return
    }
    const head = serializeHead(request, this.#pool.origin, this.#pool.extraHeaders)
    exchange.bytesSent = head.length
    if (body === undefined) this.#socket.write(head, 'latin1')
    else if (isUpload(body)) void this.#upload(exchange, head, body)
    else this.#writeWithBody(exchange, head, body)
  }

  /** One write for both: a body that comes in a packet of its own costs a round of the event loop at the other end. */
  #writeWithBody(exchange: Exchange, head: string, body: string | Uint8Array): void {
    if (typeof body === 'string' && isAscii(body)) {
      exchange.bytesSent += body.length
      this.#socket.write(head + body, 'latin1')
      return
    }
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    exchange.bytesSent += bytes.length
    this.#socket.cork()
    this.#socket.write(head, 'latin1')
    this.#socket.write(bytes)
    this.#socket.uncork()
  }

  /** Never rejects. */
  async #upload(exchange: Exchange, head: string, upload: Upload): Promise<void> {
    this.#isUploading = true
    this.#socket.write(head, 'latin1')
    try {
      await sendUpload(this.#socket, upload, {
        isWanted: () => this.#exchange === exchange,
        onSent: (bytes) => (exchange.bytesSent += bytes),
        onWhole: () => {
          this.#isUploading = false
          exchange.uploadedAtMs = this.#pool.clock.monotonic()
        },
      })
    } catch (cause) {
      if (this.#exchange === exchange) this.#end(asError(cause), 'error')
    }
  }

  onData(length: number, data: Buffer): boolean {
    const exchange = this.#exchange
    if (exchange === undefined || this.#isClosed) {
      this.#destroy() // what was not asked for cannot be an answer
      return false
    }
    const nowMs = this.#pool.clock.monotonic()
    if (exchange.firstByteAtMs < 0) exchange.firstByteAtMs = nowMs
    exchange.bytesReceived += length
    try {
      const used = this.#reader.read(data, length, exchange)
      if (this.#reader.isDone) this.#answered(exchange, nowMs, used === length)
    } catch (error) {
      this.#end(asError(error))
    }
    return !this.#isClosed
  }

  #answered(exchange: Exchange, nowMs: number, isClean: boolean): void {
    const isFree = isClean && this.#reader.isKeptAlive && !this.#isUploading && this.#pool.keepAlive
    this.#exchange = undefined
    if (isFree) {
      const seconds = this.#reader.keepAliveSeconds
      if (seconds >= 0) this.keptForMs = seconds * 1000
      this.idleSinceMs = nowMs
      this.#pool.release(this)
    } else this.#destroy()
    exchange.succeed(nowMs)
  }

  onEnd(): void {
    const exchange = this.#exchange
    if (exchange && this.#isConnected && this.#reader.end())
      this.#answered(exchange, this.#pool.clock.monotonic(), false)
    else this.#end(new Error('the server closed the connection before its answer was whole'), 'closed')
  }

  /** Ends the connection, and the exchange under way with that reason. */
  #end(error: Error, outcome?: RequestOutcome): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    this.#destroy()
    exchange?.fail(this.#pool.clock.monotonic(), error, outcome)
  }

  #destroy(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#exchange = undefined
    this.#socket.destroy()
    this.#pool.remove(this)
  }

  /** The same time again costs a fifth of a new timer; so a timer outlives its request, and finds nothing to do. */
  #arm(ms: number): void {
    if (this.#timer !== undefined && this.#timerMs === ms) {
      this.#timer.refresh()
      return
    }
    clearTimeout(this.#timer)
    this.#timerMs = ms
    this.#timer = setTimeout(() => this.#onTimeout(), Math.max(1, ms))
  }

  #onTimeout(): void {
    const exchange = this.#exchange
    if (exchange) this.#end(new Error(`no whole answer within ${exchange.timeoutMs} ms`), 'timeout')
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false
  return true
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause))
}
