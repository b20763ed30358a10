import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../../../clock.ts'
import { Connection } from './connection.ts'
import type { Carrier, Exchange } from './exchange.ts'
import type { Origin } from './origin.ts'

export interface PoolOptions {
  readonly origin: Origin
  readonly clock: Clock
  /** Connections at once, in use or idle; requests beyond them wait. */
  readonly most: number
  readonly keepAlive: boolean
  readonly tls: ConnectionOptions
  /** One more or one less is open. */
  readonly onOpen: (by: 1 | -1) => void
}

/** A server says how long it keeps an idle connection; what is on its way then would meet a closed one. */
const MARGIN_MS = 500

/** The connections to one origin. The one used last is used first, so that those not needed grow old and go. */
export class Pool implements Carrier {
  readonly origin: Origin
  readonly clock: Clock
  readonly keepAlive: boolean
  readonly tls: ConnectionOptions
  /** Header lines of every request. */
  readonly extraHeaders: string
  readonly #most: number
  readonly #onOpen: (by: 1 | -1) => void
  readonly #all = new Set<Connection>()
  readonly #idle: Connection[] = []
  /** Each with the timer that ends its waiting. Made for the first that waits: where users have pools, there are thousands. */
  #waiting: Map<Exchange, NodeJS.Timeout> | undefined
  #isClosed = false

  constructor({ origin, clock, most, keepAlive, tls, onOpen }: PoolOptions) {
    this.origin = origin
    this.clock = clock
    this.keepAlive = keepAlive
    this.tls = tls
    this.extraHeaders = keepAlive ? '' : 'connection: close\r\n'
    this.#most = most
    this.#onOpen = onOpen
  }

  send(exchange: Exchange): void {
    const idle = this.#takeIdle(exchange.beganAtMs)
    if (idle) idle.send(exchange, exchange.timeoutMs, exchange.beganAtMs)
    else if (this.#isClosed) exchange.fail(exchange.beganAtMs, new Error('the client was closed'), 'interrupted')
    else if (this.#all.size < this.#most) this.#open(exchange)
    else this.#wait(exchange)
  }

  drop(exchange: Exchange): void {
    clearTimeout(this.#waiting?.get(exchange))
    this.#waiting?.delete(exchange)
  }

  pause(): void {
    throw new Error('a request that waits for a connection has no answer to hold back')
  }

  resume(): void {
    throw new Error('a request that waits for a connection has no answer to hold back')
  }

  /** For connections: it can serve another request. */
  release(connection: Connection): void {
    const next = this.#takeWaiting()
    if (next === undefined) {
      this.#idle.push(connection)
      return
    }
    const nowMs = this.clock.monotonic()
    connection.send(next, next.timeoutMs - (nowMs - next.beganAtMs), nowMs)
  }

  /** For connections: it is gone. */
  remove(connection: Connection): void {
    if (!this.#all.delete(connection)) return
    this.#onOpen(-1)
    const at = this.#idle.indexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
    const next = this.#isClosed ? undefined : this.#takeWaiting()
    if (next !== undefined) this.#open(next)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const exchange of [...(this.#waiting?.keys() ?? [])]) exchange.interrupt()
    await Promise.all([...this.#all].map((connection) => connection.close()))
  }

  #open(exchange: Exchange): void {
    this.#onOpen(1)
    this.#all.add(new Connection(this, exchange))
  }

  #takeWaiting(): Exchange | undefined {
    if (this.#waiting === undefined || this.#waiting.size === 0) return undefined
    const next = this.#waiting.keys().next().value!
    this.drop(next)
    return next
  }

  #takeIdle(nowMs: number): Connection | undefined {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined) return undefined
      const { keptForMs, idleSinceMs } = connection
      if (keptForMs < 0 || nowMs - idleSinceMs < keptForMs - MARGIN_MS) return connection
      void connection.close()
    }
  }

  #wait(exchange: Exchange): void {
    exchange.carrier = this
    const late = (): void => {
      this.drop(exchange)
      exchange.fail(this.clock.monotonic(), new Error(`no free connection within ${exchange.timeoutMs} ms`), 'timeout')
    }
    this.#waiting ??= new Map()
    this.#waiting.set(exchange, setTimeout(late, exchange.timeoutMs))
  }
}
