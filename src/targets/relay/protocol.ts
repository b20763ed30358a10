/**
 * The JSON form of Centrifuge's protocol, version 2, as far as the relay speaks it: commands and replies are objects,
 * one per line of a text frame. https://centrifugal.dev/docs/transports/client_protocol
 */
export interface Command {
  /** From 1; without it, the command is a pong or `send`. */
  readonly id?: number
  readonly connect?: { readonly token?: string; readonly name?: string; readonly version?: string }
  readonly subscribe?: SubscribeRequest
  readonly unsubscribe?: { readonly channel?: string }
  readonly publish?: { readonly channel?: string; readonly data?: unknown }
  readonly history?: HistoryRequest
  readonly presence?: { readonly channel?: string }
  readonly presence_stats?: { readonly channel?: string }
  readonly rpc?: object
  readonly send?: object
  readonly refresh?: object
  readonly sub_refresh?: object
}

export interface SubscribeRequest {
  readonly channel?: string
  /** Continue after `offset` of `epoch`. */
  readonly recover?: boolean
  readonly offset?: number
  readonly epoch?: string
}

export interface HistoryRequest {
  readonly channel?: string
  readonly since?: { readonly offset?: number; readonly epoch?: string }
  /** 0: only the position; below 0: all there is. */
  readonly limit?: number
  readonly reverse?: boolean
}

export interface Publication {
  readonly data: unknown
  /** Who published it. */
  readonly info: { readonly user: string; readonly client: string }
  /** Its place in the channel, from 1. */
  readonly offset: number
}

/** An error that a command is answered with; the connection stays. */
export interface ReplyError {
  readonly code: number
  readonly message: string
  /** Asks the client to try again. */
  readonly temporary?: true
}

export const replyErrors = {
  unknownChannel: { code: 102, message: 'unknown channel' },
  permissionDenied: { code: 103, message: 'permission denied' },
  methodNotFound: { code: 104, message: 'method not found' },
  alreadySubscribed: { code: 105, message: 'already subscribed' },
  limitExceeded: { code: 106, message: 'limit exceeded' },
  badRequest: { code: 107, message: 'bad request' },
  notAvailable: { code: 108, message: 'not available' },
  unrecoverablePosition: { code: 112, message: 'unrecoverable position' },
} as const satisfies Record<string, ReplyError>

/** How the server closes a connection. Below 3500 the client comes back by itself; from there to 3999 it does not. */
export interface Disconnect {
  readonly code: number
  readonly reason: string
}

export const disconnects = {
  shutdown: { code: 3001, reason: 'shutdown' },
  slow: { code: 3008, reason: 'slow' },
  forceReconnect: { code: 3011, reason: 'force reconnect' },
  noPong: { code: 3012, reason: 'no pong' },
  invalidToken: { code: 3500, reason: 'invalid token' },
  badRequest: { code: 3501, reason: 'bad request' },
  stale: { code: 3502, reason: 'stale' },
  notAvailable: { code: 3508, reason: 'not available' },
} as const satisfies Record<string, Disconnect>
