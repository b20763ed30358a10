import type { TargetClock } from '../clock.ts'
import type { Connection } from './connection.ts'
import { disconnects } from './protocol.ts'
import type { RelaySettings } from './settings.ts'

interface Beat {
  readonly connection: Connection
  readonly sinceTick: number
}

/**
 * Pings every connection, and closes those that do not answer or never said who they are. One timer for all: a wheel of
 * one slot per second, so that ten thousand connections cost no ten thousand timers, nor a burst of pings.
 */
export class Heartbeat {
  readonly #slots: Map<Connection, Beat>[]
  readonly #settings: RelaySettings
  readonly #clock: TargetClock
  #tick = 0
  #cancel: () => void

  constructor(settings: RelaySettings, clock: TargetClock) {
    this.#settings = settings
    this.#clock = clock
    this.#slots = Array.from({ length: settings.ping_seconds }, () => new Map<Connection, Beat>())
    this.#cancel = clock.after(1000, () => this.#beat())
  }

  /** From now on; answers what ends it. */
  add(connection: Connection): () => void {
    const slot = this.#slot(this.#tick)
    slot.set(connection, { connection, sinceTick: this.#tick })
    return () => slot.delete(connection)
  }

  stop(): void {
    this.#cancel()
  }

  #beat(): void {
    this.#tick += 1
    const { pong_seconds: pongSeconds, connect_seconds: connectSeconds } = this.#settings
    for (const { connection } of this.#slot(this.#tick - pongSeconds).values()) {
      if (connection.awaitsPong) connection.close(disconnects.noPong)
    }
    for (const { connection, sinceTick } of this.#slot(this.#tick).values()) {
      if (connection.isConnected) connection.ping()
      else if (this.#tick - sinceTick >= connectSeconds) connection.close(disconnects.stale)
    }
    this.#cancel = this.#clock.after(1000, () => this.#beat())
  }

  #slot(tick: number): Map<Connection, Beat> {
    const { length } = this.#slots
    return this.#slots[((tick % length) + length) % length]!
  }
}
