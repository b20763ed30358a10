/** What errors of sockets, DNS and TLS are called in every workload, by the system's code. */
export const SOCKET_OUTCOMES = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ETIMEDOUT: 'timeout',
  EMFILE: 'sockets',
  ENFILE: 'sockets',
  EADDRNOTAVAIL: 'sockets',
  ENOBUFS: 'sockets',
  EPROTO: 'tls',
} as const
