import type { TargetClock } from '../clock.ts'
import type { Connection } from './connection.ts'
import { disconnects } from './protocol.ts'
import type { RelaySettings } from './settings.ts'

/**
 * Pings every connection, and closes those that do not answer or never said who they are. One timer for all: a wheel of
 * one slot per second, so that ten thousand connections cost no ten thousand timers, nor a burst of pings.
 */
export class Heartbeat {
  /** Connections by the second they came in, with that second's number. */
  readonly #slots: Map<Connection, number>[]
  readonly #settings: RelaySettings
  readonly #clock: TargetClock
  #tick = 0
  #cancel: () => void

  constructor(settings: RelaySettings, clock: TargetClock) {
    this.#settings = settings
    this.#clock = clock
    this.#slots = Array.from({ length: settings.ping_seconds }, () => new Map<Connection, number>())
    this.#cancel = clock.after(1000, () => this.#beat())
  }

  /** From now on; answers what ends it. */
  add(connection: Connection): () => void {
    const slot = this.#slot(this.#tick)
    slot.set(connection, this.#tick)
    return () => slot.delete(connection)
  }

  stop(): void {
    this.#cancel()
  }

  #beat(): void {
    this.#tick += 1
    const { pong_seconds: pongSeconds, connect_seconds: connectSeconds } = this.#settings
    for (const connection of this.#slot(this.#tick - pongSeconds).keys()) {
      if (connection.awaitsPong) connection.close(disconnects.noPong)
    }
    for (const [connection, sinceTick] of this.#slot(this.#tick - connectSeconds)) {
      if (!connection.isConnected && this.#tick - sinceTick >= connectSeconds) connection.close(disconnects.stale)
    }
    for (const connection of this.#slot(this.#tick).keys()) if (connection.isConnected) connection.ping()
    this.#cancel = this.#clock.after(1000, () => this.#beat())
  }

  #slot(tick: number): Map<Connection, number> {
    const { length } = this.#slots
    return this.#slots[((tick % length) + length) % length]
  }
}
