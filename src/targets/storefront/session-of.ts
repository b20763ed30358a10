import type { IncomingHttpHeaders } from 'node:http'

/** Who asks: the bearer token, else the cookie `session`. */
export function sessionOf({ authorization, cookie }: IncomingHttpHeaders): string | undefined {
  if (authorization?.startsWith('Bearer ')) return authorization.slice('Bearer '.length)
  if (cookie === undefined) return undefined
  return /(?:^|;\s*)session=([^;\s]+)/.exec(cookie)?.[1]
}
