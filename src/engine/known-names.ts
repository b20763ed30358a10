interface Known {
  readonly bytes: Uint8Array
  readonly name: string
  /** What came after it the last time: records of one run have the same names in the same order. */
  next: Known | undefined
}

/** Names are few and come again with every window: each is decoded once. */
const known = new Map<number, Known>()
const MOST = 20_000
let last: Known | undefined

/** The text of these bytes (UTF-8). */
export function nameOf(bytes: Uint8Array, from: number, to: number): string {
  const next = last?.next
  if (next !== undefined && isSame(next.bytes, bytes, from, to)) {
    last = next
    return next.name
  }
  return lookUp(bytes, from, to)
}

function lookUp(bytes: Uint8Array, from: number, to: number): string {
  let hash = 0
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + bytes[at]) | 0
  let found = known.get(hash)
  if (found === undefined || !isSame(found.bytes, bytes, from, to)) {
    const own = bytes.slice(from, to)
    const name = Buffer.from(own.buffer, own.byteOffset, own.length).toString()
    if (found !== undefined || known.size >= MOST) return name
    known.set(hash, (found = { bytes: own, name, next: undefined }))
  }
  if (last) last.next = found
  last = found
  return found.name
}

function isSame(own: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (own.length !== to - from) return false
  for (let at = 0; at < own.length; at++) if (own[at] !== bytes[from + at]) return false
  return true
}
