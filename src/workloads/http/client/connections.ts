import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../../../clock.ts'
import type { Exchange } from './exchange.ts'
import type { Origin } from './origin.ts'
import { Pool, type PoolOptions } from './pool.ts'
import { RefusingPool, type TargetGate } from './target-gate.ts'

export interface ConnectionsOptions {
  readonly clock: Clock
  /** Makes what speaks the wanted version of HTTP. */
  readonly openPool: OpenPool
  /** To one origin at once; Infinity: as many as there are requests. */
  readonly perOrigin: number
  /** False: a new connection for every request. HTTP/2 keeps them in any case. */
  readonly keepAlive: boolean
  readonly tls: ConnectionOptions
  readonly onOpen: (by: 1 | -1) => void
  /** Undefined: anywhere. */
  readonly gate?: TargetGate | undefined
}

/** Takes exchanges to one origin. */
export interface OriginPool {
  send(exchange: Exchange): void
  close(): Promise<void>
}

export type OpenPool = (options: PoolOptions) => OriginPool

/** HTTP/2 brings undici along, which takes longer to load than all the rest: only who needs it waits for it. */
export async function poolsOf(version: '1.1' | '2'): Promise<OpenPool> {
  if (version === '1.1') return (options) => new Pool(options)
  const { Http2Pool } = await import('./http2.ts')
  return (options) => new Http2Pool(options)
}

/** The connections of a shard, or of one user, to any origin. */
export class Connections {
  readonly #options: ConnectionsOptions
  readonly #pools = new Map<string, OriginPool>()

  constructor(options: ConnectionsOptions) {
    this.#options = options
  }

  to(origin: Origin): OriginPool {
    let pool = this.#pools.get(origin.url)
    if (pool === undefined) {
      const { gate, openPool, perOrigin, ...rest } = this.#options
      const refusal = gate?.(origin)
      pool = refusal === undefined ? openPool({ ...rest, origin, most: perOrigin }) : new RefusingPool(refusal)
      this.#pools.set(origin.url, pool)
    }
    return pool
  }

  /** Resolves when every socket is gone. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()))
    this.#pools.clear()
  }
}
