/** Names are few and come again with every window: each is decoded once. */
const known = new Map<number, { readonly bytes: Uint8Array; readonly name: string }>()
const MOST = 20_000

/** The text of these bytes (UTF-8). */
export function nameOf(bytes: Uint8Array, from: number, to: number): string {
  let hash = 0
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0
  const found = known.get(hash)
  if (found && isSame(found.bytes, bytes, from, to)) return found.name
  const own = bytes.slice(from, to)
  const name = Buffer.from(own.buffer, own.byteOffset, own.length).toString()
  if (!found && known.size < MOST) known.set(hash, { bytes: own, name })
  return name
}

function isSame(own: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (own.length !== to - from) return false
  for (let at = 0; at < own.length; at++) if (own[at] !== bytes[from + at]) return false
  return true
}
