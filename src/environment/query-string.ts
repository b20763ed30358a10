import type { QueryParameterBag } from '@smithy/types'

/** Sorted and escaped as Signature Version 4 has it, which is how it can be sent too. Empty for no parameters. */
export function queryString(query: QueryParameterBag = {}): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const one of value) parts.push(`${escape(name)}=${escape(one)}`)
    else parts.push(`${escape(name)}=${escape(value ?? '')}`)
  }
  return parts.length < 2 ? (parts[0] ?? '') : parts.sort().join('&')
}

/** RFC 3986: also what `encodeURIComponent` leaves. */
export function escape(text: string): string {
  return PLAIN.test(text) ? text : encodeURIComponent(text).replaceAll(/[!'()*]/g, hex)
}

const PLAIN = /^[\w.~-]*$/

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
