import { createRequire } from 'node:module'
import type { Server } from 'node:http'

/** The part of abstract-level that is used here. */
export interface Level {
  open(): Promise<void>
  iterator(range: { gte: string; lt: string }): AsyncIterable<[string, unknown]>
  put(key: string, value: unknown): Promise<void>
  del(key: string): Promise<void>
  clear(range: { gte: string; lt: string }): Promise<void>
}

export interface DynaliteStore {
  readonly db: Level
  readonly lifecycleManager: { gracefulClose(): Promise<void>; setShutdownTimeout(ms: number): void }
}

interface DynaliteOptions {
  path: string
  createTableMs: number
  updateTableMs: number
  deleteTableMs: number
}

const require = createRequire(import.meta.url)

/**
 * A dynalite server that never listens, and its store. Dynalite closes its store only by closing a listening server,
 * so the store is caught on its way from `db.create` to the server.
 */
export function createDynalite(options: DynaliteOptions): { server: Server; store: DynaliteStore } {
  const dynalite = require('dynalite') as (options: DynaliteOptions) => Server
  const db = require('dynalite/db') as { create: (options: DynaliteOptions) => DynaliteStore }
  const create = db.create
  let store: DynaliteStore | undefined
  db.create = (given) => (store = create(given))
  try {
    const server = dynalite(options)
    if (store === undefined) throw new Error('dynalite made its store in another way than by db.create')
    return { server, store }
  } finally {
    db.create = create
  }
}
