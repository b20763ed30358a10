import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'

/** Its private methods, which it calls on itself: whoever replaces one is asked instead. */
export const CONNECT = '_connect'
export const REQUEST = '_doRequest'
export const DISCONNECT = '_destroyConnection'
/** The same of retimer 3.0.0, which it waits with. */
export const SCHEDULE = '_schedule'

/**
 * One connection of autocannon 8.0.0, as far as we reach into it (lib/httpClient.js). Its version is pinned; the tests of
 * guard-client.ts fail where a newer one differs.
 */
export interface AutocannonClient extends EventEmitter {
  /** Undefined before the first. */
  conn: Socket | undefined
  readonly destroyed: boolean
  readonly parser: ResponseParser
  readonly pipelinedRequests: { addBody(data: Buffer): void }
  /** Runs out when an answer takes too long; undefined before the first connection. */
  readonly timeoutTicker: { [SCHEDULE](ms: number): void }
  /** What it writes for one request. */
  getRequestBuffer(): Buffer
  /** Connects and makes as many requests as are pipelined. Called by itself whenever a connection ends. */
  [CONNECT](): void
  /** Writes one request. Called by itself whenever an answer is there. */
  [REQUEST](): void
  /** Called at a timeout and at the end: what is under way is lost. */
  [DISCONNECT](): void
}

/** Of http-parser-js. */
export interface ResponseParser {
  /** Of the answer that is being read: its `connection` header, lower case. */
  readonly connection: string
  /** An Error where the bytes are no HTTP. */
  execute(chunk: Buffer): number | Error
  /** The connection has ended; completes an answer whose end that is. */
  finish(): Error | undefined
  /** Forgets all that was parsed. */
  reinitialize(type: 'RESPONSE'): void
  /** Callbacks, under numbers. */
  [callback: number]: (head: ResponseHead) => unknown
}

export interface ResponseHead {
  readonly statusCode: number
  readonly shouldKeepAlive: boolean
}

/** Of the parser's callbacks. */
export const ON_HEADERS_COMPLETE = 2
export const ON_MESSAGE_COMPLETE = 4
