/** Slicing-by-8 tables of the Castagnoli polynomial, reflected: table k holds the CRC of a byte followed by k zeros. */
const tables = buildTables(0x82f63b78)

function buildTables(polynomial: number): Int32Array {
  const built = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0)
    built[byte] = crc
  }
  for (let index = 256; index < built.length; index++) {
    const previous = built[index - 256]
    built[index] = (previous >>> 8) ^ built[previous & 0xff]
  }
  return built
}

/** CRC-32C of `bytes`, continuing from `seed`, the CRC of what came before; an unsigned 32-bit number. RFC 3720, B.4. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed
  let at = 0
  for (; at + 8 <= bytes.length; at += 8) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    crc =
      tables[0x700 + (crc & 0xff)] ^
      tables[0x600 + ((crc >>> 8) & 0xff)] ^
      tables[0x500 + ((crc >>> 16) & 0xff)] ^
      tables[0x400 + (crc >>> 24)] ^
      tables[0x300 + bytes[at + 4]] ^
      tables[0x200 + bytes[at + 5]] ^
      tables[0x100 + bytes[at + 6]] ^
      tables[bytes[at + 7]]
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]) & 0xff]
  return ~crc >>> 0
}
