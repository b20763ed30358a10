import { SOCKET_OUTCOMES } from '../../traffic/socket-outcomes.ts'

/** How a request ended: `ok`, or the class of what went wrong (the traffic contract's, equal for every workload). */
export type RequestOutcome =
  | 'ok'
  | 'http_4xx'
  | 'http_5xx'
  /** No whole answer within the request's time. */
  | 'timeout'
  /** Nobody listens there, or no way leads there. */
  | 'refused'
  | 'reset'
  | 'dns'
  | 'tls'
  /** The connection was closed in an orderly way before the answer was whole. */
  | 'closed'
  /** What came is no HTTP, or has headers beyond the limit. */
  | 'protocol'
  /** The generator's own lack: descriptors, ports, buffers. */
  | 'sockets'
  /** The environment's rules keep load from that host: nothing was sent. */
  | 'host_not_allowed'
  /** Cut short by the end of the run. */
  | 'interrupted'
  /** Anything else: a body beyond its limit, a status that was not expected, a body that cannot be decoded. */
  | 'error'

export function outcomeOfStatus(status: number): RequestOutcome {
  return status < 400 ? 'ok' : status < 500 ? 'http_4xx' : 'http_5xx'
}

/** An answer that is no HTTP. */
export class ProtocolError extends Error {
  readonly code = 'PROTOCOL'
}

/** An answer that is HTTP, and that we do not take. */
export class AnswerError extends Error {
  readonly code = 'ANSWER'
}

const BY_CODE: Readonly<Record<string, RequestOutcome>> = {
  ...SOCKET_OUTCOMES,
  PROTOCOL: 'protocol',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ECONNABORTED: 'reset',
  ENOMEM: 'sockets',
  CERT_HAS_EXPIRED: 'tls',
  CERT_NOT_YET_VALID: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocol',
  UND_ERR_SOCKET: 'closed',
  UND_ERR_INFO: 'closed',
}
const BY_PREFIX: readonly (readonly [string, RequestOutcome])[] = [
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['EAI_', 'dns'],
  ['HPE_', 'protocol'],
  ['ERR_HTTP2_', 'protocol'],
  ['NGHTTP2_', 'protocol'],
]

/** The class of an error of sockets, TLS, DNS or undici. */
export function outcomeOfError(error: unknown): RequestOutcome {
  if (!(error instanceof Error)) return 'error'
  const code = 'code' in error ? String(error.code) : ''
  const known = BY_CODE[code] ?? BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1]
  if (known) return known
  return error.cause === undefined ? 'error' : outcomeOfError(error.cause)
}

/** The same of a socket, which may be about to agree on TLS. */
export function outcomeOfSocketError(error: NodeJS.ErrnoException, isHandshake: boolean): RequestOutcome {
  if (error.syscall === 'getaddrinfo') return 'dns'
  if (!isHandshake) return outcomeOfError(error)
  if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') return 'tls'
  // Node's own words for a server that goes away during the handshake; a reset by the network has a `syscall`.
  return error.syscall === undefined ? 'closed' : 'reset'
}
