import type { IncomingHttpHeaders } from 'node:http'

/** A header by its lower-case name, as one text also where it was sent several times. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
