import type { Stream } from '../../scenario/stream.ts'

/** A UUID of version 4 out of a stream: the same run draws the same names. */
export function uuidOf(random: Stream): string {
  const bytes = Buffer.alloc(16)
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32BE(random.uint32(), at)
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
